namespace Cordum.NatsProber.Lab;

/// <summary>What a <see cref="LabCluster"/> consists of.</summary>
public sealed record LabOptions
{
    /// <summary>How many brokers to start; they are named n1, n2 and so on.</summary>
    /// <value>3, the smallest number that keeps a JetStream quorum when one is lost.</value>
    public int Brokers { get; init; } = 3;

    /// <summary>Path of the nats-server executable.</summary>
    /// <value>null: the one that <see cref="NatsServerBinary.Find(string?)"/> finds.</value>
    public string? NatsServer { get; init; }

    /// <summary>Client port of n1; n2 has the next one, and so on.</summary>
    /// <value>null: ports that are free now.</value>
    public int? FirstClientPort { get; init; }

    /// <summary>HTTP monitor port of n1; n2 has the next one, and so on.</summary>
    /// <value>null: ports that are free now.</value>
    public int? FirstMonitorPort { get; init; }

    /// <summary>Route port of n1; n2 has the next one, and so on. Not used without <see cref="Cluster"/>.</summary>
    /// <value>null: ports that are free now.</value>
    public int? FirstRoutePort { get; init; }

    /// <summary>Whether the brokers form a cluster, or stand alone and know nothing of one another.</summary>
    /// <value>true</value>
    public bool Cluster { get; init; } = true;

    /// <summary>Name of the cluster.</summary>
    /// <value>local</value>
    public string ClusterName { get; init; } = "local";

    /// <summary>Whether the brokers offer JetStream, each with a store of its own that outlives its restarts.</summary>
    /// <value>false</value>
    public bool JetStream { get; init; }

    /// <summary>nats-server configuration appended to every broker's file. A key that is there already is overridden.</summary>
    /// <value>null: nothing</value>
    public string? ExtraConfig { get; init; }

    /// <summary>nats-server configuration appended to one broker's file, after <see cref="ExtraConfig"/>.</summary>
    /// <value>null: nothing</value>
    public Func<LabBrokerPlan, string?>? BrokerConfig { get; init; }
}
