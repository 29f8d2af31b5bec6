using System.Diagnostics;
using System.Globalization;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>
/// One of three brokers is broken and mended again and again, at known times. The other two links never blink, the counters say exactly what was
/// done, and each outage's length is what it was.
/// </summary>
public sealed class BrokerFaultTests
{
    private static readonly string[] HandshakePhases = ["tcp", "info", "auth"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Kill_and_terminate_are_counted_exactly_and_measured_within_50_ms_or_1_percent(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server }, Stop);
        var broker = cluster.Brokers[1];
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster));
        var first = await prober.UntilAllConnectedAsync();
        var started = Stopwatch.GetTimestamp();

        // Short ones, for which 50 ms is the bound, and one for which 1 % is.
        double[] lengths = [0.02, 0.1, 0.3, 0.7, 1.3, 2.2, 7];
        var errors = new List<double>();
        var before = await prober.ScrapeAsync();
        for (var i = 0; i < lengths.Length; i++)
        {
            var down = i % 2 == 0 ? broker.Kill() : broker.Terminate();
            await broker.ExitedAsync(Stop);
            await DelayUntilAsync(down, lengths[i]);
            var watch = PortWatch.UntilAnswersAsync(broker.ClientPort);
            await broker.StartAsync(Stop);
            var (lastBad, firstGood) = await watch;

            var after = await prober.UntilAsync(s => s.Reconnects("n2") == i + 1 && s.Outages("n2") == i + 1, $"reconnect {i + 1} of {version}");
            var measured = after.OutageSeconds("n2") - before.OutageSeconds("n2");
            var shortest = Stopwatch.GetElapsedTime(down, lastBad).TotalSeconds;
            var longest = Stopwatch.GetElapsedTime(down, firstGood).TotalSeconds;
            // A dial every 50 ms finds the broker at most 50 ms late, and its handshake has to be done before it proves anything: both the prober tells
            // itself. So it does of the time in which it was held up, which on a machine that is busy with other things is the rest.
            var handshake = Handshakes(after) - Handshakes(before);
            var stalled = after["cordum_nats_prober_stall_seconds_total"] - before["cordum_nats_prober_stall_seconds_total"];
            var bound = Math.Max(0.05, 0.01 * longest) + handshake + stalled;
            TestContext.Current.SendDiagnosticMessage($"nats-server {version}, outage {i + 1}: truth {shortest:0.0000}..{longest:0.0000} s, measured {measured:0.0000} s, error {(measured - longest) * 1000:0.0} ms of {bound * 1000:0.0}, handshake {handshake * 1000:0.0}, stalled {stalled * 1000:0.0}");
            Assert.InRange(measured, shortest - bound, longest + bound);
            errors.Add(Math.Abs(measured - longest) / Math.Max(0.05, 0.01 * longest));

            var ended = (await prober.EventsAsync("n2", 5, i + 1))[i];
            Assert.True(Seconds(ended, "MinimumSeconds") <= longest, $"outage {i + 1}: {ended}");
            Assert.True(shortest <= Seconds(ended, "MaximumSeconds"), $"outage {i + 1}: {ended}");
            before = after;
        }

        // And without any allowance, all but an unlucky one.
        Assert.True(errors.Count(share => share <= 1) >= lengths.Length - 1, string.Join(", ", errors));
        var last = await prober.ScrapeAsync();
        Assert.Equal(lengths.Length, last.Disconnects("n2"));
        Assert.Equal(lengths.Length, last.Causes("n2", "eof") + last.Causes("n2", "reset"));
        AssertNeverBlinked(last, "n1", "n3");
        AssertEveryTickHasAnOutcome(first, last, started);
        prober.AssertParityHeldThroughout(atLeastScrapes: 100);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_hung_broker_is_seen_within_timeout_and_interval_and_its_outage_measured_as_well(string server, string version)
    {
        const double Slack = 0.4; // the scrape that shows it, and a busy machine: less than half of the interval that a prober which skips a tick would add
        const double Tick = ProbeFiles.EverySeconds + ProbeFiles.TimeoutSeconds;
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server }, Stop);
        var broker = cluster.Brokers[1];
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster));
        await prober.UntilAllConnectedAsync();
        var first = await prober.UntilAsync(s => s.Ticks("n2", "success") >= 1, "a first success");
        var started = Stopwatch.GetTimestamp();

        double[] lengths = [2.4, 3.1, 6.6];
        for (var i = 0; i < lengths.Length; i++)
        {
            var before = await prober.ScrapeAsync();
            var down = broker.Suspend();
            var seen = await prober.UntilAsync(s => s.Disconnects("n2") == i + 1, $"hang {i + 1} seen", seconds: 5);
            var seenAfter = Stopwatch.GetElapsedTime(down).TotalSeconds;
            // A timeout is time in which the prober was awake: what it was held up for comes on top, and it says how long that was.
            var stalled = seen["cordum_nats_prober_stall_seconds_total"] - before["cordum_nats_prober_stall_seconds_total"];
            Assert.InRange(seenAfter, 0, Tick + Slack + stalled);
            await DelayUntilAsync(down, lengths[i]);
            var truth = Stopwatch.GetElapsedTime(down, broker.Resume()).TotalSeconds;

            var after = await prober.UntilAsync(s => s.Outages("n2") == i + 1, $"end of hang {i + 1}");
            var measured = after.OutageSeconds("n2") - before.OutageSeconds("n2");
            TestContext.Current.SendDiagnosticMessage($"nats-server {version}, hang {i + 1}: truth {truth:0.000} s, measured {measured:0.000} s, seen after {seenAfter:0.000} s");
            Assert.InRange(measured, truth - Tick, truth + Tick);
            var ended = (await prober.EventsAsync("n2", 5, i + 1))[i];
            Assert.InRange(truth, Seconds(ended, "MinimumSeconds"), Seconds(ended, "MaximumSeconds"));
            await prober.UntilAsync(s => s.Ticks("n2", "success") > after.Ticks("n2", "success"), "requests answered again");
        }

        var last = await prober.ScrapeAsync();
        Assert.Equal(lengths.Length, last.Disconnects("n2"));
        Assert.Equal(lengths.Length, last.Causes("n2", "timeout"));
        AssertNeverBlinked(last, "n1", "n3");
        AssertEveryTickHasAnOutcome(first, last, started);
        prober.AssertParityHeldThroughout(atLeastScrapes: 100);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_broker_in_lame_duck_mode_is_announced_held_until_it_closes_and_found_again(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server }, Stop);
        var broker = cluster.Brokers[1];
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster));
        await prober.UntilAllConnectedAsync();

        for (var i = 1; i <= 2; i++)
        {
            broker.EnterLameDuck();
            await prober.UntilAsync(s => s.Of("n2", "cordum_nats_lame_duck_total") == i, $"announcement {i} of {version}");
            await prober.UntilAsync(s => s.Causes("n2", "lame_duck") == i, $"drain {i} of {version}", seconds: 45);
            await broker.ExitedAsync(Stop);
            await broker.StartAsync(Stop);
            await prober.UntilAsync(s => s.Reconnects("n2") == i && s.IsConnected("n2"), $"reconnect {i} of {version}");
        }

        var last = await prober.ScrapeAsync();
        Assert.Equal((2, 2), (last.Disconnects("n2"), last.Outages("n2")));
        Assert.All(await prober.EventsAsync("n2", 5, 2), ended => Assert.Equal("lame_duck", ended.GetProperty("Cause").GetString()));
        AssertNeverBlinked(last, "n1", "n3");
        prober.AssertParityHeldThroughout(atLeastScrapes: 50);
    }

    private static double Handshakes(Scrape scrape) => HandshakePhases
        .Sum(phase => scrape.Of("n2", "cordum_nats_connect_phase_duration_seconds_sum", ("phase", phase)));

    private static void AssertNeverBlinked(Scrape last, params string[] endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            Assert.Equal((0, 0, true), (last.Disconnects(endpoint), last.Reconnects(endpoint), last.IsConnected(endpoint)));
            Assert.Equal(1, last.Of(endpoint, "cordum_nats_connect_attempt_total"));
            Assert.Equal(0, last.Outages(endpoint));
            Assert.Equal(0, last.FailedTicks(endpoint));
        }
    }

    /// <summary>Sum over outcomes = ticks scheduled: one a second since the first scrape, but for those under way at either end.</summary>
    private static void AssertEveryTickHasAnOutcome(Scrape first, Scrape last, long since)
    {
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        foreach (var endpoint in last.Endpoints)
        {
            var ticks = last.Of(endpoint, "cordum_nats_probe_total") - first.Of(endpoint, "cordum_nats_probe_total");
            Assert.InRange(ticks, Math.Floor(seconds) - 1, Math.Ceiling(seconds) + 1);
        }
    }

    private static double Seconds(System.Text.Json.JsonElement state, string name)
    {
        var value = state.GetProperty(name);
        return value.ValueKind == System.Text.Json.JsonValueKind.String ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetDouble();
    }

    private static async Task DelayUntilAsync(long since, double seconds)
    {
        var left = TimeSpan.FromSeconds(seconds) - Stopwatch.GetElapsedTime(since);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, Stop);
    }
}
