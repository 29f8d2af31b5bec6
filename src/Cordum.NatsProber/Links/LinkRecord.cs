using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Links;

/// <summary>
/// The book of one link: its state, its open session, and who hears of changes. The only writer of the link's <see cref="LinkState"/>, one event at a time.
/// </summary>
/// <param name="identity">Cluster, endpoint and scope.</param>
/// <param name="observer">Hears of transitions.</param>
/// <param name="tell">Told what may be held against the broker's view. Must return at once.</param>
/// <param name="clock">The prober's clock.</param>
/// <param name="log">Told of what changes.</param>
internal sealed class LinkRecord(LinkIdentity identity, ILinkObserver observer, Action<LinkNews> tell, ProberClock clock, ILogger log)
{
    private readonly Lock _gate = new();
    private readonly Latest<LinkSession> _open = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The causes that the log has told of since the link was lost: an endpoint that fails now this way, now that must not fill it.</summary>
    private readonly HashSet<DisconnectCause> _toldCauses = [];

    /// <summary>What the log has told of the prober's own trouble with dialling since the link was last open.</summary>
    private string? _toldPrevention;

    private volatile LinkSnapshot _snapshot = LinkSnapshot.Initial;

    /// <summary>Cluster, endpoint and scope.</summary>
    public LinkIdentity Identity => identity;

    /// <summary>State and counters, all of one instant.</summary>
    public LinkSnapshot Snapshot => _snapshot;

    /// <summary>What went wrong last, for people; empty while all is well.</summary>
    public string LatestDetail { get; private set; } = "";

    /// <summary>The open session, or null.</summary>
    public LinkSession? Session => _open.Value;

    /// <summary>Completes when the first connect has ended, well or badly.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Completes with the open session, now or when there is one.</summary>
    public Task<LinkSession> WhenOpenAsync(CancellationToken stop) => _open.WaitAsync(stop);

    /// <summary>A session is open.</summary>
    /// <param name="session">The session.</param>
    /// <param name="began">When its dial was begun.</param>
    /// <param name="at">When the broker accepted it.</param>
    public void Open(LinkSession session, TimeSpan began, TimeSpan at)
    {
        observer.Dialled(DialOutcome.Success);
        lock (_gate)
        {
            _toldPrevention = null;
            _open.Set(session);
            Apply(new LinkEvent.Opened(began, at), "");
            tell(new LinkNews.Opened(session.Broker, began, at));
        }

        _settled.TrySetResult();
    }

