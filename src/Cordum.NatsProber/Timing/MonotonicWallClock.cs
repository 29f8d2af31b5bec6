namespace Cordum.NatsProber.Timing;

/// <summary>
/// A wall clock that is set once and never steps: the wall time of its making plus the monotonic time since. The scheduler runs on it, so
/// that setting the machine's clock neither fires thousands of ticks at once nor silences them for hours.
/// </summary>
/// <param name="time">The source of both times.</param>
public sealed class MonotonicWallClock(TimeProvider time) : TimeProvider
{
    private readonly DateTimeOffset _started = time.GetUtcNow();
    private readonly long _origin = time.GetTimestamp();

    /// <inheritdoc/>
    public override long TimestampFrequency => time.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _started + time.GetElapsedTime(_origin);

    /// <inheritdoc/>
    public override long GetTimestamp() => time.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
