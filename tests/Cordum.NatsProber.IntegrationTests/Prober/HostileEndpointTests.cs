using System.Diagnostics;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>Endpoints that are no brokers, or not there at all: each has its cause, and none costs more than a glance.</summary>
public sealed class HostileEndpointTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_stranger_has_its_cause_and_half_a_minute_of_them_keeps_the_cpu_and_the_dials_in_bounds()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { Brokers = 1, NatsServer = NatsServers.Any }, Stop);
        await using var silent = Stranger.Silent();
        await using var http = Stranger.Http();
        await using var garbage = Stranger.Garbage();
        await using var drip = Stranger.SlowDrip();
        await using var hangsUp = Stranger.HangsUp();
        var nobody = new Stranger((_, _) => Task.CompletedTask);
        await nobody.DisposeAsync(); // its port refuses from now on
        var monitor = new Uri(cluster.Brokers[0].MonitorUrl);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(
        [
            ("broker", cluster.Brokers[0].Url, "n1"),
            ("monitor", $"nats://127.0.0.1:{monitor.Port}", null),
            ("http", http.Url, null),
            ("silent", silent.Url, null),
            ("garbage", garbage.Url, null),
            ("drip", drip.Url, null),
            ("hangs-up", hangsUp.Url, null),
            ("nobody", nobody.Url, null),
            ("no-name", "nats://no-such-host.invalid:4222", null),
        ]), scrapeEvery: TimeSpan.FromMilliseconds(500)); // its CPU is measured, and a scrape is not free
        // The failing-over link tries them in a random order: it may meet the broker first, and then knows of no trouble.
        await prober.UntilAsync(
            s => s.IsConnected("broker") && s.IsConnected("_cluster") && s.Endpoints.All(e => e is "broker" or "_cluster" || s.Disconnects(e) == 1),
            "every first dial has ended");
        // What a process pays for compiling its code, it pays once.
        await prober.UntilAsync(s => s.Ticks("broker", "success") >= 10, "ten quiet ticks");
        var atFirst = await prober.ScrapeAsync();
        var (cpu, since) = (atFirst["process_cpu_seconds_total"], Stopwatch.GetTimestamp());

        await Task.Delay(TimeSpan.FromSeconds(30), Stop);

        var last = await prober.ScrapeAsync();
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var used = (last["process_cpu_seconds_total"] - cpu) / seconds;
        TestContext.Current.SendDiagnosticMessage($"CPU {used:P1} of a core; dials of the port that refuses: {last.Dials("nobody", "refused")}");
        (string Endpoint, string Cause)[] expected =
        [
            ("monitor", "not_nats"), ("http", "not_nats"), ("garbage", "not_nats"), ("silent", "timeout"), ("drip", "timeout"),
            ("hangs-up", "eof"), ("nobody", "refused"), ("no-name", "dns"),
        ];
        foreach (var (endpoint, cause) in expected)
        {
            Assert.Equal((1, 0, false), (last.Disconnects(endpoint), last.Reconnects(endpoint), last.IsConnected(endpoint)));
            Assert.True(last.Causes(endpoint, cause) == 1, $"{endpoint}: {string.Join('\n', prober.Log.Where(line => line.Contains(endpoint, StringComparison.Ordinal)).Take(3))}");
            Assert.True(last.Ticks(endpoint, "disconnected") > 20, $"ticks of {endpoint}");
            Assert.InRange(last.Of(endpoint, "cordum_nats_outage_seconds_total"), seconds, seconds + 25);
            Assert.True(last.Of(endpoint, "cordum_nats_connect_attempt_total") - atFirst.Of(endpoint, "cordum_nats_connect_attempt_total") <= 20 * seconds, endpoint);
        }

        // About 1 % of the outage's age, and never under 50 ms: 100 dials in the first five seconds, about 180 in the next twenty-five.
        Assert.InRange(last.Dials("nobody", "refused"), 150, 340);
        Assert.Equal((0, true), (last.Disconnects("broker"), last.IsConnected("broker")));
        Assert.True(used < 0.15, $"{used:P1} of a core");
        prober.AssertParityHeldThroughout(atLeastScrapes: 60);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Another_server_on_a_brokers_port_is_wrong_server_until_the_right_one_is_back(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { Brokers = 2, NatsServer = server }, Stop);
        var broker = cluster.Brokers[1];
        // No names in the probe file: the prober learns them at the first open.
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster.Brokers.Select(b => (b.Name, b.Url, (string?)null))));
        await prober.UntilAllConnectedAsync();

        broker.Kill();
        await broker.ExitedAsync(Stop);
        await using (await LabCluster.StartAsync(
            new LabOptions { Brokers = 1, NatsServer = server, FirstClientPort = broker.ClientPort, Cluster = false, BrokerConfig = _ => "server_name: impostor\n" }, Stop))
        {
            var wrong = await prober.UntilAsync(
                s => s.Of("n2", "cordum_nats_identity_mismatch_total") > 0 && s.Ticks("n2", "wrong_server") > 0, $"the impostor of {version} is found out");
            Assert.Equal((1, 0, false), (wrong.Disconnects("n2"), wrong.Reconnects("n2"), wrong.IsConnected("n2")));
            Assert.True(wrong.Dials("n2", "wrong_server") > 0);
        }

        await broker.StartAsync(Stop);
        var right = await prober.UntilAsync(s => s.IsConnected("n2"), "the right one is back");
        Assert.Equal((1, 1), (right.Disconnects("n2"), right.Reconnects("n2")));
        Assert.Equal((0, true), (right.Disconnects("n1"), right.IsConnected("n1")));
    }

    [Fact]
    public async Task Two_endpoints_that_lead_to_one_broker_are_told_apart()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { Brokers = 1, NatsServer = NatsServers.Any, Cluster = false }, Stop);
        var broker = cluster.Brokers[0];
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(
            [("a", broker.Url, null), ("b", $"nats://localhost:{broker.ClientPort}", null)]));

        var scrape = await prober.UntilAsync(s => s.Of("a", "cordum_nats_identity_mismatch_total") + s.Of("b", "cordum_nats_identity_mismatch_total") > 0, "one of them");

        Assert.Equal(1, scrape.Of("a", "cordum_nats_connected") + scrape.Of("b", "cordum_nats_connected"));
        Assert.Equal(1, scrape.Causes("a", "wrong_server") + scrape.Causes("b", "wrong_server"));
    }

    public static TheoryData<string, string> Servers => NatsServers.All;
}
