using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>The families of objectives: what a probe file promises of its cluster, for the alerts to compare with.</summary>
internal sealed class SloFamilies(SeriesMaker make)
{
    public GaugeFamily ErrorBudget { get; } = make.Gauge("cordum_nats_slo_error_budget_ratio", "Share of the cluster's requests that its availability objective lets fail: 1 - objective.", "cluster");

    public GaugeFamily Window { get; } = make.Gauge("cordum_nats_slo_window_seconds", "Seconds over which the cluster's objectives are promised.", "cluster");

    public GaugeFamily LatencyErrorBudget { get; } = make.Gauge(
        "cordum_nats_slo_latency_error_budget_ratio", "Share of the cluster's successful requests that its latency objective lets be slow: 1 - objective.", "cluster");

    public GaugeFamily LatencyThreshold { get; } = make.Gauge(
        "cordum_nats_slo_latency_threshold_seconds", "Seconds from which on a successful request of the cluster is slow, by its latency objective.", "cluster");

    public CounterFamily Slow { get; } = make.Counter(
        "cordum_nats_slo_slow_total",
        "Successful requests over the link that fails over that were not faster than the latency objective's threshold; a part of cordum_nats_probe_total. Resets when the prober restarts.",
        "cluster");
}