    /// <summary>The open session has ended.</summary>
    public void Lose(LinkSession session, SocketEnd end)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_open.Value, session))
                return; // given up already
            _open.Clear();
            var began = Instant.Earlier(end.Began, session.UnansweredSince ?? end.Began);
            Apply(new LinkEvent.Lost(session.CauseOf(end), began, end.At), end.Detail, end, session.UnansweredSince is not null);
        }
    }

    /// <summary>The session is given up because the prober stops: that is no loss.</summary>
    public void Forget() => _open.Clear();

    /// <summary>A dial has ended without a session.</summary>
    /// <param name="result">How.</param>
    /// <param name="excuses">What the prober may still be believed to have missed.</param>
    /// <param name="stalls">The prober's own stalls.</param>
    /// <param name="decides">Whether it tells of the link; one of several addresses that an application would try at first does not.</param>
    public void DialEnded(DialResult result, Excuses excuses, StallWatch stalls, bool decides = true)
    {
        switch (result)
        {
            case DialResult.Prevented prevented:
                DialVoid(prevented.Detail);
                break;
            case DialResult.Failed failed when excuses.TryTake(failed, stalls):
                DialVoid(null);
                break;
            case DialResult.Failed failed:
                excuses.Renew();
                DialFailed(failed, decides);
                break;
        }
    }

    /// <summary>A dial has failed, for certain.</summary>
    public void DialFailed(DialResult.Failed failed, bool decides = true)
    {
        observer.Dialled(DialOutcome.Failed(failed.Cause));
        if (!decides)
            return;
        lock (_gate)
        {
            Apply(new LinkEvent.DialFailed(failed.Cause, failed.Began, failed.At), failed.Detail);
            tell(new LinkNews.DialFailed(failed.Cause, failed.Phase, failed.Began, failed.At));
        }

        _settled.TrySetResult();
    }

    /// <summary>A dial could not be made, or says nothing, for a fault of the prober's own; <paramref name="detail"/> is for the log, null for nothing.</summary>
    private void DialVoid(string? detail)
    {
        observer.Dialled(DialOutcome.Indeterminate);
        lock (_gate)
        {
            if (detail is null || detail == _toldPrevention)
                return;
            _toldPrevention = detail;
        }

        LinkLog.Prevented(log, identity.Cluster, identity.Endpoint, detail);
    }

    /// <summary>The client library or this prober failed in a way nobody foresaw: the link is made anew, the failure is counted and told.</summary>
    public void Closed(Exception fault)
    {
        LinkLog.Failed(log, identity.Cluster, identity.Endpoint, fault);
        lock (_gate)
        {
            _open.Clear();
            Apply(new LinkEvent.Closed(DisconnectCause.Unknown, clock.Now), Printable.Of(fault.Message));
        }

        _settled.TrySetResult();
    }

    /// <summary>What a probe saw on a session; news from one that has ended since are no news of this link.</summary>
    /// <param name="session">The session.</param>
    /// <param name="seen">What was seen.</param>
    /// <param name="detail">In words.</param>
    public void Report(LinkSession session, LinkEvent seen, string detail = "no answer to a request, though the broker gives signs of life")
    {
        lock (_gate)
        {
            if (ReferenceEquals(_open.Value, session))
                Apply(seen, detail);
        }
    }

    /// <summary>From now on the broker's announcement that it drains is heard.</summary>
    public void HearLameDuck(LinkSession session)
    {
        session.Connection.LameDuckModeActivated += (_, _) =>
        {
            Announced(session);
            return ValueTask.CompletedTask;
        };
        if (session.Broker.LameDuck || session.Connection.ServerInfo is { LameDuckMode: true })
            Announced(session); // before anybody listened
    }

    /// <summary>The broker of a session announces that it drains.</summary>
    public void Announced(LinkSession session)
    {
        if (!session.Announce())
            return;
        Report(session, new LinkEvent.LameDuckAnnounced(clock.Now), "the broker drains");
        tell(new LinkNews.Draining(session.Broker.ServerId, clock.Now));
    }

    private void Apply(LinkEvent e, string detail, SocketEnd? end = null, bool wentSilent = false)
    {
        lock (_gate)
        {
            var before = _snapshot;
            var (state, transitions) = before.State.Apply(e);
            var started = before.OutageStartedAt;
            if (state.CurrentOutage is null)
                started = null;
            else if (before.State.CurrentOutage is null)
                started = clock.WallAt(state.CurrentOutage.Start);
            var session = _open.Value;
            _snapshot = new LinkSnapshot(state, started, session?.Broker ?? before.Broker);
            LatestDetail = state.LatestCause is null && state.CurrentOutage is null ? "" : detail;

            foreach (var transition in transitions)
                observer.Changed(transition);
            foreach (var lost in transitions.OfType<LinkTransition.Disconnected>())
                tell(new LinkNews.Lost(LossOf(lost, before, state, detail, end, wentSilent)));
            LinkLog.Transitions(log, identity, _snapshot, transitions, detail, clock);
            if (state.LatestCause is not { } now)
                _toldCauses.Clear();
            else if (_toldCauses.Add(now) && transitions.IsEmpty)
                LinkLog.StillDown(log, identity, now, before.State.LatestCause ?? now, detail);
        }
    }

    private LinkLoss LossOf(LinkTransition.Disconnected lost, LinkSnapshot before, LinkState after, string detail, SocketEnd? end, bool wentSilent) => new()
    {
        Link = identity,
        Broker = before.Broker,
        Cause = lost.Cause,
        Words = end?.Words,
        // A client that ended for good left no socket's end behind: that was its own doing.
        EndedByUs = end?.IsOurs ?? before.State.Status == LinkStatus.Connected,
        Acknowledged = end?.Acknowledged,
        WentSilent = wentSilent || before.State.CurrentOutage is not null || lost.Cause == DisconnectCause.Timeout,
        LastGood = after.CurrentOutage?.LastGood,
        Began = after.CurrentOutage?.Start ?? lost.At,
        At = lost.At,
        Detail = detail,
    };
}
