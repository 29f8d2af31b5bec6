using System.Diagnostics;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>The prober's own faults never look like the broker's.</summary>
public sealed class OwnFaultTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prober_that_is_suspended_for_seconds_reports_itself_and_no_outage()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any }, Stop);
        // No scrapes while it cannot answer.
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster), scrapeEvery: TimeSpan.FromHours(1));
        await prober.UntilAllConnectedAsync();
        var before = await prober.UntilAsync(s => s.Endpoints.All(e => s.Ticks(e, "success") >= 2), "successes");
        var since = Stopwatch.GetTimestamp();

        prober.Signal("STOP");
        await Task.Delay(TimeSpan.FromSeconds(4), Stop);
        prober.Signal("CONT");

        var after = await prober.UntilAsync(s => s.Endpoints.All(e => s.Ticks(e, "success") >= before.Ticks(e, "success") + 2), "successes again");
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        foreach (var endpoint in after.Endpoints)
        {
            Assert.Equal((0, true, 0), (after.Disconnects(endpoint), after.IsConnected(endpoint), after.Outages(endpoint)));
            Assert.Equal(0, after.Ticks(endpoint, "timeout") + after.Ticks(endpoint, "disconnected") + after.Ticks(endpoint, "no_responders"));
            Assert.InRange(Excused(after, endpoint) - Excused(before, endpoint), 2, 5);
            // Every tick that was due in that time is accounted for, whatever became of it.
            Assert.InRange(after.Of(endpoint, "cordum_nats_probe_total") - before.Of(endpoint, "cordum_nats_probe_total"), seconds - 1.5, seconds + 1.5);
        }

        Assert.InRange(after["cordum_nats_prober_stall_seconds_total", ("kind", "scheduler")], 3.5, 5);
    }

    [Fact]
    public async Task Short_suspensions_are_the_schedulers_whichever_thread_wakes_first()
    {
        const int Times = 20;
        await using var cluster = await LabCluster.StartAsync(new LabOptions { Brokers = 1, NatsServer = NatsServers.Any, Cluster = false }, Stop);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster), scrapeEvery: TimeSpan.FromHours(1));
        var before = await prober.UntilAsync(s => s.Ticks("n1", "success") >= 3, "successes");

        for (var i = 0; i < Times; i++)
        {
            prober.Signal("STOP");
            await Task.Delay(TimeSpan.FromMilliseconds(200), Stop);
            prober.Signal("CONT");
            await prober.ScrapeAsync(); // it is awake
        }

        var after = await prober.ScrapeAsync();
        double Stalled(string kind) =>
            after["cordum_nats_prober_stall_seconds_total", ("kind", kind)] - before["cordum_nats_prober_stall_seconds_total", ("kind", kind)];
        Assert.True(Stalled("scheduler") > Times * 0.14, $"scheduler {Stalled("scheduler")} s, threadpool {Stalled("threadpool")} s");
        Assert.True(Stalled("threadpool") < Times * 0.04, $"scheduler {Stalled("scheduler")} s, threadpool {Stalled("threadpool")} s");
    }

    private static double Excused(Scrape scrape, string endpoint) => scrape.Ticks(endpoint, "missed") + scrape.Ticks(endpoint, "indeterminate");
}
