using System.Globalization;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.Probes;

/// <summary>Durations as probe files write them: a decimal number and one unit, <c>500ms</c>, <c>1.5s</c>, <c>30d</c>.</summary>
internal static partial class Durations
{
    /// <summary>The schema carries the same pattern.</summary>
    public const string Pattern = @"^[0-9]{1,9}(\.[0-9]{1,6})?(ms|s|m|h|d)$";

    private static readonly (string Name, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    /// <returns>Null when the text is no duration; one too long for a <see cref="TimeSpan"/> is cut to the longest.</returns>
    public static TimeSpan? Parse(string text)
    {
        if (!Shape().IsMatch(text))
            return null;
        var digits = text.TrimEnd('m', 's', 'h', 'd');
        var unit = Units.Single(u => u.Name == text[digits.Length..]);
        var ticks = decimal.Parse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * unit.Ticks;
        return ticks >= TimeSpan.MaxValue.Ticks ? TimeSpan.MaxValue : TimeSpan.FromTicks((long)ticks);
    }

    /// <summary>In the longest unit that needs no fraction: 90 s is <c>90s</c>, one day is <c>1d</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        var (name, ticks) = Units.FirstOrDefault(u => duration.Ticks % u.Ticks == 0 && duration.Ticks >= u.Ticks, Units[^1]);
        return string.Create(CultureInfo.InvariantCulture, $"{(decimal)duration.Ticks / ticks}{name}");
    }

    [GeneratedRegex(@"\A[0-9]{1,9}(\.[0-9]{1,6})?(ms|s|m|h|d)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
