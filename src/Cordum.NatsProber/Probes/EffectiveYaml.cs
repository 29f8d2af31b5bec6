using System.Globalization;

namespace Cordum.NatsProber.Probes;

/// <summary>
/// Writes a probe file as the prober understands it: aliases resolved, defaults filled in, paths absolute. Shows where secrets are kept, and
/// cannot show one, since a <see cref="ProbeFile"/> holds none. What it writes can be read again.
/// </summary>
internal static class EffectiveYaml
{
    public static void Write(ProbeFile file, TextWriter output)
    {
        output.WriteLine($"# {file.Path}");
        output.WriteLine($"cluster: {Quoted(file.Cluster)}");
        if (file.Discover is { } discover)
            Block(output, "discover", Discover(discover));
        else
            Endpoints(output, file.Endpoints);
        if (file.Auth is { } auth)
            Block(output, "auth", Auth(auth));
        if (file.SystemAuth is { } systemAuth)
            Block(output, "systemAuth", Auth(systemAuth));
        if (file.Tls is { } tls)
            Block(output, "tls", Tls(tls));
        Block(output, "failover", Failover(file.Failover));
        Block(output, "probes", Probes(file.Probes));
        if (file.Objective is { } objective)
            Block(output, "objective", Objective(objective));
    }

    private static void Endpoints(TextWriter output, IReadOnlyList<ProbedEndpoint> endpoints)
    {
        output.WriteLine("endpoints:");
        foreach (var e in endpoints)
        {
            var monitor = e.Monitor is null ? null : Addresses.Format(e.Monitor);
            output.WriteLine($"  - {Flow(("name", Quoted(e.Name)), ("url", Quoted(Addresses.Format(e.Url))), ("monitor", Quoted(monitor)), ("serverName", Quoted(e.ServerName)))}");
        }
    }

    private static (string, string?)[] Discover(DiscoverySettings discover) =>
    [
        ("dns", Quoted(discover.Dns)),
        ("port", Number(discover.Port)),
        ("monitorPort", discover.MonitorPort is { } monitorPort ? Number(monitorPort) : null),
        ("resolver", Quoted(discover.Resolver?.ToString())),
        ("maxEndpoints", Number(discover.MaxEndpoints)),
    ];

    private static (string, string?)[] Auth(AuthSettings auth) =>
    [
        ("user", Quoted(auth.User)),
        ("passwordFile", Quoted(auth.PasswordFile)),
        ("passwordEnv", Quoted(auth.PasswordEnv)),
        ("tokenFile", Quoted(auth.TokenFile)),
        ("tokenEnv", Quoted(auth.TokenEnv)),
        ("nkeySeedFile", Quoted(auth.NkeySeedFile)),
        ("nkeySeedEnv", Quoted(auth.NkeySeedEnv)),
        ("credsFile", Quoted(auth.CredsFile)),
        ("credsEnv", Quoted(auth.CredsEnv)),
    ];

    private static (string, string?)[] Tls(TlsSettings tls) =>
    [
        ("caFile", Quoted(tls.CaFile)),
        ("certFile", Quoted(tls.CertFile)),
        ("keyFile", Quoted(tls.KeyFile)),
        ("serverName", Quoted(tls.ServerName)),
        ("handshakeFirst", Flag(tls.HandshakeFirst)),
    ];

    private static (string, string?)[] Failover(FailoverSettings failover) =>
    [
        ("pingInterval", Durations.Format(failover.PingInterval)),
        ("maxPingsOut", Number(failover.MaxPingsOut)),
        ("reconnectWait", Durations.Format(failover.ReconnectWait)),
    ];

    private static (string, string?)[] Probes(ProbeSet probes) =>
    [
        ("request", Flow(Schedule(probes.Request.Every, probes.Request.Timeout))),
        ("connect", probes.Connect is { } c ? Flow(Schedule(c.Every, c.Timeout)) : null),
        ("route", probes.Route is { } r ? Flow([.. Schedule(r.Every, r.Timeout), .. Route(r)]) : null),
        ("jetstream", probes.JetStream is { } j ? Flow([.. Schedule(j.Every, j.Timeout), .. JetStream(j)]) : null),
        ("broker", probes.Broker is { } b ? Flow(Schedule(b.Every, b.Timeout)) : null),
    ];

    private static (string, string?)[] Route(RouteProbe route) =>
    [
        ("maxPairs", Number(route.MaxPairs)),
        ("messages", Number(route.Messages)),
        ("toClusters", $"[{string.Join(", ", route.ToClusters.Select(Quoted))}]"),
    ];

    private static (string, string?)[] JetStream(JetStreamProbe jetStream) =>
    [
        ("replicas", Number(jetStream.Replicas)),
        ("storage", jetStream.OnDisk ? "file" : "memory"),
        ("kv", Flag(jetStream.KeyValue)),
    ];

    private static (string, string?)[] Objective(Objective objective) =>
    [
        ("availability", Number(objective.Availability)),
        ("window", Durations.Format(objective.Window)),
        ("latency", objective.Latency is { } l ? Flow(("under", Durations.Format(l.Under)), ("ratio", Number(l.Ratio))) : null),
    ];

    private static (string, string?)[] Schedule(TimeSpan every, TimeSpan timeout) =>
        [("every", Durations.Format(every)), ("timeout", Durations.Format(timeout))];

    private static void Block(TextWriter output, string name, (string Key, string? Value)[] entries)
    {
        output.WriteLine($"{name}:");
        foreach (var (key, value) in entries.Where(e => e.Value is not null))
            output.WriteLine($"  {key}: {value}");
    }

    private static string Flow(params (string Key, string? Value)[] entries) =>
        $"{{ {string.Join(", ", entries.Where(e => e.Value is not null).Select(e => $"{e.Key}: {e.Value}"))} }}";

    private static string Flag(bool flag) => flag ? "true" : "false";

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string? Quoted(string? text) => text is null
        ? null
        : $"\"{string.Concat(text.Select(c => c is '"' or '\\' ? $"\\{c}" : char.IsControl(c) ? $"\\x{(int)c:x2}" : $"{c}"))}\"";
}
