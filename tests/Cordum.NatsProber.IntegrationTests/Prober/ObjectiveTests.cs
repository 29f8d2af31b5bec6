using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>Objectives on a real prober.</summary>
public sealed class ObjectiveTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static double Slow(Scrape scrape) => scrape["cordum_nats_slo_slow_total", ("cluster", "test")];

    private static double Successes(Scrape scrape) => scrape.Of("_cluster", "cordum_nats_probe_total", ("probe", "request"), ("outcome", "success"));

    [Fact]
    public async Task Slow_requests_are_counted_with_those_that_succeed_and_no_others()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any }, Stop);
        // No round trip takes less than a microsecond.
        await using var prober = await ProberProcess.StartAsync(
            ProbeFiles.Of(cluster.Brokers.Select(b => (b.Name, b.Url, (string?)b.Name)), "objective: { availability: 99.95, latency: { under: 0.001ms, ratio: 99 } }", "{ every: 200ms }"));
        var first = await prober.ScrapeAsync();
        Assert.Equal((0.0005, 2592000), (first["cordum_nats_slo_error_budget_ratio"], first["cordum_nats_slo_window_seconds"]));
        Assert.Equal((0.01, 0.000001), (first["cordum_nats_slo_latency_error_budget_ratio"], first["cordum_nats_slo_latency_threshold_seconds"]));

        var well = await prober.UntilAsync(scrape => scrape.Endpoints.All(scrape.IsConnected) && InStep(scrape) && Slow(scrape) >= 5, "slow ones");
        foreach (var broker in cluster.Brokers)
            broker.Kill();
        var down = await prober.UntilAsync(scrape => InStep(scrape) && scrape.FailedTicks("_cluster") >= 5, "failed ones");

        Assert.InRange(Slow(down) - Slow(well), 0, 10);

        static bool InStep(Scrape scrape)
        {
            Assert.Equal(Successes(scrape), Slow(scrape));
            return true;
        }
    }

    [Fact]
    public async Task Fast_requests_are_not_slow_and_a_file_without_an_objective_has_no_series_of_one()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any, Brokers = 1 }, Stop);
        var plain = ProbeFiles.Of(cluster).Replace("cluster: test", "cluster: plain", StringComparison.Ordinal);
        await using var prober = await ProberProcess.StartAsync(
            [
                ProbeFiles.Of(cluster.Brokers.Select(b => (b.Name, b.Url, (string?)b.Name)), "objective: { availability: 99, latency: { under: 1.9s, ratio: 99 } }", "{ every: 2s, timeout: 1.95s }"),
                plain,
            ]);

        var well = await prober.UntilAsync(scrape => scrape["cordum_nats_probe_total", ("cluster", "test"), ("endpoint", "_cluster"), ("outcome", "success")] >= 2, "successes");

        Assert.Equal(0, Slow(well));
        Assert.False(well.Has("cordum_nats_slo_error_budget_ratio", ("cluster", "plain")));
    }
}
