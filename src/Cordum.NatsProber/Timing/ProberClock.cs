namespace Cordum.NatsProber.Timing;

/// <summary>
/// The prober's time: monotonic, counted from its start, untouched by steps of the wall clock. All durations and brackets are taken on it;
/// wall time is only for telling people.
/// </summary>
/// <param name="time">The source; tests give their own.</param>
public sealed class ProberClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    /// <summary>Time since the clock was made.</summary>
    public TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>The wall time at an instant of this clock, by today's reckoning of the wall clock.</summary>
    /// <param name="instant">Time since the clock was made.</param>
    public DateTimeOffset WallAt(TimeSpan instant) => time.GetUtcNow() - (Now - instant);
}
