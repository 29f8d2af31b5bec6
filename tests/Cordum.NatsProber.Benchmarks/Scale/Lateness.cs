namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>How far behind its due time something came that is due once an interval.</summary>
internal static class Lateness
{
    /// <summary>Of the nearest due time: from half an interval early (negative) to half an interval late.</summary>
    /// <param name="at">When it came.</param>
    /// <param name="phase">When within its interval it is due.</param>
    /// <param name="every">The interval.</param>
    public static TimeSpan Of(DateTimeOffset at, TimeSpan phase, TimeSpan every)
    {
        var since = (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks - phase.Ticks) % every.Ticks;
        if (since < 0)
            since += every.Ticks;
        return TimeSpan.FromTicks(since > every.Ticks / 2 ? since - every.Ticks : since);
    }
}
