namespace Cordum.NatsProber.Probes;

/// <summary>
/// What is read and checked but not run by this version, and what the user must know about it. Delete a line when its section is
/// implemented.
/// </summary>
internal static class NotRunYet
{
    /// <summary>An error and no warning: without it the prober would have nothing to probe.</summary>
    public const string Discovery = "DNS discovery is not run by this version";

    /// <summary>Section to consequence; each that is present is a warning.</summary>
    public static IReadOnlyDictionary<string, string> Consequences { get; } = new Dictionary<string, string>
    {
        ["probes.connect"] = "fresh connects and their phases are not measured",
        ["probes.route"] = "no series tells whether requests pass from broker to broker",
        ["probes.jetstream"] = "a lost JetStream quorum goes unseen",
        ["probes.broker"] = "the broker's own view is not held beside the client's",
        ["objective"] = "no error budget is exported, so no burn-rate alert can fire",
    };
}
