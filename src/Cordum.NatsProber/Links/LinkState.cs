using System.Collections.Immutable;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Links;

/// <summary>Where a link stands.</summary>
public enum LinkStatus
{
    /// <summary>The first dial has not ended: nothing is known, nothing is counted.</summary>
    Dialing,

    /// <summary>The link is open.</summary>
    Connected,

    /// <summary>The link was lost, or its first dial failed; it is being dialled.</summary>
    Disconnected,
}

/// <summary>A state, and what changed on the way to it.</summary>
/// <param name="State">The new state.</param>
/// <param name="Transitions">What changed, in order; empty if the event told nothing new.</param>
public readonly record struct LinkStep(LinkState State, ImmutableArray<LinkTransition> Transitions);

/// <summary>
/// All that is known and counted of one link. Immutable and pure: <see cref="Apply"/> is the only way on, and no clock, socket or
/// metric is touched. Whoever holds one instance therefore holds counters that agree with each other:
/// <c>Disconnects - Reconnects == 1 - Connected</c> in every state but <see cref="LinkStatus.Dialing"/>, in which all three are 0.
/// </summary>
public sealed record LinkState
{
    private static readonly int CauseCount = Enum.GetValues<DisconnectCause>().Length;

    /// <summary>A link that was never dialled.</summary>
    public static LinkState Initial { get; } = new();

    private LinkState()
    {
    }

    /// <summary>Where the link stands.</summary>
    public LinkStatus Status { get; private init; }

    /// <summary>Disconnects by cause, indexed by <see cref="DisconnectCause"/>.</summary>
    public ImmutableArray<long> DisconnectsByCause { get; private init; } = [.. new long[CauseCount]];

    /// <summary>Times that the link was lost, or (once) could not be opened at first. The sum over all causes, by construction.</summary>
    public long Disconnects => DisconnectsByCause.Sum();

    /// <summary>Times that it came back.</summary>
    public long Reconnects { get; private init; }

    /// <summary>Times that the client ended for good and was made anew.</summary>
    public long Closes { get; private init; }

    /// <summary>Times that the broker announced lame duck mode on this link.</summary>
    public long LameDucks { get; private init; }

    /// <summary>Dials that reached another server than this endpoint's.</summary>
    public long IdentityMismatches { get; private init; }

    /// <summary>The outage that lasts now, or null.</summary>
    public Outage? CurrentOutage { get; private init; }

    /// <summary>Total length of the outages that have ended.</summary>
    public TimeSpan EndedOutageTime { get; private init; }

    /// <summary>The part of that which was planned.</summary>
    public TimeSpan EndedPlannedOutageTime { get; private init; }

    /// <summary>Why the latest dial or the latest loss failed; null while connected.</summary>
    public DisconnectCause? LatestCause { get; private init; }

    /// <summary>When the loss was seen, while <see cref="LinkStatus.Disconnected"/>.</summary>
    private TimeSpan LostAt { get; init; }

    /// <summary>When the latest good round trip was begun.</summary>
    private TimeSpan? LastGoodBegan { get; init; }

    /// <summary>When the latest good round trip was complete: no later outage may start before it.</summary>
    private TimeSpan LastGoodAt { get; init; } = TimeSpan.MinValue;

    /// <summary>Time spent in outages, the current one included.</summary>
    /// <param name="now">The present, on the prober's clock.</param>
    public TimeSpan OutageTime(TimeSpan now) => EndedOutageTime + (CurrentOutage?.Length(now) ?? TimeSpan.Zero);

    /// <summary>The part of that which was planned: the broker had announced that it drains.</summary>
    /// <param name="now">The present, on the prober's clock.</param>
    public TimeSpan PlannedOutageTime(TimeSpan now) =>
        EndedPlannedOutageTime + (CurrentOutage is { IsPlanned: true } lasting ? lasting.Length(now) : TimeSpan.Zero);

