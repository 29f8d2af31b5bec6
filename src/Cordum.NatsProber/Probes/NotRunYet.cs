namespace Cordum.NatsProber.Probes;

/// <summary>
/// What is read and checked but not run by this version, and what the user must know about it. Delete a line when its section is
/// implemented.
/// </summary>
internal static class NotRunYet
{
    /// <summary>Section to consequence; each that is present is a warning.</summary>
    public static IReadOnlyDictionary<string, string> Consequences { get; } = new Dictionary<string, string>
    {
        ["probes.broker"] = "the broker's own view is not held beside the client's",
    };
}
