using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.RoundTrips;

namespace Cordum.NatsProber.Scheduling;

/// <summary>Turns the scheduler's firing of one probe into ticks, each with exactly one outcome.</summary>
internal sealed class Ticker(
    string name,
    DateTimeOffset first,
    TimeSpan every,
    Func<CancellationToken, Task<TickResult>> probe,
    ITickSeries series,
    TimeProvider scheduleTime,
    TimeProvider wallTime,
    ILogger<Ticker> log)
{
    private readonly Lock _gate = new();
    private readonly TickLedger _ledger = new(first, every);
    private Task _running = Task.CompletedTask;

    /// <summary>Unique among all tickers: cluster, endpoint and probe.</summary>
    public string Name => name;

    /// <summary>When the first tick is due.</summary>
    public DateTimeOffset First => first;

    /// <summary>The interval.</summary>
    public TimeSpan Every => every;

    /// <summary>The tick under way, if any.</summary>
    public Task Running
    {
        get
        {
            lock (_gate)
                return _running;
        }
    }

    /// <summary>A tick is due. Returns at once; the probe runs on its own.</summary>
    /// <param name="due">When it was due, by the schedule.</param>
    /// <param name="stop">Ends the probe without an outcome: the prober is stopping.</param>
    public void Fire(DateTimeOffset due, CancellationToken stop)
    {
        lock (_gate)
        {
            var (run, missed) = _ledger.Take(due, scheduleTime.GetUtcNow());
            if (run && !_running.IsCompleted)
            {
                run = false;
                missed++;
            }

            if (missed > 0)
                series.Missed(missed);
            if (run)
                _running = RunAsync(stop);
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        // The scheduler's thread has other probes to fire.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        TickResult result;
        try
        {
            result = await probe(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            TickerLog.Failed(log, name, e);
            result = new TickResult(Outcome.Error);
        }

        series.Completed(result, wallTime.GetUtcNow());
    }
}

internal static partial class TickerLog
{
    [LoggerMessage(40, LogLevel.Error, "{Probe} failed in a way that is the prober's own fault, not the broker's")]
    public static partial void Failed(ILogger log, string probe, Exception fault);
}
