namespace Cordum.NatsProber.Probes;

/// <summary>The probes of one cluster. A null probe is one that the file does not ask for.</summary>
public sealed record ProbeSet
{
    /// <summary>Round trips over held links; always there.</summary>
    public RequestProbe Request { get; init; } = new();

    /// <summary>Fresh connects, phase by phase.</summary>
    public ConnectProbe? Connect { get; init; }

    /// <summary>Requests that enter at one broker and are answered at another.</summary>
    public RouteProbe? Route { get; init; }

    /// <summary>Publishes to a replicated stream.</summary>
    public JetStreamProbe? JetStream { get; init; }

    /// <summary>The broker's own view, from its monitor.</summary>
    public BrokerProbe? Broker { get; init; }
}

/// <summary>One request and its reply over each link.</summary>
public sealed record RequestProbe
{
    /// <summary>Interval: 100 ms to 1 h, default 1 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>10 ms up to, not including, <see cref="Every"/>; default 500 ms, or half of a shorter interval.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(500);
}

/// <summary>A connection made for the measurement and closed after it.</summary>
public sealed record ConnectProbe
{
    /// <summary>Interval: 1 s to 1 h, default 15 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>10 ms up to, not including, <see cref="Every"/>; default 2 s, or half of a shorter interval.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>Requests across pairs of brokers.</summary>
public sealed record RouteProbe
{
    /// <summary>Interval of one round over all pairs: 100 ms to 1 h, default 5 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>10 ms up to, not including, <see cref="Every"/>; default 1 s, or half of a shorter interval.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Most ordered pairs of brokers that are probed: 1 to 4096, default 64.</summary>
    public int MaxPairs { get; init; } = 64;

    /// <summary>Numbered messages that each round sends from one broker of a pair to the other: 0 to 1000, default 10; 0 for none.</summary>
    public int Messages { get; init; } = 10;

    /// <summary>Other clusters, each described by a probe file that is read together with this one, whose brokers requests reach by gateway or leaf node.</summary>
    public IReadOnlyList<string> ToClusters { get; init; } = [];
}

/// <summary>Publishes with acknowledgement to a stream of the prober's own.</summary>
public sealed record JetStreamProbe
{
    /// <summary>Interval: 1 s to 1 h, default 10 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>10 ms up to, not including, <see cref="Every"/>; default 2 s, or half of a shorter interval.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Replicas of the stream: 1, 3 or 5, default 3.</summary>
    public int Replicas { get; init; } = 3;

    /// <summary>Whether stream and bucket are kept on disk; default false, in memory.</summary>
    public bool OnDisk { get; init; }

    /// <summary>Whether a key of a key-value bucket is put and got, too; default true.</summary>
    public bool KeyValue { get; init; } = true;
}

/// <summary>Questions to the broker's HTTP monitor.</summary>
public sealed record BrokerProbe
{
    /// <summary>Interval: 1 s to 1 h, default 15 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>10 ms up to, not including, <see cref="Every"/>; default 2 s, or half of a shorter interval.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);
}
