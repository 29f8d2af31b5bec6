namespace Cordum.NatsProber.Timing;

/// <summary>Comparing instants of the prober's clock, which are <see cref="TimeSpan"/>s since its start.</summary>
internal static class Instant
{
    /// <summary>The later of two instants, or the longer of two durations.</summary>
    public static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>The earlier of two instants, or the shorter of two durations.</summary>
    public static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>A duration, or zero where clocks or orders of arrival made it negative.</summary>
    public static TimeSpan NotNegative(TimeSpan duration) => Later(duration, TimeSpan.Zero);
}
