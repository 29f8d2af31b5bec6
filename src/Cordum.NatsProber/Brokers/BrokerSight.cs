namespace Cordum.NatsProber.Brokers;

/// <summary>All that is to be shown of one broker, of one instant.</summary>
/// <param name="Word">Its word for its health.</param>
/// <param name="Source">Which source word and facts are from; null if none answers.</param>
/// <param name="Facts">What it has said of itself.</param>
/// <param name="IsDraining">It has announced that it drains.</param>
/// <param name="RttAge">For how long its measure of the round trip to the link has not changed; null if it has none.</param>
/// <param name="Disagreements">How client and broker disagree.</param>
internal sealed record BrokerSight(
    BrokerWord Word, SourceKind? Source, BrokerFacts Facts, bool IsDraining, TimeSpan? RttAge, IReadOnlySet<Disagreement> Disagreements)
{
    /// <summary>Before anything is known.</summary>
    public static BrokerSight None { get; } = new(BrokerWord.None, null, BrokerFacts.None, false, null, new HashSet<Disagreement>());
}