    /// <summary>
    /// The state after <paramref name="e"/>. Total: an event that cannot happen in this state (a loss of a link that is not open, a reply on
    /// one that is down) changes nothing, whatever the order in which threads delivered it.
    /// </summary>
    /// <param name="e">What happened.</param>
    public LinkStep Apply(LinkEvent e) => (e, Status) switch
    {
        (LinkEvent.DialFailed failed, LinkStatus.Dialing) =>
            Counted(failed).Disconnected(failed.Cause, failed.Began, failed.At),
        (LinkEvent.DialFailed failed, LinkStatus.Disconnected) =>
            new(Counted(failed) with { LatestCause = failed.Cause, CurrentOutage = CurrentOutage?.WithFailure(failed.Began, needsRequest: false) }, []),
        (LinkEvent.Opened opened, LinkStatus.Dialing or LinkStatus.Disconnected) => Opened(opened),
        (LinkEvent.Lost lost, LinkStatus.Connected) => Disconnected(lost.Cause, lost.Began, lost.At),
        (LinkEvent.Closed closed, _) => Closed(closed),
        (LinkEvent.RoundTripSucceeded good, LinkStatus.Connected) => Good(good.Sent, good.At, provesRequests: true, []),
        (LinkEvent.RoundTripFailed bad, LinkStatus.Connected) =>
            Bad(DisconnectCause.Timeout, bad.Sent, bad.At, needsRequest: true, []),
        (LinkEvent.LameDuckAnnounced announced, LinkStatus.Connected) =>
            new(this with { LameDucks = LameDucks + 1 }, [new LinkTransition.LameDuckAnnounced(announced.At)]),
        _ => new(this, []),
    };

    private LinkState Counted(LinkEvent.DialFailed failed) => failed.Cause == DisconnectCause.WrongServer
        ? this with { IdentityMismatches = IdentityMismatches + 1 }
        : this;

    private LinkStep Disconnected(DisconnectCause cause, TimeSpan began, TimeSpan at)
    {
        var down = this with
        {
            Status = LinkStatus.Disconnected,
            DisconnectsByCause = DisconnectsByCause.SetItem((int)cause, DisconnectsByCause[(int)cause] + 1),
            LatestCause = cause,
            LostAt = at,
        };
        return down.Bad(cause, began, at, needsRequest: false, [new LinkTransition.Disconnected(cause, at)]);
    }

    private LinkStep Opened(LinkEvent.Opened opened)
    {
        var up = this with { Status = LinkStatus.Connected, LatestCause = null };
        if (Status == LinkStatus.Dialing)
            return up.Good(opened.Began, opened.At, provesRequests: false, [new LinkTransition.Connected(opened.At)]);

        var after = Instant.NotNegative(opened.At - LostAt);
        return (up with { Reconnects = Reconnects + 1 })
            .Good(opened.Began, opened.At, provesRequests: false, [new LinkTransition.Reconnected(after, opened.At)]);
    }

    private LinkStep Closed(LinkEvent.Closed closed)
    {
        var ended = this with { Closes = Closes + 1 };
        ImmutableArray<LinkTransition> transition = [new LinkTransition.Closed(closed.Cause, closed.At)];
        if (Status == LinkStatus.Disconnected)
            return new(ended, transition);

        // A client that ends while the link is open, or during its first dial, takes the link down with it.
        var down = ended.Disconnected(closed.Cause, closed.At, closed.At);
        return down with { Transitions = [.. down.Transitions, .. transition] };
    }

    private LinkStep Bad(DisconnectCause cause, TimeSpan began, TimeSpan at, bool needsRequest, ImmutableArray<LinkTransition> transitions)
    {
        if (CurrentOutage is { } lasting)
            return new(this with { CurrentOutage = lasting.WithFailure(began, needsRequest) }, transitions);

        var start = Instant.Later(began, LastGoodAt);
        var outage = new Outage
        {
            Cause = cause,
            LastGood = LastGoodBegan,
            Start = start,
            FirstBad = Instant.Later(at, start),
            LastBad = start,
            NeedsRequest = needsRequest,
        };
        return new(this with { CurrentOutage = outage }, [.. transitions, new LinkTransition.OutageBegan(outage, at)]);
    }

    private LinkStep Good(TimeSpan began, TimeSpan at, bool provesRequests, ImmutableArray<LinkTransition> transitions)
    {
        if (CurrentOutage is { NeedsRequest: true } && !provesRequests)
            return new(this, transitions);

        if (CurrentOutage is not { } lasting)
        {
            var later = this with { LastGoodBegan = Latest(LastGoodBegan, began), LastGoodAt = Instant.Later(LastGoodAt, Instant.Later(began, at)) };
            return new(later, transitions);
        }

        var ended = lasting.EndedAt(at);
        var state = this with
        {
            CurrentOutage = null,
            EndedOutageTime = EndedOutageTime + ended.Length(at),
            EndedPlannedOutageTime = EndedPlannedOutageTime + (ended.IsPlanned ? ended.Length(at) : TimeSpan.Zero),
            LastGoodBegan = Latest(LastGoodBegan, began),
            LastGoodAt = Instant.Later(ended.FirstGood!.Value, began),
        };
        return new(state, [.. transitions, new LinkTransition.OutageEnded(ended, at)]);
    }

    private static TimeSpan? Latest(TimeSpan? known, TimeSpan began) => known > began ? known : began;
}
