using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>The families of the brokers' own view of themselves.</summary>
internal sealed class BrokerFamilies(SeriesMaker make)
{
    private const string Unknown = "0 while not known.";
    private const string Resets = "Resets when the prober restarts.";
    private static readonly string[] Labels = ["cluster", "endpoint"];

    public GaugeFamily Healthy { get; } = make.Gauge(
        "cordum_nats_broker_healthy",
        "1 while the broker says that it is well; 0 while it says otherwise, cannot be asked, or was not asked yet: cordum_nats_broker_view tells which.",
        Labels);

    public GaugeFamily ServerHealthy { get; } = make.Gauge(
        "cordum_nats_broker_server_healthy",
        "1 while the broker says that it is well, its JetStream assets left out; 0 while it says otherwise or cannot be asked.",
        Labels);

    public GaugeFamily View { get; } = make.Gauge(
        "cordum_nats_broker_view",
        "1 for the state of what is known of the broker's own view of its health, else 0. Only healthy and unhealthy are the broker's word.",
        [.. Labels, "state"]);

    public GaugeFamily Source { get; } = make.Gauge(
        "cordum_nats_broker_source", "1 for the source from which the broker's word and the other series about it are, else 0.", [.. Labels, "source"]);

    public GaugeFamily SourceUp { get; } = make.Gauge("cordum_nats_broker_source_up", "1 while the source's latest answer about the broker was one, else 0.", [.. Labels, "source"]);

    public CounterFamily Queries { get; } = make.Counter(
        "cordum_nats_broker_query_total", $"The prober's own questions about the broker by source and how they ended. {Resets}", [.. Labels, "source", "outcome"]);

    public GaugeFamily Start { get; } = make.Gauge(
        "cordum_nats_broker_start_timestamp_seconds", $"Unix time in seconds at which the broker's process was started, by its own clock. {Unknown}", Labels);

    public CounterFamily IdentityChanges { get; } = make.Counter(
        "cordum_nats_broker_identity_change_total", $"Times that another process was found in the broker's place: it was restarted. {Resets}", Labels);

    public GaugeFamily ConfigLoad { get; } = make.Gauge(
        "cordum_nats_broker_config_load_timestamp_seconds", $"Unix time in seconds at which the broker last read its configuration, by its own clock. {Unknown}", Labels);

    public CounterFamily ConfigReloads { get; } = make.Counter(
        "cordum_nats_broker_config_reload_total", $"Times that the same broker process was found with a newer configuration. {Resets}", Labels);

    public GaugeFamily LameDuck { get; } = make.Gauge("cordum_nats_broker_lame_duck", "1 from the broker's announcement that it drains until another process takes its place, else 0.", Labels);

    public GaugeFamily Connections { get; } = make.Gauge("cordum_nats_broker_connections", $"Clients connected to the broker, by its own count. {Unknown}", Labels);

    public GaugeFamily ConnectionsLimit { get; } = make.Gauge("cordum_nats_broker_connections_limit", $"Most clients that the broker takes. {Unknown}", Labels);

    public CounterFamily ConnectionsAccepted { get; } = make.Counter(
        "cordum_nats_broker_connections_accepted_total",
        $"Connections that the broker took since the prober first saw it, over its restarts. Its rate shows a reconnect storm. {Resets}",
        Labels);

    public CounterFamily SlowConsumers { get; } = make.Counter(
        "cordum_nats_broker_slow_consumers_total", $"Connections that the broker closed for reading too slowly, since the prober first saw it. {Resets}", Labels);

    public CounterFamily StaleConnections { get; } = make.Counter(
        "cordum_nats_broker_stale_connections_total", $"Connections that the broker closed for not answering pings, since the prober first saw it; older brokers do not tell. {Resets}", Labels);

    public GaugeFamily RoutePeers { get; } = make.Gauge("cordum_nats_broker_route_peers", $"Brokers to which the broker has a route, each counted once. {Unknown}", Labels);

    public GaugeFamily MetaGroup { get; } = make.Gauge("cordum_nats_broker_meta_group", "1 while the broker says that it takes part in a JetStream cluster, else 0.", Labels);

    public GaugeFamily MetaLeaderKnown { get; } = make.Gauge(
        "cordum_nats_broker_meta_leader_known", "1 while the broker knows a leader of its JetStream cluster's meta group, else 0.", Labels);

    public GaugeFamily LinkRtt { get; } = make.Gauge(
        "cordum_nats_broker_link_rtt_seconds", $"Seconds that the broker measured for a round trip to the prober's link, at its latest ping of it. {Unknown}", Labels);

    public GaugeFamily LinkRttAge { get; } = make.Gauge(
        "cordum_nats_broker_link_rtt_age_seconds", "Seconds for which that measure has not changed: brokers ping every two minutes by default.", Labels);

    public GaugeFamily ClockSkew { get; } = make.Gauge(
        "cordum_nats_broker_clock_skew_seconds", $"The broker's clock less the prober's, in seconds. {Unknown}", Labels);

    public GaugeFamily ClockSkewError { get; } = make.Gauge(
        "cordum_nats_broker_clock_skew_error_seconds", $"How far the skew may be off either way, in seconds: half of the round trip in which the broker was asked. {Unknown}", Labels);

    public GaugeFamily Disagreement { get; } = make.Gauge(
        "cordum_nats_view_disagreement", "1 while the client's view and the broker's disagree in this way, else 0.", [.. Labels, "kind"]);
}
