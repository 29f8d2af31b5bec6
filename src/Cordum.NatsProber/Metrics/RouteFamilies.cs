using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>The families of routes from broker to broker.</summary>
internal sealed class RouteFamilies(SeriesMaker make)
{
    private static readonly string[] Labels = ["cluster", "from", "to"];

    public CounterFamily Ticks { get; } = make.Counter(
        "cordum_nats_route_probe_total",
        "Requests that enter at one broker and are answered at another, by how they ended; the sum over outcomes is the number scheduled. Resets when the prober restarts.",
        [.. Labels, "outcome"]);

    public HistogramFamily Duration { get; } = make.Histogram(
        "cordum_nats_route_duration_seconds",
        "Seconds that successful requests from broker to broker took, there and back. Resets when the prober restarts.",
        make.RoundTripBuckets,
        Labels);

    public CounterFamily MessagesReceived { get; } = make.Counter(
        "cordum_nats_messages_received_total",
        "Numbered messages published at one broker that arrived at the other, the late ones included, each once. Resets when the prober restarts.",
        Labels);

    public CounterFamily MessagesLost { get; } = make.Counter(
        "cordum_nats_messages_lost_total",
        "Numbered messages that did not arrive though both connections stood. Resets when the prober restarts.",
        Labels);

    public CounterFamily MessagesLate { get; } = make.Counter(
        "cordum_nats_messages_late_total",
        "Numbered messages that arrived after the probe's timeout. Resets when the prober restarts.",
        Labels);

    public CounterFamily MessagesDuplicated { get; } = make.Counter(
        "cordum_nats_messages_duplicated_total",
        "Arrivals of numbered messages that had arrived before. Resets when the prober restarts.",
        Labels);

    public CounterFamily MessagesReordered { get; } = make.Counter(
        "cordum_nats_messages_reordered_total",
        "Numbered messages that arrived in time, but after one that was sent later. Resets when the prober restarts.",
        Labels);
}
