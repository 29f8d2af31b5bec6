using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>The families of links: what is held, lost and found again.</summary>
internal sealed class LinkFamilies(SeriesMaker make)
{
    private static readonly string[] Labels = ["component", "cluster", "endpoint", "scope"];

    public CounterFamily Disconnects { get; } = make.Counter(
        "cordum_nats_disconnect_total",
        "Times that a held link was lost, or (once) that its first connect failed. disconnect - reconnect = 1 - connected at every scrape after the first dial. Resets when the prober restarts.",
        Labels);

    public CounterFamily Reconnects { get; } = make.Counter(
        "cordum_nats_reconnect_total",
        "Times that a lost link came back. A first connect that succeeds counts nothing. Resets when the prober restarts.",
        Labels);

    public CounterFamily DisconnectCauses { get; } = make.Counter(
        "cordum_nats_disconnect_cause_total",
        "The disconnects by cause; the sum over causes is cordum_nats_disconnect_total. Resets when the prober restarts.",
        [.. Labels, "cause"]);

    public CounterFamily Closes { get; } = make.Counter(
        "cordum_nats_closed_total",
        "Times that a link's client ended for good and was made anew. Resets when the prober restarts.",
        Labels);

    public GaugeFamily Connected { get; } = make.Gauge("cordum_nats_connected", "1 while the link is open, else 0.", Labels);

    public HistogramFamily ReconnectDuration { get; } = make.Histogram(
        "cordum_nats_reconnect_duration_seconds",
        "Seconds from a loss being seen to the link being open again. Resets when the prober restarts.",
        make.DowntimeBuckets,
        Labels);

    public HistogramFamily OutageDuration { get; } = make.Histogram(
        "cordum_nats_outage_duration_seconds",
        "Seconds that finished outages lasted, from the first bad to the first good round trip. Resets when the prober restarts.",
        make.DowntimeBuckets,
        Labels);

    public CounterFamily OutageSeconds { get; } = make.Counter(
        "cordum_nats_outage_seconds_total",
        "Seconds spent in outages; advances while one lasts. Resets when the prober restarts.",
        Labels);

    public GaugeFamily OutagePlanned { get; } = make.Gauge(
        "cordum_nats_outage_planned",
        "1 while an outage lasts that began when a broker closed the link after it had announced that it drains (lame duck mode), else 0.",
        Labels);

    public CounterFamily PlannedOutageSeconds { get; } = make.Counter(
        "cordum_nats_planned_outage_seconds_total",
        "Seconds of cordum_nats_outage_seconds_total that were planned: the broker had announced that it drains. Resets when the prober restarts.",
        Labels);

    public GaugeFamily OutageStart { get; } = make.Gauge(
        "cordum_nats_outage_start_timestamp_seconds",
        "Unix time in seconds at which the current outage began, 0 for none. A restarted prober knows only when it first saw it.",
        Labels);

    public CounterFamily ConnectAttempts { get; } = make.Counter(
        "cordum_nats_connect_attempt_total",
        "Dials of the link, the first included, by how they ended: success, a cause as in cordum_nats_disconnect_cause_total, or indeterminate (the prober itself was held up). Resets when the prober restarts.",
        [.. Labels, "outcome"]);

    public HistogramFamily ConnectPhases { get; } = make.Histogram(
        "cordum_nats_connect_phase_duration_seconds",
        "Seconds that the completed stages of dials took, those of the link and those of the connect probe: dns, tcp, tls, info, auth. Resets when the prober restarts.",
        make.RoundTripBuckets,
        [.. Labels, "phase"]);

    public CounterFamily LameDucks { get; } = make.Counter(
        "cordum_nats_lame_duck_total",
        "Times that the broker announced on the link that it will drain. Resets when the prober restarts.",
        Labels);

    public CounterFamily IdentityMismatches { get; } = make.Counter(
        "cordum_nats_identity_mismatch_total",
        "Dials that reached another broker than this endpoint's. Resets when the prober restarts.",
        Labels);

    public GaugeFamily CertificateExpiry { get; } = make.Gauge(
        "cordum_nats_tls_certificate_expiry_timestamp_seconds",
        "Unix time in seconds at which the certificate that the broker last showed expires, 0 while none was seen.",
        Labels);
}
