using System.Globalization;
using System.Text;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>What the scale benchmark found, as its section of the page.</summary>
/// <param name="readings">In order of size.</param>
/// <param name="duels">Against the blackbox exporter.</param>
/// <param name="reducedAt">At how many endpoints it was tried with fewer series.</param>
/// <param name="reduced">That; null where the size was beyond reach.</param>
/// <param name="sizes">How many endpoints were to be tried.</param>
/// <param name="beyond">What the machine could not carry; sizes above are not tried.</param>
internal sealed class ScaleReport(IReadOnlyList<ScaleReading> readings, IReadOnlyList<Duel> duels, int reducedAt, Detail.Reading? reduced, IReadOnlyList<int> sizes, IReadOnlyList<string> beyond)
{
    private const double Megabyte = 1 << 20;

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Goals()).Append(Beyond()).Append(Costs()).Append(Ticks()).Append(Scrapes()).Append(Rivals()).Append(ScaleLine.Of(readings));
        text.Append(Text(
            $"""
            *How.* Every endpoint is an address of its own (`127.x.y.z`) of one of {Fleet.Brokers} real brokers, in clusters of {Fleet.Brokers}, each probed once a second with a timeout of 500 ms. Every cluster has one more link,
            which fails over and is probed as well: {Fleet.LinksPerCluster} links and ticks for {Fleet.Brokers} endpoints, and each endpoint's responder is a connection besides. CPU is the kernel's accounting, in percent of one core; cost and
            lateness are medians over windows in which nothing scrapes, in turns with windows that have a scrape each second. Lateness is seen from outside: a raw subscriber on every broker takes the time at which a request arrives, and the time at which it was due follows
            from the schedule's hash. So it includes the sending, the broker and the subscriber's own waking; with more than 1,000 endpoints a fifth of the clusters is watched. Brokers, prober and the one who measures share this machine's processors: the
            cost of the others stands in the table.

            *What it cannot tell.* All brokers are on loopback, so no network delays anything. Ten brokers that carry thousands of links become slow themselves, above all while hundreds of links come back at once: the error of the outage's length includes
            that. The exporter makes a fresh connection for each probe, and the prober holds two: they do not measure the same, and the exporter's probe is the costlier by its nature.
            """));
        return text.Append('\n').ToString();
    }

    private string Goals()
    {
        var table = new Table("goal", "measured", "met");
        foreach (var size in sizes)
        {
            var (cpu, memory) = size switch { 1000 => (32, 150), 5000 => (150, 400), _ => (0, 0) };
            if (cpu == 0)
                continue;
            if (readings.FirstOrDefault(one => one.Fleet.Endpoints == size) is not { } reading)
            {
                Goal(Text($"{size:N0} endpoints: under {cpu} % of a core and {memory} MB"), "not carried by this machine", isMet: false);
                continue;
            }

            Goal(Text($"{reading.Fleet.Endpoints:N0} endpoints: under {cpu} % of a core"), Text($"{reading.Cpu:0.0} %"), reading.Cpu < cpu);
            Goal(Text($"{reading.Fleet.Endpoints:N0} endpoints: under {memory} MB"), Text($"{reading.Memory / Megabyte:0} MB"), reading.Memory / Megabyte < memory);
        }

        var largest = readings[^1];
        var (quiet, scraped) = (LateP99(largest.Quiet), LateP99(largest.Scraped));
        var delayed = DelayedByScrapes(largest);
        AtMost("p99 of lateness under 20 ms", Text($"{quiet:0.0} ms; scraped each second {scraped:0.0} ms"), Math.Max(quiet, scraped) < ScaleWindow.DelayedFrom);
        AtMost("a scrape takes under 150 ms", Text($"{largest.Scrape.Median:0} ms"), largest.Scrape.Median < 150);
        AtMost(Text($"no probe delayed by a scrape (over {ScaleWindow.DelayedFrom} ms, beyond the share without scrapes)"), Text($"{delayed:0.###} %"), delayed == 0);
        var missed = readings.Sum(reading => reading.Accuracy.Missed + reading.Accuracy.Indeterminate);
        Goal("no tick missed or indeterminate at any size", Text($"{missed} of {readings.Sum(reading => reading.Accuracy.Counted):N0}"), missed == 0);
        var untrue = readings.Sum(reading => reading.Fault.Untrue + reading.Fault.Again);
        Goal("a broker's outage told by each of its endpoints once, and none that never was", Text($"{readings.Sum(reading => reading.Fault.Told)} of {readings.Sum(reading => reading.Fault.Endpoints)}; {untrue} besides"), untrue == 0 && readings.All(reading => reading.Fault.Told == reading.Fault.Endpoints));
        foreach (var duel in duels)
        {
            Goal(
                Text($"{duel.Endpoints:N0} endpoints: less than half the CPU of the blackbox exporter"),
                duel.IsComparable ? Text($"{duel.Ratio:0.00} x") : Text($"not comparable: {Duel.Median(duel.Exporter, round => round.ProbesPerSecond):0} of its {duel.Endpoints:N0} probes a second succeeded"),
                duel is { IsComparable: true, Ratio: < 0.5 });
        }

        return table.ToString();

        // These are goals at the largest size that was to be tried; where it was not reached, what the largest that was comes to is told beside it.
        void AtMost(string goal, string measured, bool isMet)
        {
            var isReached = largest.Fleet.Endpoints == sizes[^1];
            Goal(Text($"{sizes[^1]:N0} endpoints: {goal}"), isReached ? measured : Text($"not carried by this machine; at {largest.Fleet.Endpoints:N0}: {measured}"), isReached && isMet);
        }

        void Goal(string goal, string measured, bool isMet) => table.Row(goal, measured, isMet ? "yes" : "**no**");
    }

    private string Beyond() => string.Concat(beyond.Select(what => $"**{what}**, with {Fleet.Brokers} brokers and the measuring on the same {Environment.ProcessorCount} processors. Larger fleets were not tried.\n\n"));

    private string Costs()
    {
        var table = new Table("endpoints", "links", "CPU", "CPU, scraped each second", "per endpoint", "memory", "threads", "all open after", "brokers' CPU", "measurer's CPU");
        foreach (var reading in readings)
        {
            table.Row(
                Text($"{reading.Fleet.Endpoints:N0}"),
                Text($"{reading.Fleet.Links:N0}"),
                Text($"{reading.Cpu:0.0} %"),
                Text($"{ScaleReading.Median(reading.Scraped, window => window.Prober):0.0} %"),
                Text($"{reading.Cpu * 10_000 / reading.Fleet.Endpoints:0} us/s"),
                Text($"{reading.Memory / Megabyte:0} MB"),
                Text($"{ScaleReading.Median(reading.Quiet, window => window.Threads):0}"),
                Text($"{reading.ConnectedAfter:0.0} s"),
                Text($"{ScaleReading.Median(reading.Quiet, window => window.Brokers):0.0} %"),
                Text($"{ScaleReading.Median(reading.Quiet, window => window.Own):0.0} %"));
        }

        return "### Cost\n\n" + table;
    }

    private string Ticks()
    {
        var late = new Table("endpoints", "late p50", "late p99", "latest", "p99, scraped each second", "latest, scraped", "over 20 ms", "over 20 ms, scraped");
        var kept = new Table("endpoints", "ticks counted", "succeeded", "missed", "furthest from promise", "furthest from what the broker saw", "broker away", "told by endpoints", "told again", "told, never were", "error p50", "error p99", "largest");
        foreach (var reading in readings)
        {
            var (accuracy, fault) = (reading.Accuracy, reading.Fault);
            late.Row(
                Text($"{reading.Fleet.Endpoints:N0}"),
                Text($"{ScaleReading.Median(reading.Quiet, window => window.Late.Median):0.0} ms"),
                Text($"{LateP99(reading.Quiet):0.0} ms"),
                Text($"{reading.Quiet.Max(window => window.Late.Largest):0.0} ms"),
                Text($"{LateP99(reading.Scraped):0.0} ms"),
                Text($"{reading.Scraped.Max(window => window.Late.Largest):0.0} ms"),
                Text($"{reading.Quiet.Average(window => window.Delayed) * 100:0.###} %"),
                Text($"{reading.Scraped.Average(window => window.Delayed) * 100:0.###} %"));
            kept.Row(
                Text($"{reading.Fleet.Endpoints:N0}"),
                Text($"{accuracy.Counted:N0}"),
                Text($"{accuracy.Successes:N0}"),
                Text($"{accuracy.Missed + accuracy.Indeterminate:N0}"),
                Text($"{accuracy.FurthestFromPromise:0.0} ticks"),
                Text($"{accuracy.FurthestFromSeen:0} ticks"),
                Text($"{fault.Seconds:0.000} s"),
                Text($"{fault.Told} of {fault.Endpoints}"),
                Text($"{fault.Again}"),
                Text($"{fault.Untrue}"),
                fault.ErrorMilliseconds.Count == 0 ? "-" : Text($"{fault.ErrorMilliseconds.Median:0.0} ms"),
                fault.ErrorMilliseconds.Count == 0 ? "-" : Text($"{fault.ErrorMilliseconds.Percentile(99):0.0} ms"),
                fault.ErrorMilliseconds.Count == 0 ? "-" : Text($"{fault.ErrorMilliseconds.Largest:0.0} ms"));
        }

        return "### Lateness\n\n" + late + "### Accuracy\n\nEvery tick is counted once, and one broker of ten is killed for two seconds: all its endpoints must tell how long.\n\n" + kept;
    }

    private string Scrapes()
    {
        var table = new Table("endpoints", "scrape, median", "slowest", "text", "on the wire", "samples", "per endpoint");
        foreach (var reading in readings)
            Row(Text($"{reading.Fleet.Endpoints:N0}"), reading.Fleet.Endpoints, reading.Scrape.Median, Text($"{reading.Scrape.Largest:0} ms"), reading.TextBytes, Text($"{reading.WireBytes / Megabyte:0.0} MB"), reading.Samples);
        if (reduced is not null)
            Row(Text($"{reducedAt:N0}, `{string.Join(' ', Detail.Reduced)}`"), reducedAt, reduced.ScrapeMilliseconds, "-", reduced.TextBytes, "-", reduced.Samples);
        return "### Scrape\n\nThe links that fail over are counted in \"per endpoint\".\n\n" + table;

        void Row(string what, int endpoints, double median, string slowest, long bytes, string wire, long samples) => table.Row(
            what, Text($"{median:0} ms"), slowest, Text($"{bytes / Megabyte:0.0} MB"), wire, Text($"{samples:N0}"), Text($"{samples / (double)endpoints:0}"));
    }

    private string Rivals()
    {
        var table = new Table("each second", "natsprober", "blackbox exporter", "ratio");
        foreach (var duel in duels)
        {
            Row(duel, "CPU alone", round => round.Alone);
            Row(duel, "CPU with Prometheus", round => round.Together);
            var (mine, theirs) = Both(duel, round => round.ProbesPerSecond);
            table.Row(Text($"{duel.Endpoints:N0} endpoints: successful probes"), Text($"{mine:N0}"), Text($"{theirs:N0}"), Ratio(duel, mine, theirs));
        }

        return Text(
            $"""
            ### Beside the blackbox exporter

            Medians of {duels[0].Prober.Count} rounds each, in turns. Prometheus scrapes the prober every 15 s, and the exporter once a second for each endpoint. Where the exporter's probes fail because brokers, exporter and Prometheus do not get
            through them on this machine, there is no ratio.


            """) + table;

        void Row(Duel duel, string what, Func<DuelRound, double> of)
        {
            var (mine, theirs) = Both(duel, of);
            table.Row(Text($"{duel.Endpoints:N0} endpoints: {what}"), Text($"{mine:0.0} %"), Text($"{theirs:0.0} %"), Ratio(duel, mine, theirs));
        }

        static (double, double) Both(Duel duel, Func<DuelRound, double> of) => (Duel.Median(duel.Prober, of), Duel.Median(duel.Exporter, of));

        static string Ratio(Duel duel, double mine, double theirs) => duel.IsComparable ? Text($"{mine / theirs:0.00}") : "-";
    }

    private static double LateP99(IReadOnlyList<ScaleWindow> windows) => ScaleReading.Median(windows, window => window.Late.Percentile(99));

    /// <summary>In percent of all requests.</summary>
    private static double DelayedByScrapes(ScaleReading reading) =>
        Math.Max(0, reading.Scraped.Average(window => window.Delayed) - reading.Quiet.Average(window => window.Delayed)) * 100;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
