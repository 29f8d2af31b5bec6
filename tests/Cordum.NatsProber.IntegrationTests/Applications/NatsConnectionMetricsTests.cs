using System.Text;
using Cordum.NatsProber.Applications;
using Cordum.NatsProber.IntegrationTests.Prober;
using Cordum.NatsProber.Lab;
using NATS.Client.Core;
using Prometheus;

namespace Cordum.NatsProber.IntegrationTests.Applications;

/// <summary>What an application's own client tells of real brokers that die and come back.</summary>
public sealed class NatsConnectionMetricsTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();

    public static TheoryData<string, string> Servers => NatsServers.All;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_broker_that_is_killed_and_started_again_is_one_disconnect_and_one_reconnect(string server, string version)
    {
        await using var lab = await LabCluster.StartAsync(new LabOptions { Brokers = 1, Cluster = false, NatsServer = server }, Stop);
        await using var nats = new NatsConnection(Options(lab.Brokers[0].Url));
        using var metrics = NatsConnectionMetrics.Observe(nats, "billing", _registry);
        Assert.Equal((0, 0, 0, 0), await ScrapeAsync());
        await nats.ConnectAsync();
        await UntilAsync((0, 0, 0, 1), $"open, {version}");

        for (var i = 1; i <= 3; i++)
        {
            lab.Brokers[0].Kill();
            await UntilAsync((i, i - 1, 0, 0), $"loss {i}, {version}");
            await lab.Brokers[0].ExitedAsync(Stop);
            await lab.Brokers[0].StartAsync(Stop);
            await UntilAsync((i, i, 0, 1), $"return {i}, {version}");
        }
    }

    [Fact]
    public async Task A_first_connect_that_fails_is_counted_where_the_application_says_so()
    {
        await using var lab = await LabCluster.StartAsync(new LabOptions { Brokers = 1, Cluster = false, NatsServer = NatsServers.Any }, Stop);
        lab.Brokers[0].Kill();
        await lab.Brokers[0].ExitedAsync(Stop);
        await using var nats = new NatsConnection(Options(lab.Brokers[0].Url));
        using var metrics = NatsConnectionMetrics.Observe(nats, "billing", _registry);

        await Assert.ThrowsAsync<NatsException>(async () => await nats.ConnectAsync());
        Assert.Equal((0, 0, 0, 0), await ScrapeAsync());
        metrics.ConnectFailed();
        Assert.Equal((1, 0, 0, 0), await ScrapeAsync());

        await lab.Brokers[0].StartAsync(Stop);
        await nats.ConnectAsync();
        await UntilAsync((1, 1, 0, 1), "open at last");
    }

    [Fact]
    public async Task A_client_that_gives_up_is_told_as_closed()
    {
        await using var lab = await LabCluster.StartAsync(new LabOptions { Brokers = 1, Cluster = false, NatsServer = NatsServers.Any }, Stop);
        await using var nats = new NatsConnection(Options(lab.Brokers[0].Url) with { MaxReconnectRetry = 2 });
        using var metrics = NatsConnectionMetrics.Observe(nats, "billing", _registry);
        await nats.ConnectAsync();

        lab.Brokers[0].Kill();

        await UntilAsync((1, 0, 1, 0), "it gives up");
    }

    private static NatsOpts Options(string url) => NatsOpts.Default with { Url = url, ReconnectWaitMin = TimeSpan.FromMilliseconds(50), ReconnectWaitMax = TimeSpan.FromMilliseconds(100) };

    private async Task UntilAsync((double Disconnects, double Reconnects, double Closes, double Connected) wanted, string what)
    {
        var seen = await ScrapeAsync();
        for (var since = System.Diagnostics.Stopwatch.GetTimestamp(); seen != wanted; seen = await ScrapeAsync())
        {
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(since) < Soon, $"not within {Soon}: {what}; seen {seen}");
            await Task.Delay(10, Stop);
        }
    }

    private async Task<(double Disconnects, double Reconnects, double Closes, double Connected)> ScrapeAsync()
    {
        using var page = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(page, Stop);
        var scrape = new Scrape(Encoding.UTF8.GetString(page.ToArray()));
        var seen = (scrape["cordum_nats_disconnect_total"], scrape["cordum_nats_reconnect_total"], scrape["cordum_nats_closed_total"], scrape["cordum_nats_connected"]);
        Assert.True(seen is (0, 0, 0, 0) || seen.Item1 - seen.Item2 == 1 - seen.Item4, $"{seen}");
        return seen;
    }
}
