using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>The families of what client and broker say together about disconnects.</summary>
internal sealed class VerdictFamilies(SeriesMaker make)
{
    private static readonly string[] Labels = ["component", "cluster", "endpoint", "scope"];

    public CounterFamily Verdicts { get; } = make.Counter(
        "cordum_nats_view_verdict_total",
        "Disconnects by what the client's and the broker's views say together about their cause; each gets one verdict, when the evidence is in. Resets when the prober restarts.",
        [.. Labels, "verdict"]);

    public GaugeFamily Pending { get; } = make.Gauge(
        "cordum_nats_view_verdict_pending",
        "Disconnects without a verdict yet: the sum over verdicts and this is cordum_nats_disconnect_total, at every scrape.",
        Labels);

    public HistogramFamily DetectionGap { get; } = make.Histogram(
        "cordum_nats_detection_gap_seconds",
        "Seconds from the last good round trip to the client's knowing of the disconnect. Resets when the prober restarts.",
        make.DowntimeBuckets,
        Labels);
}
