using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Brokers;

/// <summary>All that a report is made of for one cluster, of one instant.</summary>
/// <param name="Cluster">Its name.</param>
/// <param name="Links">Its links.</param>
/// <param name="Open">Disconnects that are not settled.</param>
/// <param name="Past">Those with a verdict, the oldest first.</param>
/// <param name="Pings">The pings of its applications.</param>
internal sealed record ClusterSight(
    string Cluster, IReadOnlyList<LinkSight> Links, IReadOnlyList<OpenCase> Open, IReadOnlyList<JudgedDisconnect> Past, FailoverSettings Pings);

/// <summary>One link from both sides.</summary>
/// <param name="Identity">Which link.</param>
/// <param name="Snapshot">The client's side.</param>
/// <param name="Detail">What went wrong last, for people; empty while all is well.</param>
/// <param name="OpenedAt">Wall time at which it was opened; null unless it is open.</param>
/// <param name="Broker">The broker's side; null where the broker is not asked.</param>
/// <param name="Sources">Who is asked about the broker, the best first.</param>
/// <param name="Disagreements">How the two disagree.</param>
internal sealed record LinkSight(
    LinkIdentity Identity,
    LinkSnapshot Snapshot,
    string Detail,
    DateTimeOffset? OpenedAt,
    BrokerSight? Broker,
    IReadOnlyList<SourceReport> Sources,
    IReadOnlyList<Disagreement> Disagreements);
