using System.Diagnostics;
using System.Globalization;
using Cordum.NatsProber.Benchmarks.Scale;

namespace Cordum.NatsProber.Benchmarks.Endurance;

/// <summary>Holds what was counted between two scrapes against the faults that were made between them.</summary>
internal static class CounterCheck
{
    /// <summary>Every difference, in words.</summary>
    public static IEnumerable<string> Breaches(Fleet fleet, FleetPage before, FleetPage after, FaultLog log)
    {
        var expected = Enumerable.Range(0, Fleet.Brokers).Select(log.Expected).ToList();
        // A counter that is read at two moments holds the ticks between them but for one, and the moment of reading is only known to lie within the scrape.
        var seconds = Stopwatch.GetElapsedTime(before.AskedAt, after.AskedAt).TotalSeconds;
        var tolerance = 1 + ((before.Cost.Took + after.Cost.Took) / Fleet.Every);
        for (var link = 0; link < fleet.Links; link++)
        {
            var name = Fleet.NameOf(link);
            var promised = seconds / Fleet.Every.TotalSeconds;
            var ticks = after.Ticks[link] - before.Ticks[link];
            if (Math.Abs(ticks - promised) > tolerance)
                yield return string.Create(CultureInfo.InvariantCulture, $"{name}: {ticks} ticks were counted, {promised:0.00} promised");

            var disconnects = after.Disconnects[link] - before.Disconnects[link];
            var reconnects = after.Reconnects[link] - before.Reconnects[link];
            if (!Fleet.IsPinned(link))
            {
                // Where it was when a broker failed was the client's own choice: only that it is back is known.
                if (disconnects != reconnects)
                    yield return $"{name}: {disconnects} disconnects, {reconnects} reconnects";
                continue;
            }

            var (faults, silences) = expected[Fleet.BrokerOf(link)];
            (string What, long Counted, long Expected)[] counters =
            [
                ("disconnects", disconnects, faults),
                ("disconnects with cause timeout", after.Silences[link] - before.Silences[link], silences),
                ("reconnects", reconnects, faults),
                ("outages", after.Outages[link] - before.Outages[link], faults),
            ];
            foreach (var (what, counted, wanted) in counters.Where(counter => counter.Counted != counter.Expected))
                yield return $"{name}: {counted} {what} were counted, {wanted} were made";
        }
    }
}
