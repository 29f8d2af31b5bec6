using System.Buffers;
using System.Globalization;

namespace Cordum.NatsProber.Brokers;

/// <summary>Reads durations as Go writes them (https://pkg.go.dev/time#Duration.String): <c>997µs</c>, <c>1.5ms</c>, <c>1m2.25s</c>.</summary>
internal static class GoDuration
{
    // The longer units first: "ms" is not minutes and seconds.
    private static readonly (string Unit, double Seconds)[] Units = [("ns", 1e-9), ("µs", 1e-6), ("μs", 1e-6), ("us", 1e-6), ("ms", 1e-3), ("h", 3600), ("m", 60), ("s", 1)];

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>The duration, to the nearest tick; null if this is none.</summary>
    public static TimeSpan? TryParse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var rest = text.AsSpan();
        var seconds = 0.0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return null;
            rest = rest[digits..];
            var found = false;
            foreach (var (unit, length) in Units)
            {
                if (!rest.StartsWith(unit, StringComparison.Ordinal))
                    continue;
                seconds += number * length;
                rest = rest[unit.Length..];
                found = true;
                break;
            }

            if (!found)
                return null;
        }

        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond)) : null;
    }
}
