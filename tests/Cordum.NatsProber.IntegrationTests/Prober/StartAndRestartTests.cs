using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>Probers that start, or start again, while brokers are down.</summary>
public sealed class StartAndRestartTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_broker_that_is_down_at_the_start_is_one_disconnect_and_then_one_reconnect(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server }, Stop);
        var broker = cluster.Brokers[2];
        broker.Kill();
        await broker.ExitedAsync(Stop);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster));

        var down = await prober.UntilAsync(s => s.Disconnects("n3") == 1 && s.IsConnected("n1") && s.IsConnected("n2"), $"n3 of {version} down");
        Assert.Equal(1, down.Causes("n3", "refused"));
        Assert.InRange(down.Of("n3", "cordum_nats_outage_start_timestamp_seconds"), Now() - 15, Now());
        Assert.Equal(0, down.Of("n1", "cordum_nats_outage_start_timestamp_seconds"));

        await broker.StartAsync(Stop);
        var up = await prober.UntilAllConnectedAsync();
        Assert.Equal((1, 1), (up.Disconnects("n3"), up.Reconnects("n3")));
        Assert.Equal(0, up.Of("n3", "cordum_nats_outage_start_timestamp_seconds"));
        Assert.Equal((0, 0), (up.Disconnects("n1") + up.Disconnects("n2"), up.Reconnects("n1") + up.Reconnects("n2")));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_prober_that_is_killed_in_mid_outage_shows_the_outage_again(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server }, Stop);
        var broker = cluster.Brokers[0];
        await using (var first = await ProberProcess.StartAsync(ProbeFiles.Of(cluster)))
        {
            await first.UntilAllConnectedAsync();
            broker.Kill();
            await first.UntilAsync(s => s.Disconnects("n1") == 1, $"n1 of {version} down");
            await first.KillAsync();
        }

        await using var second = await ProberProcess.StartAsync(ProbeFiles.Of(cluster));
        var down = await second.UntilAsync(s => s.Disconnects("n1") == 1, "the outage seen by the new prober");
        Assert.False(down.IsConnected("n1"));

        await broker.StartAsync(Stop);
        var up = await second.UntilAllConnectedAsync();
        Assert.Equal((1, 1, 1), (up.Disconnects("n1"), up.Reconnects("n1"), up.Outages("n1")));
    }

    [Fact]
    public async Task With_every_broker_down_for_a_minute_at_the_start_metrics_answer_and_all_is_found_again()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any }, Stop);
        foreach (var broker in cluster.Brokers)
        {
            broker.Kill();
            await broker.ExitedAsync(Stop);
        }

        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster));
        await prober.UntilAsync(s => s.Endpoints.All(e => s.Disconnects(e) == 1), "all three down");
        await Task.Delay(TimeSpan.FromSeconds(60), Stop);

        var atAMinute = await prober.ScrapeAsync();
        await Task.Delay(TimeSpan.FromSeconds(3), Stop);
        var later = await prober.ScrapeAsync();
        foreach (var endpoint in later.Endpoints)
        {
            Assert.Equal((1, 0), (later.Disconnects(endpoint), later.Reconnects(endpoint)));
            Assert.Equal(0, later.Ticks(endpoint, "success"));
            // Two a second from a minute on: in three seconds six, and one for the edges. The link that fails over dials at its client's pace, which is slower.
            Assert.InRange(later.Dials(endpoint, "refused") - atAMinute.Dials(endpoint, "refused"), endpoint == "_cluster" ? 0 : 4, 7);
        }

        await Task.WhenAll(cluster.Brokers.Select(broker => broker.StartAsync(Stop)));
        var up = await prober.UntilAllConnectedAsync();
        Assert.All(up.Endpoints, endpoint => Assert.Equal((1, 1, 1), (up.Disconnects(endpoint), up.Reconnects(endpoint), up.Outages(endpoint))));
        prober.AssertParityHeldThroughout(atLeastScrapes: 500);
    }

    private static double Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
}
