namespace Cordum.NatsProber.Links;

/// <summary>
/// What can happen to a link. All instants are time since the prober's clock began (<see cref="Timing.ProberClock"/>), never wall time.
/// </summary>
/// <param name="At">When it was seen.</param>
public abstract record LinkEvent(TimeSpan At)
{
    /// <summary>A dial ended without an open link.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="Began">When the dial was started.</param>
    /// <param name="At">When it had failed.</param>
    public sealed record DialFailed(DisconnectCause Cause, TimeSpan Began, TimeSpan At) : LinkEvent(At);

    /// <summary>The broker answered the handshake of a dial: the link is open, and a round trip has succeeded on it.</summary>
    /// <param name="Began">When the dial was started.</param>
    /// <param name="At">When the handshake's PONG was read from the socket.</param>
    public sealed record Opened(TimeSpan Began, TimeSpan At) : LinkEvent(At);

    /// <summary>The open link is gone.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="Began">The earliest evidence: the socket's end itself, or the sending of what was never answered.</param>
    /// <param name="At">When it was known.</param>
    public sealed record Lost(DisconnectCause Cause, TimeSpan Began, TimeSpan At) : LinkEvent(At);

    /// <summary>The client ended for good while the link was open or being dialled; the keeper makes the link anew.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="At">When it was known.</param>
    public sealed record Closed(DisconnectCause Cause, TimeSpan At) : LinkEvent(At);

    /// <summary>A request came back over the open link.</summary>
    /// <param name="Sent">When the request was sent.</param>
    /// <param name="At">When the reply was read from the socket.</param>
    public sealed record RoundTripSucceeded(TimeSpan Sent, TimeSpan At) : LinkEvent(At);

    /// <summary>A request did not come back in time, although the link is open and the broker gives other signs of life.</summary>
    /// <param name="Sent">When the request was sent.</param>
    /// <param name="At">When its time was up.</param>
    public sealed record RoundTripFailed(TimeSpan Sent, TimeSpan At) : LinkEvent(At);

    /// <summary>The broker announced that it will drain (<c>"ldm":true</c> in an INFO).</summary>
    /// <param name="At">When the announcement was handled.</param>
    public sealed record LameDuckAnnounced(TimeSpan At) : LinkEvent(At);
}

/// <summary>What a <see cref="LinkEvent"/> changed: each is one log line, and never happens twice for one cause.</summary>
/// <param name="At">When, on the prober's clock.</param>
public abstract record LinkTransition(TimeSpan At)
{
    /// <summary>The very first dial succeeded.</summary>
    /// <param name="At">When the handshake's PONG was read.</param>
    public sealed record Connected(TimeSpan At) : LinkTransition(At);

    /// <summary>The link was lost, or its first dial failed. Counted once, however many dials fail after it.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="At">When it was known.</param>
    public sealed record Disconnected(DisconnectCause Cause, TimeSpan At) : LinkTransition(At);

    /// <summary>The link is open again.</summary>
    /// <param name="After">Reconnect time: from the loss being seen to the link being open.</param>
    /// <param name="At">When the handshake's PONG was read.</param>
    public sealed record Reconnected(TimeSpan After, TimeSpan At) : LinkTransition(At);

    /// <summary>An outage began.</summary>
    /// <param name="Outage">The outage as known now; its <see cref="Outage.FirstGood"/> is null.</param>
    /// <param name="At">When it was known.</param>
    public sealed record OutageBegan(Outage Outage, TimeSpan At) : LinkTransition(At);

    /// <summary>The outage is over.</summary>
    /// <param name="Outage">The closed bracket.</param>
    /// <param name="At">When service was proven.</param>
    public sealed record OutageEnded(Outage Outage, TimeSpan At) : LinkTransition(At);

    /// <summary>The client ended for good.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="At">When it was known.</param>
    public sealed record Closed(DisconnectCause Cause, TimeSpan At) : LinkTransition(At);

    /// <summary>The broker announced that it will drain.</summary>
    /// <param name="At">When the announcement was handled.</param>
    public sealed record LameDuckAnnounced(TimeSpan At) : LinkTransition(At);
}
