using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>What one of two cost in one round, in percent of one core.</summary>
/// <param name="Alone">Itself.</param>
/// <param name="Prometheus">Prometheus, which asks it.</param>
/// <param name="ProbesPerSecond">Successful probes, each second.</param>
internal sealed record DuelRound(double Alone, double Prometheus, double ProbesPerSecond)
{
    /// <summary>Both.</summary>
    public double Together => Alone + Prometheus;
}

/// <summary>The same endpoints each second: the prober and the blackbox exporter in turns, the other one held meanwhile.</summary>
/// <param name="Endpoints">How many.</param>
/// <param name="Prober">The prober's rounds.</param>
/// <param name="Exporter">The exporter's rounds.</param>
internal sealed record Duel(int Endpoints, IReadOnlyList<DuelRound> Prober, IReadOnlyList<DuelRound> Exporter)
{
    /// <summary>The machine carried the exporter: nearly all of its probes succeeded. What failing ones cost is no measure.</summary>
    public bool IsComparable => Median(Exporter, round => round.ProbesPerSecond) > 0.95 * Endpoints;

    /// <summary>The prober's CPU over the exporter's.</summary>
    public double Ratio => Median(Prober, round => round.Alone) / Median(Exporter, round => round.Alone);

    /// <summary>Runs it, with a prober that is warm.</summary>
    /// <param name="fleet">The endpoints.</param>
    /// <param name="brokers">Their brokers.</param>
    /// <param name="prober">The prober.</param>
    /// <param name="tools">The programs.</param>
    /// <param name="window">How long each turn is measured; the prober's holds one scrape, which comes every 15 s.</param>
    /// <param name="settle">How long before that.</param>
    /// <param name="rounds">Turns of each.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<Duel> RunAsync(
        Fleet fleet, FleetBrokers brokers, ProberUnderTest prober, BenchmarkTools tools, TimeSpan window, TimeSpan settle, int rounds, CancellationToken stop)
    {
        await using var rival = await BlackboxMonitoring.StartAsync(tools, stop);
        var targets = Enumerable.Range(0, fleet.Clusters)
            .SelectMany(cluster => brokers.Ports.Select((port, broker) => new Uri(Fleet.Url(cluster, broker, port)).Authority))
            .Select(address => $"{{ targets: [\"{address}\"] }}")
            .ToList();
        List<DuelRound> probers = [], exporters = [];
        for (var round = 0; round < rounds; round++)
        {
            Progress.Say($"scale: the prober and the blackbox exporter, round {round + 1} of {rounds}");
            await rival.ScrapeAsync([BlackboxMonitoring.Scraping(prober.Metrics)], stop);
            await Task.Delay(settle, stop);
            var before = await FleetPage.ReadAsync(fleet, prober.Metrics, stop);
            var (alone, prometheus) = await MeasureAsync(prober.ProcessId);
            var after = await FleetPage.ReadAsync(fleet, prober.Metrics, stop);
            var seconds = System.Diagnostics.Stopwatch.GetElapsedTime(before.AskedAt, after.AskedAt).TotalSeconds;
            probers.Add(new(alone, prometheus, (after.ByOutcome["success"] - before.ByOutcome["success"]) / seconds));

            // It holds its connections, and finds out by itself that it was held.
            UnixSignal.TrySend(prober.ProcessId, BrokerSignal.Stop, out _);
            try
            {
                await rival.ScrapeAsync([rival.Probing("blackbox", Fleet.Every, targets)], stop);
                await Task.Delay(settle, stop);
                (alone, prometheus) = await MeasureAsync(rival.ExporterId);
                exporters.Add(new(alone, prometheus, await rival.SuccessesPerSecondAsync((int)window.TotalSeconds, stop)));
            }
            finally
            {
                UnixSignal.TrySend(prober.ProcessId, BrokerSignal.Continue, out _);
            }
        }

        return new(fleet.Endpoints, probers, exporters);

        async Task<(double, double)> MeasureAsync(int pid)
        {
            var meters = (One: CpuMeter.Of(pid), Prometheus: CpuMeter.Of(rival.PrometheusId));
            await Task.Delay(window, stop);
            return (meters.One.Percent, meters.Prometheus.Percent);
        }
    }

    /// <summary>The median over rounds.</summary>
    public static double Median(IReadOnlyList<DuelRound> rounds, Func<DuelRound, double> of) => new Samples(rounds.Select(of)).Median;
}
