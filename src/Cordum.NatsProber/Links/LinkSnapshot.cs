namespace Cordum.NatsProber.Links;

/// <summary>
/// What a link shows to the world: one immutable object, replaced as a whole, so that whoever reads it sees counters and gauges of the same instant.
/// </summary>
/// <param name="State">State and counters.</param>
/// <param name="OutageStartedAt">
/// Wall time of the current outage's start, taken once when it was found, so that a step of the wall clock does not move it; null while there is no outage.
/// </param>
/// <param name="Broker">The broker that the link is or was last open to; null before the first open.</param>
public sealed record LinkSnapshot(LinkState State, DateTimeOffset? OutageStartedAt, BrokerInfo? Broker)
{
    /// <summary>Of a link that was never dialled.</summary>
    public static LinkSnapshot Initial { get; } = new(LinkState.Initial, null, null);
}
