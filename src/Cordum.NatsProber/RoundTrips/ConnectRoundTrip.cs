using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// A fresh connection each tick, as a client that is new here would make it, and closed again. It sees what a held socket cannot: that new
/// clients are refused while the old ones live.
/// </summary>
internal sealed class ConnectRoundTrip(
    ILink held,
    PinnedConnector connector,
    ClusterIdentities identities,
    TimeSpan timeout,
    Action<ConnectPhase, TimeSpan> phaseTimed,
    Action<ConnectPhase, DisconnectCause> failedIn,
    StallWatch stalls,
    ProberClock clock,
    ILogger<ConnectRoundTrip> log)
{
    private readonly LinkIdentity _where = held.Identity;
    private readonly Excuses _excuses = new();
    private DisconnectCause? _latest;
    private DisconnectCause? _told;
    private TimeSpan _failingSince;

    /// <summary>Runs one tick. Throws only <see cref="OperationCanceledException"/>, for <paramref name="stop"/>.</summary>
    public async Task<TickResult> RunAsync(CancellationToken stop)
    {
        var result = await connector.DialAsync(info => identities.Mismatch(_where.Endpoint, info), phaseTimed, DialPace.Longest, stop, timeout).ConfigureAwait(false);
        switch (result)
        {
            case DialResult.Opened opened:
                // Closing is no part of the measurement, and a client may take its time for it.
                _ = opened.Session.FoldUpAsync(e => LinkLog.Failed(log, _where.Cluster, _where.Endpoint, e));
                return Opened(opened);
            case DialResult.Failed failed when !_excuses.TryTake(failed, stalls):
                return Failed(failed);
            default:
                return new(Outcome.Indeterminate, Detail: (result as DialResult.Prevented)?.Detail);
        }
    }

    private TickResult Opened(DialResult.Opened opened)
    {
        _excuses.Renew();
        _latest = null;
        if (_told is not null)
        {
            _told = null;
            ConnectLog.Recovered(log, _where.Cluster, _where.Endpoint, (clock.Now - _failingSince).TotalSeconds);
        }

        var took = opened.At - opened.Began;
        return stalls.Stalled(opened.Began, opened.At) > took / 2 ? new(Outcome.Indeterminate) : new(Outcome.Success, took);
    }

    private TickResult Failed(DialResult.Failed failed)
    {
        _excuses.Renew();
        failedIn(failed.Phase, failed.Cause);
        // Of a broker that is down the link tells; news is that the link stands and others are not let in. A broker that has just died may be found by this dial
        // before the link finds it, so that what only says "gone" must be said twice.
        var repeated = _latest == failed.Cause;
        _latest = failed.Cause;
        var saysGone = failed.Cause is DisconnectCause.Eof or DisconnectCause.Reset or DisconnectCause.Refused or DisconnectCause.Timeout;
        if (held.Session is not null && _told != failed.Cause && (repeated || !saysGone))
        {
            if (_told is null)
                _failingSince = failed.Began;
            _told = failed.Cause;
            ConnectLog.Failing(log, _where.Cluster, _where.Endpoint, SnakeCase.Of(failed.Phase), SnakeCase.Of(failed.Cause), failed.Detail);
        }

        var outcome = failed.Cause switch
        {
            DisconnectCause.Timeout => Outcome.Timeout,
            DisconnectCause.WrongServer => Outcome.WrongServer,
            _ => Outcome.Error,
        };
        return new(outcome, Detail: $"in phase {SnakeCase.Of(failed.Phase)}, cause {SnakeCase.Of(failed.Cause)}: {failed.Detail}");
    }
}

internal static partial class ConnectLog
{
    [LoggerMessage(34, LogLevel.Warning, "{Cluster}/{Endpoint} fresh connections fail while the link stands, in phase {Phase}, cause {Cause}: {Detail}")]
    public static partial void Failing(ILogger log, string cluster, string endpoint, string phase, string cause, string detail);

    [LoggerMessage(35, LogLevel.Information, "{Cluster}/{Endpoint} fresh connections work again after {AfterSeconds:0.###} s")]
    public static partial void Recovered(ILogger log, string cluster, string endpoint, double afterSeconds);
}
