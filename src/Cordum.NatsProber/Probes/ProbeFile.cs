namespace Cordum.NatsProber.Probes;

/// <summary>One probe file that was read without an error: one NATS cluster, every default filled in.</summary>
/// <param name="Path">The file, as the user named it.</param>
/// <param name="Cluster">Label value of the cluster: 1 to 63 letters, digits, <c>_</c>, <c>.</c> or <c>-</c>, unique among all files.</param>
/// <param name="Endpoints">1 to 10,000 broker addresses with distinct names and distinct addresses, in the file's order.</param>
/// <param name="Discover">Endpoints by DNS instead; always null while this version cannot run it.</param>
/// <param name="Auth">How to sign in; null for anonymous.</param>
/// <param name="Tls">TLS settings; when present TLS is required, on <c>nats://</c> endpoints too.</param>
/// <param name="Probes">What is measured, and how often.</param>
/// <param name="Objective">The availability promised; null when none is.</param>
public sealed record ProbeFile(
    string Path,
    string Cluster,
    IReadOnlyList<ProbedEndpoint> Endpoints,
    Discovery? Discover,
    AuthSettings? Auth,
    TlsSettings? Tls,
    ProbeSet Probes,
    Objective? Objective);

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
public sealed record Discovery(string Dns, int Port);
