using System.Diagnostics;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>One stall of one kind, and what was said of it.</summary>
/// <param name="Kind">What held the prober up.</param>
/// <param name="Length">For how long, truly.</param>
/// <param name="Told">For how long by its own word, of the kind that it was.</param>
/// <param name="Counts">What else it counted meanwhile.</param>
/// <param name="WorstReading">The longest reading of the stopwatch meanwhile.</param>
/// <param name="TooLong">How many of its readings were longer than the prober's timeout.</param>
internal sealed record Stall(string Kind, TimeSpan Length, TimeSpan Told, StallCounts Counts, TimeSpan WorstReading, int TooLong);

/// <summary>A prober that is going to be held up.</summary>
/// <param name="scrape">Scrapes it.</param>
/// <param name="stopwatch">What the stopwatch has read since the last call.</param>
internal sealed class StalledProber(Func<CancellationToken, Task<ScrapedPage>> scrape, Func<(TimeSpan Worst, int TooLong)> stopwatch)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private StallCounts? _latest;

    /// <summary>Waits until it has been well for a second: all links open, and ticks succeed.</summary>
    public async Task UntilWellAsync(CancellationToken stop)
    {
        var since = Stopwatch.GetTimestamp();
        var before = await CountAsync(stop);
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), stop);
            var now = await CountAsync(stop);
            var meanwhile = now - before;
            if (meanwhile.Success >= 8 && meanwhile.Told == 0 && now.Disconnects == now.Reconnects)
            {
                _latest = now;
                _ = stopwatch();
                return;
            }

            if (Stopwatch.GetElapsedTime(since) > Soon)
                throw new TimeoutException($"the prober is not well: {meanwhile}");
            before = now;
        }
    }

    /// <summary>Holds it up, and reads what it says of that.</summary>
    /// <param name="kind">What the stall is called.</param>
    /// <param name="told">The seconds that it should be told by.</param>
    /// <param name="provoke">Holds it up, and returns for how long.</param>
    /// <param name="stop">Ends the waits.</param>
    public async Task<Stall> StallAsync(string kind, Func<StallCounts, double> told, Func<Task<TimeSpan>> provoke, CancellationToken stop)
    {
        await UntilWellAsync(stop);
        var length = await provoke();
        // Readings that were under way come in; and so do the disconnects of a prober that takes its own silence for the broker's.
        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        var (worst, tooLong) = stopwatch();
        var counts = await SinceAsync(stop);
        return new(kind, length, TimeSpan.FromSeconds(told(counts)), counts, worst, tooLong);
    }

    /// <summary>What it has counted since it was last known to be well, once it is so again.</summary>
    public async Task<StallCounts> SinceAsync(CancellationToken stop)
    {
        var before = _latest ?? throw new InvalidOperationException("it was not well before");
        await UntilWellAsync(stop);
        return _latest - before;
    }

    private async Task<StallCounts> CountAsync(CancellationToken stop) => StallCounts.Of(await scrape(stop));
}
