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

    /// <summary>JetStream alone: too few of the servers that must agree are there.</summary>
    NoQuorum,

    /// <summary>JetStream alone: enough servers are there, and they have not agreed on a leader yet.</summary>
    NoLeader,

    /// <summary>JetStream alone: a limit on memory, storage or messages is reached.</summary>
    NoSpace,

    /// <summary>JetStream alone: the account, or every server within reach, has none.</summary>
    NotEnabled,

    /// <summary>The broker probe alone: the broker said that it is not healthy.</summary>
    Unhealthy,

    /// <summary>The broker probe alone: nobody gave a whole answer at the monitor's address, so nothing is known of the broker.</summary>
    Unreachable,
}

/// <summary>The kinds of measurement; the <c>probe</c> label.</summary>
public enum ProbeKind
{
    /// <summary>A request to the prober's own responder, and back.</summary>
    Request,

    /// <summary>A fresh connection, made for the measurement and closed after it.</summary>
    Connect,

    /// <summary>A request that enters at one broker and is answered at another.</summary>
    Route,

    /// <summary>A message to a stream of the prober's own, acknowledged and read back.</summary>
    Jetstream,

    /// <summary>A key of a bucket of the prober's own, put and read back.</summary>
    Kv,

    /// <summary>A question to the broker's own monitor: is it healthy?</summary>
    Broker,
}

/// <summary>What belongs to a kind of probe.</summary>
public static class ProbeKinds
{
    private static readonly Outcome[] OfJetStream = [.. Enum.GetValues<Outcome>().Where(outcome => outcome <= Outcome.NotEnabled)];

    private static readonly Outcome[] OfBroker =
        [Outcome.Success, Outcome.Timeout, Outcome.Error, Outcome.Missed, Outcome.Indeterminate, Outcome.Unhealthy, Outcome.Unreachable];

    private static readonly Outcome[] OfOthers = [.. OfJetStream.Where(outcome => outcome <= Outcome.Indeterminate)];

    /// <summary>The outcomes that a kind of probe can have.</summary>
    public static IReadOnlyList<Outcome> Outcomes(ProbeKind kind) => kind switch
    {
        ProbeKind.Jetstream or ProbeKind.Kv => OfJetStream,
        ProbeKind.Broker => OfBroker,
        _ => OfOthers,
    };

    /// <summary>Whether a kind of probe waits for replies that may come late, twice or unasked.</summary>
    public static bool HasReplies(ProbeKind kind) => kind is ProbeKind.Request or ProbeKind.Route;
}

/// <summary>How one tick ended, and how long it took.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Duration">From sending to the reply's arrival; null unless it succeeded.</param>
/// <param name="Detail">For people: what went wrong, where the link itself does not tell.</param>
public readonly record struct TickResult(Outcome Outcome, TimeSpan? Duration = null, string? Detail = null);
