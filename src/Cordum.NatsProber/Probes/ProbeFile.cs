using System.Net;

namespace Cordum.NatsProber.Probes;

/// <summary>One probe file that was read without an error: one NATS cluster, every default filled in.</summary>
/// <param name="Path">The file, as the user named it.</param>
/// <param name="Cluster">Label value of the cluster: 1 to 63 letters, digits, <c>_</c>, <c>.</c> or <c>-</c>, unique among all files.</param>
/// <param name="Endpoints">1 to 10,000 broker addresses with distinct names and distinct addresses, in the file's order.</param>
/// <param name="Discover">Endpoints by DNS instead: <paramref name="Endpoints"/> is then empty, and else this is null.</param>
/// <param name="Auth">How to sign in; null for anonymous.</param>
/// <param name="Tls">TLS settings; when present TLS is required, on <c>nats://</c> endpoints too.</param>
/// <param name="Probes">What is measured, and how often.</param>
/// <param name="Objective">The availability promised; null when none is.</param>
public sealed record ProbeFile(
    string Path,
    string Cluster,
    IReadOnlyList<ProbedEndpoint> Endpoints,
    DiscoverySettings? Discover,
    AuthSettings? Auth,
    TlsSettings? Tls,
    ProbeSet Probes,
    Objective? Objective)
{
    /// <summary>How the link that fails over behaves.</summary>
    public FailoverSettings Failover { get; init; } = new();

    /// <summary>
    /// How to sign in as a user of the cluster's system account, whom brokers tell about themselves; null where the prober has none. Only the broker
    /// probe uses it.
    /// </summary>
    public AuthSettings? SystemAuth { get; init; }
}

/// <summary>One broker address.</summary>
/// <param name="Name">Label value, stable when the address changes; unique in the file.</param>
/// <param name="Url"><c>nats://host:port</c> or <c>tls://host:port</c>; the port is always explicit (default 4222).</param>
/// <param name="Monitor">The broker's HTTP monitor (http or https); null when it has none.</param>
/// <param name="ServerName">
/// The <c>server_name</c> the broker must announce in INFO; null to pin the one learnt at the first open.
/// </param>
public sealed record ProbedEndpoint(string Name, Uri Url, Uri? Monitor, string? ServerName);

/// <summary>Endpoints found by DNS.</summary>
/// <param name="Dns">A name with A, AAAA or SRV records.</param>
/// <param name="Port">1 to 65535, default 4222; an SRV record's own port wins.</param>
/// <param name="Resolver">The DNS server to ask; null for the machine's own.</param>
/// <param name="MaxEndpoints">Most endpoints that are taken from the answer: 1 to 10,000, default 64.</param>
public sealed record DiscoverySettings(string Dns, int Port, IPEndPoint? Resolver, int MaxEndpoints)
{
    /// <summary>Default of <see cref="MaxEndpoints"/>.</summary>
    public const int UsualMaxEndpoints = 64;

    /// <summary>Where every broker found has its HTTP monitor: 1 to 65535; null when they have none, or none that the prober may ask.</summary>
    public int? MonitorPort { get; init; }
}

/// <summary>
/// How the link that fails over behaves: as the client of an application does, so these are the application's settings. The defaults are those of the
/// NATS clients.
/// </summary>
public sealed record FailoverSettings
{
    /// <summary>How often the client pings an idle connection: 100 ms to 1 h.</summary>
    /// <value>2 minutes</value>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many pings may go unanswered before the client gives the connection up: 1 to 100.</summary>
    /// <value>2</value>
    public int MaxPingsOut { get; init; } = 2;

    /// <summary>How long the client waits before it tries the same broker again: 10 ms to 1 min.</summary>
    /// <value>2 s</value>
    public TimeSpan ReconnectWait { get; init; } = TimeSpan.FromSeconds(2);
}
