using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>The product's switch for fewer series.</summary>
internal static class Detail
{
    /// <summary>The options for fewer.</summary>
    public static readonly IReadOnlyList<string> Reduced = ["--buckets", "few"];

    /// <summary>What a scrape holds with them.</summary>
    /// <param name="Samples">Samples.</param>
    /// <param name="TextBytes">Bytes as plain text.</param>
    /// <param name="ScrapeMilliseconds">The median of what a scrape takes.</param>
    /// <param name="Memory">What the prober holds in RAM, in bytes.</param>
    internal sealed record Reading(long Samples, long TextBytes, double ScrapeMilliseconds, long Memory);

    /// <summary>Measures.</summary>
    public static async Task<Reading> MeasureAsync(Fleet fleet, FleetBrokers brokers, ScalePace pace, CancellationToken stop)
    {
        Progress.Say($"scale: {fleet.Endpoints} endpoints with {string.Join(' ', Reduced)}");
        var (prober, _) = await ScaleRun.StartAsync(fleet, brokers.Ports, Reduced, binary: null, stop);
        await using var running = prober;
        await Task.Delay(pace.WarmUp / 2, stop);
        List<double> took = [];
        for (var i = 0; i < pace.Scrapes; i++)
        {
            took.Add((await MetricsStream.TimeAsync(prober.Metrics, stop)).Took.TotalMilliseconds);
            await Task.Delay(200, stop);
        }

        var page = await FleetPage.ReadAsync(fleet, prober.Metrics, stop);
        return new(page.Cost.Samples, page.Cost.Bytes, new Samples(took).Median, prober.Usage.ResidentBytes);
    }
}
