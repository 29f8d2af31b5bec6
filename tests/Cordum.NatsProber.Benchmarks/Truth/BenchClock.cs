using System.Diagnostics;

namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>The benchmark's time: the machine's monotonic clock, which all its processes share, tied to the wall clock once.</summary>
internal sealed class BenchClock
{
    private readonly long _origin;
    private readonly DateTimeOffset _wall;

    /// <summary>Starts at zero, now.</summary>
    public BenchClock() => (_origin, _wall) = Tie();

    /// <summary>The present.</summary>
    public TimeSpan Now => Of(Stopwatch.GetTimestamp());

    /// <summary>How far the wall clock has moved against the monotonic one since the start: an error of all that is told in wall time.</summary>
    public TimeSpan WallDrift
    {
        get
        {
            var (timestamp, wall) = Tie();
            return wall - _wall - Of(timestamp);
        }
    }

    /// <summary>An instant, from its timestamp (<see cref="Stopwatch.GetTimestamp"/>).</summary>
    public TimeSpan Of(long timestamp) => Stopwatch.GetElapsedTime(_origin, timestamp);

    /// <summary>An instant, from its wall time.</summary>
    public TimeSpan Of(DateTimeOffset wall) => wall - _wall;

    /// <summary>Waits until an instant.</summary>
    public async Task UntilAsync(TimeSpan instant, CancellationToken stop)
    {
        // Timers count whole milliseconds, on a coarser clock: they may fire early.
        while (instant - Now is { Ticks: > 0 } left)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), stop);
    }

    /// <summary>Both clocks at once, as nearly as a few tries can read them.</summary>
    private static (long Timestamp, DateTimeOffset Wall) Tie() => Enumerable.Range(0, 20)
        .Select(_ => (Before: Stopwatch.GetTimestamp(), Wall: DateTimeOffset.UtcNow, After: Stopwatch.GetTimestamp()))
        .Select(read => (Took: read.After - read.Before, Both: (read.Before + ((read.After - read.Before) / 2), read.Wall)))
        .MinBy(read => read.Took).Both;
}
