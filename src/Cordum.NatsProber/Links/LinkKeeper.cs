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
    private readonly Lock _gate = new();
    private readonly Latest<LinkSession> _open = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The causes that the log has told of since the link was lost: an endpoint that fails now this way, now that must not fill it.</summary>
    private readonly HashSet<DisconnectCause> _toldCauses = [];

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
                var session = await DialUntilOpenAsync(wait, stop).ConfigureAwait(false);
                await HoldAsync(session, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // The client library or this prober failed in a way nobody foresaw. The link is made anew, the failure is counted and told.
                LinkLog.Failed(log, identity.Cluster, identity.Endpoint, e);
                _open.Clear();
                Apply(new LinkEvent.Closed(DisconnectCause.Unknown, clock.Now), e.Message);
            }

            wait = DialPace.FirstWait(Random.Shared.NextDouble());
        }

        LinkLog.Stopped(log, identity.Cluster, identity.Endpoint);
    }

    private async Task<LinkSession> DialUntilOpenAsync(TimeSpan wait, CancellationToken stop)
    {
        var downSince = clock.Now;
        while (true)
        {
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, stop).ConfigureAwait(false);

            var began = clock.Now;
            var gap = DialPace.Gap(began - downSince, Random.Shared.NextDouble());
            var result = await connector.DialAsync(info => identities.Mismatch(identity.Endpoint, info), observer.PhaseCompleted, gap, stop).ConfigureAwait(false);
            if (result is DialResult.Opened opened)
            {
                if (identities.Claim(identity.Endpoint, opened.Session.Broker) is not { } mismatch)
                    return Open(opened);
                await DisposeAsync(opened.Session).ConfigureAwait(false);
                result = new DialResult.Failed(DisconnectCause.WrongServer, ConnectPhase.Info, mismatch, opened.Began, opened.At);
            }

            Failed((DialResult.Failed)result);
            // Whole milliseconds, upwards: a timer cuts fractions off, and twenty early dials would be twenty-one in a second.
            wait = TimeSpan.FromMilliseconds(Math.Ceiling(Instant.NotNegative(began + gap - clock.Now).TotalMilliseconds));
        }
    }

    private void Failed(DialResult.Failed failed)
    {
        if (failed.Cause == DisconnectCause.Timeout && stalls.Blames(failed.Began, failed.At))
        {
            observer.Dialled(DialOutcome.Indeterminate);
            return;
        }

        observer.Dialled(DialOutcome.Failed(failed.Cause));
        Apply(new LinkEvent.DialFailed(failed.Cause, failed.Began, failed.At), failed.Detail);
        _settled.TrySetResult();
    }

    private LinkSession Open(DialResult.Opened opened)
    {
        observer.Dialled(DialOutcome.Success);
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
            // Every later INFO of a draining broker says it again.
            if (Interlocked.Exchange(ref announced, 1) == 0)
                Report(session, new LinkEvent.LameDuckAnnounced(clock.Now));
            return ValueTask.CompletedTask;
        };
        try
        {
            var end = await session.Ended.WaitAsync(stop).ConfigureAwait(false);
            // A broker that drains does not say goodbye a second time: the announcement is what explains the end.
            var cause = session.IsLameDuck && end.Cause is DisconnectCause.Eof or DisconnectCause.Reset ? DisconnectCause.LameDuck : end.Cause;
            lock (_gate)
            {
                _open.Clear();
                Apply(new LinkEvent.Lost(cause, end.Began, end.At), end.Detail);
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
            LatestDetail = state.LatestCause is null ? "" : detail;

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
