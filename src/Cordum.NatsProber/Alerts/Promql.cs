using System.Globalization;

namespace Cordum.NatsProber.Alerts;

/// <summary>Values as PromQL and rule files write them.</summary>
internal static class Promql
{
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
    ];

    /// <summary>In the longest unit that needs no fraction, for Prometheus reads none: 90 s is <c>90s</c>, 1.5 s is <c>1500ms</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        var (unit, ticks) = Units.First(u => u.Unit == "ms" || (duration.Ticks >= u.Ticks && duration.Ticks % u.Ticks == 0));
        return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / ticks}{unit}");
    }

    /// <summary>Seconds as a number.</summary>
    public static string Seconds(TimeSpan duration) => Number(duration.TotalSeconds);

    /// <summary>The shortest text that means the same number; never an exponent, since people read the rules.</summary>
    public static string Number(double number) => ((decimal)number).ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// The least increase() of <paramref name="events"/> events. It extrapolates to the edges of its window, up or down, so that a whole number is compared
    /// half an event lower.
    /// </summary>
    public static string AtLeast(int events) => Number(events - 0.5);
}
