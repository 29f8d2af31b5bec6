using System.Globalization;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>The service as users run it, which shows a histogram and no single round trips: its mean beside that of raw requests at the same time, ten a second each.</summary>
/// <param name="Ratio">The median over the rounds of the ratio of the means.</param>
/// <param name="Service">The median of its means, in microseconds.</param>
/// <param name="Raw">The median of theirs.</param>
/// <param name="Ticks">Its successful ticks.</param>
/// <param name="Others">Its other ticks.</param>
internal sealed record ServiceMeans(double Ratio, double Service, double Raw, double Ticks, double Others)
{
    private const double PerSecond = 10;
    private const string Probes = "cordum_nats_probe_total";
    private const string Durations = "cordum_nats_probe_duration_seconds";

    /// <summary>In a sentence.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"The service itself, `natsprober run` at its shortest interval of 100 ms, whose histogram tells means only: mean {Service:0} us, beside {Raw:0} us of raw requests from another process at the same time, **{Ratio:0.00} x** ({Ticks:0} ticks, and {Others:0} that did not succeed).");

    /// <summary>Starts the service, and measures.</summary>
    public static async Task<ServiceMeans> MeasureAsync(Uri broker, RoundTripProcess raw, BenchmarkSetting setting, CancellationToken stop)
    {
        var file = $$"""
            cluster: bench
            endpoints:
              - { name: n1, url: "{{broker.GetLeftPart(UriPartial.Authority)}}" }
            probes:
              request: { every: 100ms, timeout: 90ms }
            """;
        await using var prober = await ProberUnderTest.StartAsync([file], stop: stop);
        await prober.UntilConnectedAsync(TimeSpan.FromSeconds(20), stop);
        await prober.UntilAsync(page => Count(page) >= 30, "ticks succeed", TimeSpan.FromSeconds(20), stop);
        var (service, other, ticks, failed) = (new List<double>(), new List<double>(), 0.0, 0.0);
        for (var round = 0; round < setting.Choose(5, 2); round++)
        {
            var before = await prober.ScrapeAsync(stop);
            other.Add(raw.Measure(PerSecond, setting.Choose(60, 30)).Average());
            var after = await prober.ScrapeAsync(stop);
            service.Add((Sum(after) - Sum(before)) / (Count(after) - Count(before)) * 1e6);
            ticks += Count(after) - Count(before);
            failed += All(after) - All(before) - (Count(after) - Count(before));
        }

        return new(new Samples(service.Zip(other, (mine, theirs) => mine / theirs)).Median, new Samples(service).Median, new Samples(other).Median, ticks, failed);
    }

    private static double Sum(ScrapedPage page) => page.Sum($"{Durations}_sum", ("endpoint", "n1"), ("probe", "request"));

    private static double Count(ScrapedPage page) => page.Sum($"{Durations}_count", ("endpoint", "n1"), ("probe", "request"));

    private static double All(ScrapedPage page) => page.Sum(Probes, ("endpoint", "n1"), ("probe", "request"));
}
