using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>The families of whole clusters: failing over, discovery, credentials.</summary>
internal sealed class ClusterFamilies(SeriesMaker make)
{
    public CounterFamily FailoversTo { get; } = make.Counter(
        "cordum_nats_failover_total",
        "Times that the link that fails over came back at another broker, by the endpoint that it went to; _other is a broker that the cluster gossiped. Resets when the prober restarts.",
        "cluster",
        "to");

    public GaugeFamily FailoverIsAt { get; } = make.Gauge(
        "cordum_nats_failover_at",
        "1 for the endpoint to which the link that fails over is, or was last, open, else 0.",
        "cluster",
        "to");

    public CounterFamily DiscoveryLookups { get; } = make.Counter(
        "cordum_nats_discovery_total",
        "Times that DNS was asked for the cluster's endpoints: success, or why not (the endpoints then stay those of the last success). Resets when the prober restarts.",
        "cluster",
        "outcome");

    public GaugeFamily DiscoveryLastSuccess { get; } = make.Gauge(
        "cordum_nats_discovery_last_success_timestamp_seconds",
        "Unix time in seconds at which DNS last named the cluster's endpoints, 0 for never.",
        "cluster");

    public GaugeFamily DiscoveryEndpoints { get; } = make.Gauge("cordum_nats_discovery_endpoints", "Endpoints that are probed because DNS named them.", "cluster");

    public GaugeFamily DiscoveryLeftOut { get; } = make.Gauge("cordum_nats_discovery_endpoints_left_out", "Endpoints that DNS named beyond the configured number; they are not probed.", "cluster");

    public GaugeFamily CredentialsExpiry { get; } = make.Gauge(
        "cordum_nats_credentials_expiry_timestamp_seconds",
        "Unix time in seconds at which the prober's own credentials expire: jwt, or client_certificate; 0 for never or unknown.",
        "cluster",
        "kind");
}
