using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>What a prober has counted, of all its links and request probes together.</summary>
/// <param name="Success">Ticks that succeeded.</param>
/// <param name="Indeterminate">Ticks of which it says that it was held up itself.</param>
/// <param name="Missed">Ticks that it did not run.</param>
/// <param name="Failures">All other ticks: those that accuse the broker.</param>
/// <param name="Disconnects">Links lost.</param>
/// <param name="Reconnects">Links found again.</param>
/// <param name="Outages">Outages that have ended.</param>
/// <param name="OutageSeconds">How long they were, those included that go on.</param>
/// <param name="Scheduler">Seconds told of kind scheduler.</param>
/// <param name="Gc">Of kind gc.</param>
/// <param name="Threadpool">Of kind threadpool.</param>
internal sealed record StallCounts(
    double Success,
    double Indeterminate,
    double Missed,
    double Failures,
    double Disconnects,
    double Reconnects,
    double Outages,
    double OutageSeconds,
    double Scheduler,
    double Gc,
    double Threadpool)
{
    /// <summary>Seconds told of all kinds.</summary>
    public double Told => Scheduler + Gc + Threadpool;

    /// <summary>Reads them off a scrape.</summary>
    public static StallCounts Of(ScrapedPage page)
    {
        var (success, indeterminate, missed) = (Ticks("success"), Ticks("indeterminate"), Ticks("missed"));
        return new(
            success,
            indeterminate,
            missed,
            page.Sum("cordum_nats_probe_total") - success - indeterminate - missed,
            page.Sum("cordum_nats_disconnect_total"),
            page.Sum("cordum_nats_reconnect_total"),
            page.Sum("cordum_nats_outage_duration_seconds_count"),
            page.Sum("cordum_nats_outage_seconds_total"),
            Stalled("scheduler"),
            Stalled("gc"),
            Stalled("threadpool"));

        double Ticks(string outcome) => page.Sum("cordum_nats_probe_total", ("outcome", outcome));
        double Stalled(string kind) => page.Sum("cordum_nats_prober_stall_seconds_total", ("kind", kind));
    }

    /// <summary>What came between an earlier scrape and this one.</summary>
    public static StallCounts operator -(StallCounts later, StallCounts earlier) => new(
        later.Success - earlier.Success,
        later.Indeterminate - earlier.Indeterminate,
        later.Missed - earlier.Missed,
        later.Failures - earlier.Failures,
        later.Disconnects - earlier.Disconnects,
        later.Reconnects - earlier.Reconnects,
        later.Outages - earlier.Outages,
        later.OutageSeconds - earlier.OutageSeconds,
        later.Scheduler - earlier.Scheduler,
        later.Gc - earlier.Gc,
        later.Threadpool - earlier.Threadpool);
}
