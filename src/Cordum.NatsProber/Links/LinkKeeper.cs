using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Links;

/// <summary>
/// Keeps one pinned link: dials until it is open, holds it until it ends, and again. The only writer of the link's <see cref="LinkState"/>.
/// </summary>
internal sealed class LinkKeeper(
    LinkIdentity identity,
    PinnedConnector connector,
    ClusterIdentities identities,
    ILinkObserver observer,
    StallWatch stalls,
    ProberClock clock,
    TimeProvider time,
    ILogger<LinkKeeper> log)
{
    /// <summary>Silent dials in a row that a stalled prober may excuse: a broker that is down must not stay unreported on a host that is busy for ever.</summary>
    private const int MostExcused = 4;

    private readonly Lock _gate = new();
    private readonly Latest<LinkSession> _open = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The causes that the log has told of since the link was lost: an endpoint that fails now this way, now that must not fill it.</summary>
    private readonly HashSet<DisconnectCause> _toldCauses = [];

    private readonly DialPacer _pacer = new();

    /// <summary>What the log has told of the prober's own trouble with dialling since the link was last open.</summary>
    private string? _toldPrevention;

    private int _excused;

    private volatile LinkSnapshot _snapshot = LinkSnapshot.Initial;

    /// <summary>Cluster, endpoint and scope of this link.</summary>
    public LinkIdentity Identity => identity;

    /// <summary>State and counters, all of one instant.</summary>
    public LinkSnapshot Snapshot => _snapshot;

    /// <summary>What went wrong last, for people; empty while all is well.</summary>
    public string LatestDetail { get; private set; } = "";

    /// <summary>The open session, or null.</summary>
    public LinkSession? Session => _open.Value;

    /// <summary>Completes when the first dial has ended, well or badly.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Completes with the open session, now or when there is one.</summary>
    public Task<LinkSession> WhenOpenAsync(CancellationToken stop) => _open.WaitAsync(stop);

    /// <summary>Takes note of what a probe saw on <paramref name="session"/>; news from a session that has ended since are no news of this link.</summary>
    public void Report(LinkSession session, LinkEvent seen)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_open.Value, session))
                Apply(seen, "no answer to a request, though the broker gives signs of life");
        }
    }

    /// <summary>Runs until <paramref name="stop"/>. Returns when the link is closed.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var wait = TimeSpan.Zero;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(wait, time, stop).ConfigureAwait(false);
                if (await DialAsync(stop).ConfigureAwait(false) is { } session)
                {
                    await HoldAsync(session, stop).ConfigureAwait(false);
                    wait = _pacer.Lost(clock.Now, Random.Shared.NextDouble());
                }
                else
                {
                    wait = _pacer.Wait(clock.Now);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // The client library or this prober failed in a way nobody foresaw. The link is made anew, the failure is counted and told.
                LinkLog.Failed(log, identity.Cluster, identity.Endpoint, e);
                Apply(new LinkEvent.Closed(DisconnectCause.Unknown, clock.Now), e.Message);
                _settled.TrySetResult();
                wait = Instant.Later(_pacer.Wait(clock.Now), DialPace.Longest);
            }
        }

        LinkLog.Stopped(log, identity.Cluster, identity.Endpoint);
    }

    /// <summary>Dials once.</summary>
    /// <returns>The open session, or null.</returns>
    private async Task<LinkSession?> DialAsync(CancellationToken stop)
    {
        _pacer.Began(clock.Now, Random.Shared.NextDouble());
        var result = await connector.DialAsync(info => identities.Mismatch(identity.Endpoint, info), observer.PhaseCompleted, _pacer.Gap, stop)
            .ConfigureAwait(false);
        if (result is DialResult.Opened opened)
        {
            if (identities.Claim(identity.Endpoint, opened.Session.Broker) is not { } mismatch)
                return Open(opened);
            await DisposeAsync(opened.Session).ConfigureAwait(false);
            result = new DialResult.Failed(DisconnectCause.WrongServer, ConnectPhase.Info, mismatch, opened.Began, opened.At);
        }

        switch (result)
        {
            case DialResult.Prevented prevented:
                observer.Dialled(DialOutcome.Indeterminate);
                if (prevented.Detail != _toldPrevention)
                    LinkLog.Prevented(log, identity.Cluster, identity.Endpoint, _toldPrevention = prevented.Detail);
                break;

            // Of two seconds an answer needs milliseconds; only if most of them were not ours to listen in, silence says nothing.
            case DialResult.Failed { Cause: DisconnectCause.Timeout } late
                when stalls.Awake(late.Began, late.At) < PinnedConnector.DialTimeout / 2 && _excused++ < MostExcused:
                observer.Dialled(DialOutcome.Indeterminate);
                break;

            case DialResult.Failed failed:
                _excused = 0;
                observer.Dialled(DialOutcome.Failed(failed.Cause));
                Apply(new LinkEvent.DialFailed(failed.Cause, failed.Began, failed.At), failed.Detail);
                _settled.TrySetResult();
                break;
        }

        return null;
    }

    private LinkSession Open(DialResult.Opened opened)
    {
        observer.Dialled(DialOutcome.Success);
        _pacer.Opened(opened.At);
        _excused = 0;
        _toldPrevention = null;
        lock (_gate)
        {
            _open.Set(opened.Session);
            Apply(new LinkEvent.Opened(opened.Began, opened.At), "");
        }

        _settled.TrySetResult();
        return opened.Session;
    }

    private async Task HoldAsync(LinkSession session, CancellationToken stop)
    {
        var announced = 0;
        session.Connection.LameDuckModeActivated += (_, _) =>
        {
            Announced();
            return ValueTask.CompletedTask;
        };
        if (session.IsLameDuck)
            Announced(); // before anybody listened
        try
        {
            var end = await session.Ended.WaitAsync(stop).ConfigureAwait(false);
            // A broker that drains does not say goodbye a second time: the announcement is what explains the end.
            var cause = session.IsLameDuck && end.Cause is DisconnectCause.Eof or DisconnectCause.Reset ? DisconnectCause.LameDuck : end.Cause;
            lock (_gate)
            {
                _open.Clear();
                var began = Instant.Earlier(end.Began, session.UnansweredSince ?? end.Began);
                Apply(new LinkEvent.Lost(cause, began, end.At), end.Detail);
            }
        }
        finally
        {
            _open.Clear();
            identities.Release(identity.Endpoint);
            // Not awaited on the way to the next dial: the client may take its time to fold up. Awaited at the prober's end.
            var disposal = DisposeAsync(session);
            if (stop.IsCancellationRequested)
                await disposal.ConfigureAwait(false);
        }

        void Announced()
        {
            // Every later INFO of a draining broker says it again.
            if (Interlocked.Exchange(ref announced, 1) == 0)
                Report(session, new LinkEvent.LameDuckAnnounced(clock.Now));
        }
    }

    private async Task DisposeAsync(LinkSession session)
    {
        try
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LinkLog.Failed(log, identity.Cluster, identity.Endpoint, e);
        }
    }

    private void Apply(LinkEvent e, string detail)
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
            LinkLog.Transitions(log, identity, _snapshot, transitions, detail, clock);
            if (state.LatestCause is not { } now)
                _toldCauses.Clear();
            else if (_toldCauses.Add(now) && transitions.IsEmpty)
                LinkLog.StillDown(log, identity, now, before.State.LatestCause ?? now, detail);
        }
    }
}
