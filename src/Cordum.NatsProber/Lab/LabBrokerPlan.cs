namespace Cordum.NatsProber.Lab;

/// <summary>What is settled about a broker before its process exists.</summary>
/// <param name="Name">Its <c>server_name</c>.</param>
/// <param name="ClientPort">Port for clients.</param>
/// <param name="MonitorPort">Port of the HTTP monitor.</param>
/// <param name="RoutePort">Port for the other brokers.</param>
/// <param name="Folder">Its own folder: configuration, log, JetStream store.</param>
public sealed record LabBrokerPlan(string Name, int ClientPort, int MonitorPort, int RoutePort, string Folder)
{
    /// <summary>Its configuration file.</summary>
    public string ConfigFile => Path.Combine(Folder, "nats-server.conf");

    /// <summary>Its log, which all its processes append to.</summary>
    public string LogFile => Path.Combine(Folder, "nats-server.log");
}
