using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Links;

/// <summary>Keeps one pinned link: dials until it is open, holds it until it ends, and again.</summary>
internal sealed class LinkKeeper(
    LinkIdentity identity,
    PinnedConnector connector,
    ClusterIdentities identities,
    ILinkObserver observer,
    Action<LinkNews> tell,
    DialBudget dials,
    StallWatch stalls,
    ProberClock clock,
    TimeProvider time,
    ILogger<LinkKeeper> log) : ILink
{
    private readonly LinkRecord _record = new(identity, observer, tell, clock, log);
    private readonly DialPacer _pacer = new();
    private readonly Excuses _excuses = new();

    public LinkIdentity Identity => identity;

    public LinkSnapshot Snapshot => _record.Snapshot;

    public string LatestDetail => _record.LatestDetail;

    public LinkSession? Session => _record.Session;

    public Task Settled => _record.Settled;

    /// <summary>Completes with the open session, now or when there is one.</summary>
    public Task<LinkSession> WhenOpenAsync(CancellationToken stop) => _record.WhenOpenAsync(stop);

    public void Report(LinkSession session, LinkEvent seen) => _record.Report(session, seen);

    /// <summary>A broker that is silent is lost: the link is dialled anew, to hear from it as soon as it wakes.</summary>
    public void FellSilent(LinkSession session, SocketEnd silence) => session.End(silence);

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
                    // Within the second in which a JWT ends brokers still take it, and throw it out at once: that would be a row of losses that are one.
                    if (Snapshot.State.LatestCause == DisconnectCause.AuthExpired)
                        wait = Instant.Later(wait, TimeSpan.FromSeconds(1));
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
                _record.Closed(e);
                wait = Instant.Later(_pacer.Wait(clock.Now), DialPace.Longest);
            }
        }

        LinkLog.Stopped(log, identity.Cluster, identity.Endpoint);
    }

    /// <summary>Dials once.</summary>
    /// <returns>The open session, or null.</returns>
    private async Task<LinkSession?> DialAsync(CancellationToken stop)
    {
        var wasSilent = Snapshot.State.LatestCause == DisconnectCause.Timeout;
        using var place = await dials.TakeAsync(wasSilent, stop).ConfigureAwait(false);
        _pacer.Began(clock.Now, Random.Shared.NextDouble());
        var result = await connector.DialAsync(
            info => identities.Mismatch(identity.Endpoint, info),
            observer.PhaseCompleted,
            dials.HasRoom(wasSilent) ? _pacer.Gap : PinnedConnector.DialTimeout,
            stop,
            asksAgain: () => dials.HasRoom(wasSilent)).ConfigureAwait(false);
        if (result is DialResult.Opened opened)
        {
            if (identities.Claim(identity.Endpoint, opened.Session.Broker) is not { } mismatch)
            {
                _pacer.Opened(opened.At);
                _excuses.Renew();
                _record.Open(opened.Session, opened.Began, opened.At);
                return opened.Session;
            }

            await FoldUpAsync(opened.Session).ConfigureAwait(false);
            result = new DialResult.Failed(DisconnectCause.WrongServer, ConnectPhase.Info, mismatch, opened.Began, opened.At);
        }

        _record.DialEnded(result, _excuses, stalls);
        return null;
    }

    private async Task HoldAsync(LinkSession session, CancellationToken stop)
    {
        _record.HearLameDuck(session);
        try
        {
            _record.Lose(session, await session.Ended.WaitAsync(stop).ConfigureAwait(false));
        }
        finally
        {
            _record.Forget();
            identities.Release(identity.Endpoint);
            // Not awaited on the way to the next dial: the client may take its time to fold up. This one is, at the prober's end.
            var folding = FoldUpAsync(session);
            if (stop.IsCancellationRequested)
                await folding.ConfigureAwait(false);
        }
    }

    private Task FoldUpAsync(LinkSession session) => session.FoldUpAsync(e => LinkLog.Failed(log, identity.Cluster, identity.Endpoint, e));
}
