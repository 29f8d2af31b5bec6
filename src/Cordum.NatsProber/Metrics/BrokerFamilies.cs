using Prometheus;

namespace Cordum.NatsProber.Metrics;

/// <summary>The families of the brokers' own view of themselves.</summary>
internal sealed class BrokerFamilies(SeriesMaker make)
{
    private static readonly string[] Labels = ["cluster", "endpoint"];

    public Gauge Healthy { get; } = make.Gauge(
        "cordum_nats_broker_healthy",
        "1 while the broker's own monitor says that it is well; 0 while it says otherwise, cannot be asked, or was not asked yet: cordum_nats_broker_view tells which.",
        Labels);

    public Gauge View { get; } = make.Gauge(
        "cordum_nats_broker_view",
        "1 for the state of what is known of the broker's own view of its health, else 0. Only healthy and unhealthy are the broker's word.",
        [.. Labels, "state"]);
}
