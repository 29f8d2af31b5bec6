using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Benchmarks.Overhead;

namespace Cordum.NatsProber.Tests.Benchmarks;

public sealed class StallCountsTests
{
    private static StallCounts Page(int success, int timeout, int disconnected, int missed, double scheduler) => StallCounts.Of(new ScrapedPage($$"""
        # TYPE cordum_nats_probe_total counter
        cordum_nats_probe_total{endpoint="n1",outcome="success"} {{success}}
        cordum_nats_probe_total{endpoint="n1",outcome="timeout"} {{timeout}}
        cordum_nats_probe_total{endpoint="_cluster",outcome="disconnected"} {{disconnected}}
        cordum_nats_probe_total{endpoint="n1",outcome="missed"} {{missed}}
        cordum_nats_probe_total{endpoint="n1",outcome="indeterminate"} 4
        cordum_nats_disconnect_total{endpoint="n1"} 1
        cordum_nats_disconnect_total{endpoint="_cluster"} 2
        cordum_nats_reconnect_total{endpoint="n1"} 1
        cordum_nats_outage_duration_seconds_count{endpoint="n1"} 1
        cordum_nats_outage_seconds_total{endpoint="n1"} 1.5
        cordum_nats_prober_stall_seconds_total{kind="scheduler"} {{scheduler}}
        cordum_nats_prober_stall_seconds_total{kind="gc"} 0.25
        cordum_nats_prober_stall_seconds_total{kind="threadpool"} 0.5
        """));

    [Fact]
    public void Every_outcome_that_is_neither_success_nor_the_probers_own_is_a_failure()
    {
        var counts = Page(success: 10, timeout: 2, disconnected: 3, missed: 5, scheduler: 1);

        Assert.Equal((10, 5, 5, 4), (counts.Success, counts.Failures, counts.Missed, counts.Indeterminate));
        Assert.Equal((3, 1, 1.75), (counts.Disconnects, counts.Reconnects, counts.Told));
    }

    [Fact]
    public void What_came_between_two_scrapes_is_their_difference()
    {
        var between = Page(success: 20, timeout: 3, disconnected: 3, missed: 9, scheduler: 4) - Page(success: 10, timeout: 2, disconnected: 3, missed: 5, scheduler: 1);

        Assert.Equal((10, 1, 4, 0), (between.Success, between.Failures, between.Missed, between.Indeterminate));
        Assert.Equal((0, 3, 3), (between.Disconnects, between.Scheduler, between.Told));
    }
}
