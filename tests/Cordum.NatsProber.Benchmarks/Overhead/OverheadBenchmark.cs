using System.Globalization;
using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>What a round trip gains on its way through the prober, beside the same round trip on bare sockets.</summary>
internal static class OverheadBenchmark
{
    private const double MostAtMedian = 1.3;
    private const double MostAtP99 = 2;

    private static readonly Way[] Ways = Enum.GetValues<Way>();

    /// <summary>How often a second, and how many in a round.</summary>
    private static (double PerSecond, int Full, int Brief)[] Rates => [(20, 120, 40), (1000, 3000, 1000)];

    /// <summary>Runs it.</summary>
    public static async Task<string> RunAsync(BenchmarkSetting setting, CancellationToken stop)
    {
        await using var lab = await LabCluster.StartAsync(new LabOptions { Brokers = 1, Cluster = false, NatsServer = setting.Tools.NatsServer }, stop);
        var broker = new Uri(lab.Brokers[0].Url);
        await using var ping = new RawPing(broker);
        await using var raw = new RawRequest(broker);
        await using var product = await ProductRequest.StartAsync(broker, stop);
        IRoundTrip Here(Way way) => way switch { Way.Ping => ping, Way.Request => raw, _ => product };
        var others = Ways.Select(way => new RoundTripProcess(way, broker)).ToArray();
        try
        {
            var places = new (string Name, Func<Way, double, int, double[]> Measure)[]
            {
                ("one process", (way, perSecond, count) => Measure(Here(way), perSecond, count)),
                ("a process each", (way, perSecond, count) => others[(int)way].Measure(perSecond, count)),
            };
            var parts = Rates.ToDictionary(rate => rate.PerSecond, _ => (Raw: new PartsOfRounds(), Product: new PartsOfRounds()));
            var compared = Rates.SelectMany(rate => places.Select(place => (rate.PerSecond, Place: place.Name))).ToDictionary(key => key, _ => new Comparison(Way.Request));
            foreach (var place in places)
            {
                foreach (var way in Ways)
                    place.Measure(way, 1000, setting.Choose(2000, 500)); // compiled, and compiled again for what runs often
            }

            for (var round = 1; round <= setting.Choose(5, 1); round++)
            {
                foreach (var (perSecond, full, brief) in Rates)
                {
                    foreach (var place in places)
                    {
                        stop.ThrowIfCancellationRequested();
                        foreach (var way in Ways)
                        {
                            raw.Log.Clear();
                            product.Log.Clear();
                            compared[(perSecond, place.Name)].Add(way, place.Measure(way, perSecond, setting.Choose(full, brief)));
                            parts[perSecond].Raw.Add(raw.Log);
                            parts[perSecond].Product.Add(product.Log);
                        }
                    }
                }

                Progress.Say($"round {round} of {setting.Choose(5, 1)}");
            }

            var bytes = Allocation.PerTick(product, setting.Choose(5000, 1000));
            Progress.Say("the service as it runs");
            var service = await ServiceMeans.MeasureAsync(broker, others[(int)Way.Request], setting, stop);
            return Report(compared, parts, bytes, service, product.Indeterminate);
        }
        finally
        {
            foreach (var other in others)
                other.Dispose();
        }
    }

    private static double[] Measure(IRoundTrip roundTrip, double perSecond, int count)
    {
        var took = new List<double>(count);
        Pace.Run(perSecond, count, () => took.Add(roundTrip.Once()));
        return [.. took];
    }

    private static string Report(
        Dictionary<(double PerSecond, string Place), Comparison> compared,
        Dictionary<double, (PartsOfRounds Raw, PartsOfRounds Product)> parts,
        Allocated bytes,
        ServiceMeans service,
        int indeterminate)
    {
        var goals = new Table("goal: reported round trip over a raw request", "at most", "measured", "met");
        var times = new Table("round trips, us", "PING p50", "p99", "raw request p50", "p99", "natsprober p50", "p99", "p50 ratio", "p99 ratio");
        foreach (var ((perSecond, place), one) in compared)
        {
            var (p50, p99) = (one.Ratio(Way.Product, 50), one.Ratio(Way.Product, 99));
            goals.Row($"p50, {perSecond} a second, {place}", Number(MostAtMedian), $"{Number(p50)} x", p50 <= MostAtMedian ? "yes" : "no");
            goals.Row($"p99, {perSecond} a second, {place}", Number(MostAtP99), $"{Number(p99)} x", p99 <= MostAtP99 ? "yes" : "no");
            times.Row(
                [$"{perSecond} a second, {place}", .. Ways.SelectMany(way => new[] { Micros(one.Percentile(way, 50)), Micros(one.Percentile(way, 99)) }), $"{Number(p50)} x", $"{Number(p99)} x"]);
        }

        var where = new Table("where they go, us, medians", "to the socket", "broker, request", "answerer", "broker, reply", "tick's end", "reported");
        foreach (var (perSecond, (raw, product)) in parts)
            where.Row(raw.Row($"raw request, {perSecond} a second")).Row(product.Row($"natsprober, {perSecond} a second"));

        return $"""
            {goals}
            {times}
            {where}
            {bytes.Text}

            {service.Text}

            Two connections to one broker on the loopback: one asks, the other answers with 56 bytes, in natsprober as on the raw sockets, where a thread blocks in each read. All are paced alike
            by a thread that sleeps until each is due, one after another in rounds; each number is the median over the rounds of that percentile within a round, each ratio the
            median of the rounds' own. *To the socket* and *tick's end* are the prober's own time and outside of what it reports; its answerer's time is inside, as
            on the raw sockets. Of {indeterminate} round trips natsprober said that it was held up itself: they are left out. With two processors asker, broker and answerer share them, so that every wake-up of a thread counts; over a real
            network the same microseconds are a smaller part.
            """;
    }

    internal static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    internal static string Micros(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
