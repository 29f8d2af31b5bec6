namespace Cordum.NatsProber.Probes;

/// <summary>
/// Every key of a probe file, by section (<c>""</c> is the top). A test holds the schema to this table.
/// </summary>
internal static class KnownKeys
{
    private static readonly string[] OfCredentials =
    [
        "user", "passwordFile", "passwordEnv", "tokenFile", "tokenEnv", "nkeySeedFile", "nkeySeedEnv", "credsFile", "credsEnv",
    ];

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> BySection { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        [""] = ["cluster", "endpoints", "discover", "auth", "systemAuth", "tls", "failover", "probes", "objective"],
        ["endpoints"] = ["name", "url", "monitor", "serverName"],
        ["discover"] = ["dns", "port", "monitorPort", "resolver", "maxEndpoints"],
        ["auth"] = OfCredentials,
        ["systemAuth"] = OfCredentials,
        ["tls"] = ["caFile", "certFile", "keyFile", "serverName", "handshakeFirst"],
        ["failover"] = ["pingInterval", "maxPingsOut", "reconnectWait"],
        ["probes"] = ["request", "connect", "route", "jetstream", "broker"],
        ["probes.request"] = ["every", "timeout"],
        ["probes.connect"] = ["every", "timeout"],
        ["probes.route"] = ["every", "timeout", "maxPairs", "messages", "toClusters"],
        ["probes.jetstream"] = ["every", "timeout", "replicas", "storage", "kv"],
        ["probes.broker"] = ["every", "timeout"],
        ["objective"] = ["availability", "window", "latency"],
        ["objective.latency"] = ["under", "ratio"],
    };

    /// <summary>Whether a section that has no key in it is sound, and stands for its defaults.</summary>
    public static bool MayBeEmpty(string section) =>
        section is "tls" or "failover" or "probes" || section.StartsWith("probes.", StringComparison.Ordinal);
}
