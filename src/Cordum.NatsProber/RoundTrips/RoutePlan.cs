namespace Cordum.NatsProber.RoundTrips;

/// <summary>Which ordered pairs of brokers a route probe asks. Pure.</summary>
public static class RoutePlan
{
    /// <summary>How many rotations it takes to replace a whole sample: most of its series live on through each.</summary>
    private const int RotationsForAll = 8;

    /// <summary>How long a sample stands.</summary>
    public static readonly TimeSpan Rotation = TimeSpan.FromHours(1);

    /// <summary>
    /// All ordered pairs, if there are no more than <paramref name="most"/>; else a sample of that size, in which every broker asks about equally
    /// often and is asked about equally often. It is the same for everybody who asks in the same hour, and over the hours comes to every pair.
    /// </summary>
    /// <param name="own">Brokers at which requests enter.</param>
    /// <param name="others">Further brokers at which they may be answered.</param>
    /// <param name="most">At most so many pairs.</param>
    /// <param name="now">The time of day.</param>
    public static IReadOnlyList<(T From, T To)> Pairs<T>(IReadOnlyList<T> own, IReadOnlyList<T> others, int most, DateTimeOffset now)
    {
        // Ring after ring: each broker to its neighbour, then each to the next but one, and so on.
        var all = new List<T>([.. own, .. others]);
        var pairs = (long)own.Count * (all.Count - 1);
        if (pairs <= 0)
            return [];
        var count = Math.Min(pairs, most);
        var start = pairs > most ? now.UtcTicks / Rotation.Ticks % pairs * Math.Max(1, most / RotationsForAll) % pairs : 0;
        return [.. Enumerable.Range(0, (int)count).Select(i => Pair((start + i) % pairs))];

        (T, T) Pair(long number)
        {
            var (distance, from) = Math.DivRem(number, own.Count);
            return (own[(int)from], all[(int)((from + distance + 1) % all.Count)]);
        }
    }
}
