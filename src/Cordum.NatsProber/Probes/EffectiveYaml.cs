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
        output.WriteLine("endpoints:");
        foreach (var e in file.Endpoints)
        {
            var monitor = e.Monitor is null ? null : Addresses.Format(e.Monitor);
            output.WriteLine($"  - {Flow(("name", Quoted(e.Name)), ("url", Quoted(Addresses.Format(e.Url))), ("monitor", Quoted(monitor)), ("serverName", Quoted(e.ServerName)))}");
        }

        if (file.Auth is { } auth)
            Block(output, "auth", Auth(auth));
        if (file.Tls is { } tls)
            Block(output, "tls", Tls(tls));
        Block(output, "probes", Probes(file.Probes));
        if (file.Objective is { } objective)
            Block(output, "objective", Objective(objective));
    }

    private static (string, string?)[] Auth(AuthSettings auth) =>
    [
        ("user", Quoted(auth.User)),
        ("passwordFile", Quoted(auth.PasswordFile)),
        ("tokenFile", Quoted(auth.TokenFile)),
        ("nkeySeedFile", Quoted(auth.NkeySeedFile)),
        ("credsFile", Quoted(auth.CredsFile)),
    ];

    private static (string, string?)[] Tls(TlsSettings tls) =>
    [
        ("caFile", Quoted(tls.CaFile)),
        ("certFile", Quoted(tls.CertFile)),
        ("keyFile", Quoted(tls.KeyFile)),
        ("serverName", Quoted(tls.ServerName)),
        ("handshakeFirst", tls.HandshakeFirst ? "true" : "false"),
    ];

    private static (string, string?)[] Probes(ProbeSet probes) =>
    [
        ("request", Flow(Schedule(probes.Request.Every, probes.Request.Timeout))),
        ("connect", probes.Connect is { } c ? Flow(Schedule(c.Every, c.Timeout)) : null),
        ("route", probes.Route is { } r ? Flow([.. Schedule(r.Every, r.Timeout), ("maxPairs", Number(r.MaxPairs))]) : null),
        ("jetstream", probes.JetStream is { } j ? Flow([.. Schedule(j.Every, j.Timeout), ("replicas", Number(j.Replicas))]) : null),
        ("broker", probes.Broker is { } b ? Flow(Schedule(b.Every, b.Timeout)) : null),
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

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string? Quoted(string? text) => text is null
        ? null
        : $"\"{string.Concat(text.Select(c => c is '"' or '\\' ? $"\\{c}" : char.IsControl(c) ? $"\\x{(int)c:x2}" : $"{c}"))}\"";
}
