namespace Cordum.NatsProber.RoundTrips;

/// <summary>Tells the log how the round trips fare: one line for each change of outcome, not for each tick, and one when all is well again.</summary>
internal sealed class JetStreamTelling(string cluster, string probe, ILogger log)
{
    private Outcome _told = Outcome.Success;
    private TimeSpan _awaySince;

    /// <summary>Whether the last tick about which something can be said failed.</summary>
    public bool IsAway => _told != Outcome.Success;

    /// <summary>Takes note of a tick.</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="began">When it began, on the prober's clock.</param>
    /// <param name="ended">When it ended.</param>
    public void Tell(TickResult result, TimeSpan began, TimeSpan ended)
    {
        // A tick about which nothing can be said changes nothing.
        if (result.Outcome is Outcome.Indeterminate or Outcome.Missed || result.Outcome == _told)
            return;
        if (_told == Outcome.Success)
            _awaySince = began;
        _told = result.Outcome;
        var detail = result.Detail ?? "";
        switch (result.Outcome)
        {
            case Outcome.Success:
                JetStreamLog.Back(log, cluster, probe, Math.Round((ended - _awaySince).TotalSeconds, 3));
                break;
            case Outcome.NoQuorum:
                JetStreamLog.NoQuorum(log, cluster, probe, detail);
                break;
            case Outcome.NoLeader:
                JetStreamLog.NoLeader(log, cluster, probe, detail);
                break;
            case Outcome.NoSpace:
                JetStreamLog.NoSpace(log, cluster, probe, detail);
                break;
            case Outcome.NotEnabled:
                JetStreamLog.NotEnabled(log, cluster, probe, detail);
                break;
            case Outcome.Timeout:
                JetStreamLog.TimedOut(log, cluster, probe, detail);
                break;
            case Outcome.Disconnected:
                JetStreamLog.Disconnected(log, cluster, probe);
                break;
            default:
                JetStreamLog.Error(log, cluster, probe, detail);
                break;
        }
    }
}

internal static partial class JetStreamLog
{
    [LoggerMessage(70, LogLevel.Error, "{Cluster} {Probe}: JetStream has no quorum: {Detail}")]
    public static partial void NoQuorum(ILogger log, string cluster, string probe, string detail);

    [LoggerMessage(71, LogLevel.Warning, "{Cluster} {Probe}: JetStream has no leader: {Detail}")]
    public static partial void NoLeader(ILogger log, string cluster, string probe, string detail);

    [LoggerMessage(72, LogLevel.Error, "{Cluster} {Probe}: JetStream has no space: {Detail}")]
    public static partial void NoSpace(ILogger log, string cluster, string probe, string detail);

    [LoggerMessage(73, LogLevel.Error, "{Cluster} {Probe}: JetStream is not enabled: {Detail}")]
    public static partial void NotEnabled(ILogger log, string cluster, string probe, string detail);

    [LoggerMessage(74, LogLevel.Warning, "{Cluster} {Probe}: JetStream did not answer in time: {Detail}")]
    public static partial void TimedOut(ILogger log, string cluster, string probe, string detail);

    [LoggerMessage(75, LogLevel.Error, "{Cluster} {Probe}: the round trip through JetStream failed: {Detail}")]
    public static partial void Error(ILogger log, string cluster, string probe, string detail);

    [LoggerMessage(76, LogLevel.Information, "{Cluster} {Probe}: JetStream cannot be asked: the connection is down, or was lost meanwhile")]
    public static partial void Disconnected(ILogger log, string cluster, string probe);

    [LoggerMessage(77, LogLevel.Information, "{Cluster} {Probe}: JetStream works again after {AwaySeconds} s")]
    public static partial void Back(ILogger log, string cluster, string probe, double awaySeconds);

    [LoggerMessage(78, LogLevel.Critical, "{Cluster} {Probe}: JetStream LOST AN ACKNOWLEDGED MESSAGE: {Detail}")]
    public static partial void Lost(ILogger log, string cluster, string probe, string detail);

    [LoggerMessage(79, LogLevel.Information, "{Cluster} {Probe}: stream {Stream} was {What}")]
    public static partial void Changed(ILogger log, string cluster, string probe, string stream, string what);
}
