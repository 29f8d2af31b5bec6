using Cordum.NatsProber.Links;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Brokers;

/// <summary>The health part of the <c>broker</c> probe: how is the broker, by its own word? One tick at a time.</summary>
/// <param name="where">The endpoint.</param>
/// <param name="askAsync">Asks for the broker's health. Throws only for its token, which it obeys at once.</param>
/// <param name="timeout">How long an answer may take.</param>
/// <param name="stalls">The prober's own stalls.</param>
/// <param name="clock">The prober's clock.</param>
/// <param name="time">The source of time.</param>
/// <param name="log">Told of each change of the view.</param>
internal sealed class HealthRoundTrip(
    LinkIdentity where,
    Func<CancellationToken, Task<MonitorReply>> askAsync,
    TimeSpan timeout,
    StallWatch stalls,
    ProberClock clock,
    TimeProvider time,
    ILogger<HealthRoundTrip> log)
{
    private readonly Excuses _excuses = new();
    private volatile BrokerWord _latest = BrokerWord.None;

    /// <summary>What the latest tick that found out anything has found.</summary>
    public BrokerWord Latest => _latest;

    /// <summary>Runs one tick. Throws only <see cref="OperationCanceledException"/>, for <paramref name="stop"/>.</summary>
    public async Task<TickResult> RunAsync(CancellationToken stop)
    {
        var began = clock.Now;
        var word = await AskAsync(began, stop).ConfigureAwait(false);
        var ended = clock.Now;
        if (word.View == BrokerView.Timeout && Waiting.WasAsleep(stalls, began, ended, timeout) && _excuses.TryTake())
            return new(Outcome.Indeterminate); // what was known of the broker is still the latest

        _excuses.Renew();
        Learn(word);
        // That it took long may be our own doing; what was said was said.
        return word.Outcome == Outcome.Success ? Waiting.Answered(stalls, began, ended, timeout) : new(word.Outcome, Detail: word.Detail);
    }

    private async Task<BrokerWord> AskAsync(TimeSpan began, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var asking = askAsync(end.Token);
        try
        {
            while (Waiting.GoesOn(stalls, began, clock.Now, timeout))
            {
                if (await Waiting.CompletesAsync(asking, timeout - stalls.Awake(began, clock.Now), time, stop).ConfigureAwait(false))
                    return HealthAnswer.Read(await asking.ConfigureAwait(false));
            }

            return new(BrokerView.Timeout, $"no whole answer within {timeout.TotalMilliseconds:0} ms");
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await ((Task)asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Learn(BrokerWord word)
    {
        var before = _latest;
        _latest = word;
        if (word.View == before.View || (before.View == BrokerView.None && word.Outcome == Outcome.Success))
            return;
        if (word.Outcome == Outcome.Success)
            HealthLog.Healthy(log, where.Cluster, where.Endpoint, SnakeCase.Of(before.View));
        else if (word.View == BrokerView.Unhealthy)
            HealthLog.Unhealthy(log, where.Cluster, where.Endpoint, word.Detail);
        else
            HealthLog.NoWord(log, where.Cluster, where.Endpoint, SnakeCase.Of(word.View), word.Detail);
    }
}

internal static partial class HealthLog
{
    [LoggerMessage(80, LogLevel.Warning, "{Cluster}/{Endpoint} the broker says that it is not healthy: {Detail}")]
    public static partial void Unhealthy(ILogger log, string cluster, string endpoint, string detail);

    [LoggerMessage(81, LogLevel.Warning, "{Cluster}/{Endpoint} nobody gives the broker's word for its health, which says nothing about the broker, {View}: {Detail}")]
    public static partial void NoWord(ILogger log, string cluster, string endpoint, string view, string detail);

    [LoggerMessage(82, LogLevel.Information, "{Cluster}/{Endpoint} the broker says that it is healthy (was {View})")]
    public static partial void Healthy(ILogger log, string cluster, string endpoint, string view);
}
