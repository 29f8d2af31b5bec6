using System.Diagnostics;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>Brokers that are far away, and connections that do not last.</summary>
public sealed class DistanceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_broker_on_the_other_side_of_an_ocean_is_healthy_from_the_first_tick_on()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { Brokers = 1, NatsServer = NatsServers.Any, Cluster = false }, Stop);
        // 150 ms there and back; a request goes there and back twice.
        await using var proxy = new FaultProxy(cluster.Brokers[0].ClientPort) { Latency = TimeSpan.FromMilliseconds(75) };
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of([("n1", proxy.Url, "n1")]));

        var scrape = await prober.UntilAsync(s => s.Ticks("n1", "success") >= 6, "six successes");

        Assert.DoesNotContain(Scrape.Failures, outcome => scrape.Ticks("n1", outcome) > 0);
        Assert.Equal((0, 0), (scrape.Disconnects("n1"), scrape.Outages("n1")));
        var mean = scrape.Of("n1", "cordum_nats_probe_duration_seconds_sum") / scrape.Of("n1", "cordum_nats_probe_duration_seconds_count");
        Assert.InRange(mean, 0.3, 0.45);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // somebody listens to everything: the broker never says that there is nobody
    public async Task A_first_tick_that_takes_too_long_spoils_no_later_one(bool isTapped)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { Brokers = 1, NatsServer = NatsServers.Any, Cluster = false }, Stop);
        await using var tap = isTapped ? await WireTap.StartAsync(cluster.Brokers[0].Url) : null;
        await using var proxy = new FaultProxy(cluster.Brokers[0].ClientPort) { SilenceResponders = true };
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of([("n1", proxy.Url, "n1")]));
        await prober.UntilAsync(s => s.Ticks("n1", "no_responders") + s.Ticks("n1", "timeout") >= 2, "ticks without a responder");

        proxy.SilenceResponders = false;

        var healed = await prober.UntilAsync(s => s.Ticks("n1", "success") >= 3, "successes");
        Assert.Equal((0, 0, true), (healed.Disconnects("n1"), healed.Outages("n1"), healed.IsConnected("n1")));
        Assert.Equal(0, healed.Of("n1", "cordum_nats_outage_start_timestamp_seconds"));
    }

    [Fact]
    public async Task A_responder_that_is_hung_up_on_again_and_again_is_dialled_in_measure()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { Brokers = 1, NatsServer = NatsServers.Any, Cluster = false }, Stop);
        await using var proxy = new FaultProxy(cluster.Brokers[0].ClientPort) { HangUpOnResponders = true };
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of([("n1", proxy.Url, "n1")]));
        await prober.UntilAllConnectedAsync();
        var (before, since) = (proxy.Accepted, Stopwatch.GetTimestamp());

        await Task.Delay(TimeSpan.FromSeconds(4), Stop);

        var dials = proxy.Accepted - before;
        Assert.InRange(dials, 20, (20 * Stopwatch.GetElapsedTime(since).TotalSeconds) + 1);
        Assert.Equal(0, (await prober.ScrapeAsync()).Disconnects("n1"));
    }

    /// <summary>
    /// What a proxy took and lost while the way behind it was cut is lost for good. The dial under way when that is free again must not have to run out first. A test that is held up
    /// may free the way too late in a dial, with its second connection lost as well: it tries again.
    /// </summary>
    [Fact]
    public async Task A_dial_that_was_taken_and_lost_opens_as_soon_as_the_way_is_free()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { Brokers = 1, NatsServer = NatsServers.Any, Cluster = false }, Stop);
        await using var proxy = new FaultProxy(cluster.Brokers[0].ClientPort);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of([("n1", proxy.Url, "n1")]));
        await prober.UntilAsync(s => s.Ticks("n1", "success") >= 1, "a success");
        var failedMeanwhile = new List<double>();
        do
        {
            proxy.Swallow = true;
            await prober.UntilAsync(s => !s.IsConnected("n1"), "the silence is found");
            var before = Timeouts(await prober.ScrapeAsync());
            // The next dial begins where one has ended.
            var lost = await prober.UntilAsync(s => Timeouts(s) > before, "a dial was lost");
            proxy.Swallow = false;
            var back = await prober.UntilAsync(s => s.IsConnected("n1"), "the link is back");
            failedMeanwhile.Add(Timeouts(back) - Timeouts(lost));
        }
        while (failedMeanwhile[^1] > 0 && failedMeanwhile.Count < 3);

        Assert.Contains(0, failedMeanwhile);

        static double Timeouts(Scrape scrape) => scrape.Of("n1", "cordum_nats_connect_attempt_total", ("outcome", "timeout"));
    }

    [Fact]
    public async Task An_outage_that_ends_in_a_kill_began_with_the_request_that_was_never_answered()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { Brokers = 1, NatsServer = NatsServers.Any, Cluster = false }, Stop);
        var broker = cluster.Brokers[0];
        await using var prober = await ProberProcess.StartAsync(
            ProbeFiles.Of([("n1", broker.Url, "n1")], request: "{ every: 5s, timeout: 4s }"));
        await prober.UntilAsync(s => s.Ticks("n1", "success") == 1, "a success");
        var suspended = broker.Suspend();

        // The next request is sent within five seconds, and a second after it a PING has gone unanswered as well.
        await prober.UntilAsync(_ => Stopwatch.GetElapsedTime(suspended).TotalSeconds > 7, "the next tick is under way");
        var killed = broker.Kill();
        await broker.ExitedAsync(Stop);
        await broker.StartAsync(Stop);
        var truth = Stopwatch.GetElapsedTime(suspended).TotalSeconds;

        var after = await prober.UntilAsync(s => s.Outages("n1") == 1, "the end of the outage");
        var sinceKill = Stopwatch.GetElapsedTime(killed).TotalSeconds;
        Assert.Equal(1, after.Causes("n1", "eof") + after.Causes("n1", "reset"));
        Assert.InRange(after.OutageSeconds("n1"), sinceKill + 1, truth + 0.1);
    }
}
