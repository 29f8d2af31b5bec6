using System.Diagnostics;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>The link that behaves as an application's does: it goes elsewhere, and its requests say what an application would feel.</summary>
public sealed class FailoverTests
{
    private const string Whole = "_cluster";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task It_goes_to_another_broker_when_its_own_is_killed_and_says_which_and_how_long_it_took(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server }, Stop);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster, extra: "failover: { reconnectWait: 100ms }"));
        await prober.UntilAllConnectedAsync();

        var before = await prober.UntilAsync(s => s.Ticks(Whole, "success") >= 2 && At(s) is not null, "a first success");
        for (var i = 1; i <= 3; i++)
        {
            var left = At(before)!;
            var broker = cluster.Brokers.Single(b => b.Name == left);
            if (i % 2 == 0)
                broker.Terminate();
            else
                broker.Kill();
            await broker.ExitedAsync(Stop);
            var after = await prober.UntilAsync(s => s.Reconnects(Whole) == i && At(s) is { } at && at != left, $"it left {left}, {version}");

            Assert.Equal(1, Moves(after) - Moves(before));
            Assert.Equal(1, after["cordum_nats_failover_total", ("to", At(after)!)] - before["cordum_nats_failover_total", ("to", At(after)!)]);
            var took = Of(after, "cordum_nats_reconnect_duration_seconds_sum") - Of(before, "cordum_nats_reconnect_duration_seconds_sum");
            Assert.InRange(took, 0, 2);
            TestContext.Current.SendDiagnosticMessage($"nats-server {version}: from {left} to {At(after)} in {took * 1000:0.0} ms");
            // The pinned link of the broker that is gone did not go with it.
            Assert.False(after.IsConnected(left));

            await broker.StartAsync(Stop);
            before = await prober.UntilAsync(s => s.Endpoints.All(s.IsConnected), $"{left} is back");
        }

        Assert.Equal((3, 3), (before.Disconnects(Whole), before.Reconnects(Whole)));
        Assert.Equal(0, before["cordum_nats_failover_total", ("to", "_other")]);
        Assert.Equal(3, (await prober.EventsAsync(Whole, 3, 3)).Count);
        prober.AssertParityHeldThroughout(atLeastScrapes: 20);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_broker_that_hangs_holds_it_as_long_as_an_applications_pings_would(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server }, Stop);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster, extra: "failover: { pingInterval: 1s, maxPingsOut: 2, reconnectWait: 100ms }"));
        var first = await prober.UntilAsync(s => s.Ticks(Whole, "success") >= 2 && At(s) is not null, "a first success");
        var hung = cluster.Brokers.Single(b => b.Name == At(first));

        var since = Stopwatch.GetTimestamp();
        hung.Suspend();
        var failing = await prober.UntilAsync(s => s.Ticks(Whole, "timeout") > first.Ticks(Whole, "timeout"), "its requests time out");
        // It is still connected, as an application would be, and the outage has begun all the same.
        Assert.Equal((0, true), (failing.Disconnects(Whole), failing.IsConnected(Whole)));
        Assert.True(Of(failing, "cordum_nats_outage_start_timestamp_seconds") > 0);
        var gone = await prober.UntilAsync(s => s.Reconnects(Whole) == 1, $"it has gone elsewhere, {version}", seconds: 15);
        // Two to three intervals of a second until the client's pings give up; perhaps a dial of the hung broker under the name that gossip gives it, which costs its
        // two seconds.
        Assert.InRange(Stopwatch.GetElapsedTime(since).TotalSeconds, 1.5, 7);

        // The other brokers still know of the responder on the hung one and hand it its share of the requests, until they give up their route to it. How many of its own
        // an application in its place would see go unanswered is luck, so no length is the right one; that it is told until a request is answered is.
        var well = await prober.UntilAsync(
            s => s.Ticks(Whole, "success") > gone.Ticks(Whole, "success") && s.Outages(Whole) > first.Outages(Whole), "requests are answered again", seconds: 30);
        Assert.InRange(well.OutageSeconds(Whole) - first.OutageSeconds(Whole), 1.5, Stopwatch.GetElapsedTime(since).TotalSeconds + 0.1);
        hung.Resume();

        var ended = (await prober.EventsAsync(Whole, 5, (int)well.Outages(Whole)))[^1];
        Assert.Equal("timeout", ended.GetProperty("Cause").GetString());
        await prober.UntilAsync(s => s.Endpoints.All(s.IsConnected), "all back");
    }

    [Fact]
    public async Task A_dead_seed_at_the_start_is_no_outage_of_the_cluster()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any }, Stop);
        cluster.Brokers[0].Kill();
        cluster.Brokers[1].Kill();
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster));

        var scrape = await prober.UntilAsync(s => s.IsConnected(Whole) && s.Disconnects("n1") == 1 && s.Disconnects("n2") == 1, "two brokers are down, the cluster is not");
        Assert.Equal((0, 0), (scrape.Disconnects(Whole), scrape.Reconnects(Whole)));
        await prober.UntilAsync(s => s.Ticks(Whole, "success") > 1, "its requests succeed");
    }

    [Fact]
    public async Task With_every_broker_down_it_is_down_once_and_comes_back()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any }, Stop);
        foreach (var broker in cluster.Brokers)
            broker.Kill();
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster, extra: "failover: { reconnectWait: 100ms }"));

        var down = await prober.UntilAsync(s => s.Endpoints.All(e => s.Disconnects(e) == 1), "all down, the cluster's link too");
        Assert.Equal(1, down.Causes(Whole, "refused"));
        await prober.UntilAsync(s => s.Ticks(Whole, "disconnected") >= 2, "its requests say so");
        foreach (var broker in cluster.Brokers)
            await broker.StartAsync(Stop);
        await prober.UntilAsync(s => s.Endpoints.All(s.IsConnected) && s.Reconnects(Whole) == 1, "all up again");
    }

    [Fact]
    public async Task A_cluster_that_knows_more_brokers_than_the_probe_file_is_followed_there()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any }, Stop);
        var known = cluster.Brokers[0];
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of([(known.Name, known.Url, known.Name)], extra: "failover: { reconnectWait: 100ms }"));
        await prober.UntilAllConnectedAsync();

        known.Kill();
        var gone = await prober.UntilAsync(s => s.Reconnects(Whole) == 1, "it has gone where gossip says");

        Assert.Equal((1, 1), (gone["cordum_nats_failover_total", ("to", "_other")], gone["cordum_nats_failover_at", ("to", "_other")]));
    }

    [Fact]
    public async Task A_broker_that_welcomes_and_hangs_up_again_and_again_is_no_reason_to_storm_it()
    {
        await using var flapping = Stranger.Welcomes();
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of([("n1", flapping.Url, null)], extra: "failover: { reconnectWait: 500ms }"));
        var first = await prober.UntilAsync(s => s.Dials(Whole, "success") >= 6, "it flaps");
        var since = System.Diagnostics.Stopwatch.GetTimestamp();

        var later = await prober.UntilAsync(s => s.Dials(Whole, "success") >= first.Dials(Whole, "success") + 8, "and flaps", seconds: 20);

        // One dial for each of the client's waits; a scrape may show one more at either end.
        Assert.InRange(later.Dials(Whole, "success") - first.Dials(Whole, "success"), 8, (System.Diagnostics.Stopwatch.GetElapsedTime(since).TotalSeconds / 0.5) + 2);
        Assert.Equal((0, 0), (Of(later, "cordum_nats_closed_total"), later.Dials(Whole, "unknown")));
    }

    private static double Of(Scrape scrape, string name) => scrape.Of(Whole, name);

    private static double Moves(Scrape scrape) => scrape["cordum_nats_failover_total"];

    private static string? At(Scrape scrape) =>
        ((string[])["n1", "n2", "n3"]).FirstOrDefault(name => scrape["cordum_nats_failover_at", ("to", name)] == 1);
}
