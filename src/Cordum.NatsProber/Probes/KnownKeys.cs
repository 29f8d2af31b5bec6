namespace Cordum.NatsProber.Probes;

/// <summary>
/// Every key of a probe file, by section (<c>""</c> is the top). A test holds the schema to this table.
/// </summary>
internal static class KnownKeys
{
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> BySection { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        [""] = ["cluster", "endpoints", "discover", "auth", "tls", "probes", "objective"],
        ["endpoints"] = ["name", "url", "monitor", "serverName"],
        ["discover"] = ["dns", "port"],
        ["auth"] = ["user", "passwordFile", "tokenFile", "nkeySeedFile", "credsFile"],
        ["tls"] = ["caFile", "certFile", "keyFile", "serverName", "handshakeFirst"],
        ["probes"] = ["request", "connect", "route", "jetstream", "broker"],
        ["probes.request"] = ["every", "timeout"],
        ["probes.connect"] = ["every", "timeout"],
        ["probes.route"] = ["every", "timeout", "maxPairs"],
        ["probes.jetstream"] = ["every", "timeout", "replicas"],
        ["probes.broker"] = ["every", "timeout"],
        ["objective"] = ["availability", "window", "latency"],
        ["objective.latency"] = ["under", "ratio"],
    };
}
