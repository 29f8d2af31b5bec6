namespace Cordum.NatsProber.RoundTrips;

/// <summary>How a tick ended. Every scheduled tick ends in exactly one; the <c>outcome</c> label, in snake case.</summary>
public enum Outcome
{
    /// <summary>The round trip succeeded in time.</summary>
    Success,

    /// <summary>No reply within the probe's timeout.</summary>
    Timeout,

    /// <summary>The broker said that nobody listens: the prober's responder on this broker is away.</summary>
    NoResponders,

    /// <summary>The link was down, or was lost during the tick.</summary>
    Disconnected,

    /// <summary>The endpoint's address leads to another broker, or another broker's responder answered.</summary>
    WrongServer,

    /// <summary>The round trip failed in another way; the log tells how.</summary>
    Error,

    /// <summary>The scheduler did not run it: the tick before was still under way, or its time had passed.</summary>
    Missed,

    /// <summary>The prober itself was held up, so nothing can be said about the broker.</summary>
    Indeterminate,
}

/// <summary>The kinds of measurement; the <c>probe</c> label.</summary>
public enum ProbeKind
{
    /// <summary>A request to the prober's own responder on the same broker, and back.</summary>
    Request,
}

/// <summary>How one tick ended, and how long it took.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Duration">From sending to the reply's arrival; null unless it succeeded.</param>
/// <param name="Detail">For people: what went wrong, where the link itself does not tell.</param>
public readonly record struct TickResult(Outcome Outcome, TimeSpan? Duration = null, string? Detail = null);
