using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>The families of probes of one place: ticks by outcome, and what failed ones tell.</summary>
internal sealed class ProbeFamilies(SeriesMaker make)
{
    private static readonly string[] PlaceLabels = ["cluster", "endpoint", "scope"];
    private static readonly string[] TickLabels = [.. PlaceLabels, "probe"];

    public CounterFamily Ticks { get; } = make.Counter(
        "cordum_nats_probe_total",
        "Scheduled probes by how they ended; the sum over outcomes is the number scheduled. Resets when the prober restarts.",
        [.. TickLabels, "outcome"]);

    public HistogramFamily TickDuration { get; } = make.Histogram(
        "cordum_nats_probe_duration_seconds",
        "Seconds that successful probes took; no other outcome is in it. Resets when the prober restarts.",
        make.RoundTripBuckets,
        TickLabels);

    public GaugeFamily TicksExpected { get; } = make.Gauge("cordum_nats_probe_expected_per_second", "Probes per second that the schedule promises.", TickLabels);

    public GaugeFamily LastCompleted { get; } = make.Gauge(
        "cordum_nats_probe_last_completed_timestamp_seconds",
        "Unix time in seconds at which a probe of the endpoint last ended, well or badly; the prober's start at first.",
        "cluster",
        "endpoint");

    public CounterFamily DiscardedReplies { get; } = make.Counter(
        "cordum_nats_probe_reply_discarded_total",
        "Replies that were not the current probe's: late (its time was up), duplicate (answered before), stray (never asked). Resets when the prober restarts.",
        [.. TickLabels, "kind"]);

    public CounterFamily ConnectFailures { get; } = make.Counter(
        "cordum_nats_connect_failure_total",
        "Fresh connects of the connect probe that failed, by cause as in cordum_nats_disconnect_cause_total. Resets when the prober restarts.",
        [.. PlaceLabels, "cause"]);

    public CounterFamily ConnectFailurePhases { get; } = make.Counter(
        "cordum_nats_connect_failure_phase_total",
        "The same failures by the stage in which they happened: dns, tcp, tls, info, auth. Resets when the prober restarts.",
        [.. PlaceLabels, "phase"]);
}
