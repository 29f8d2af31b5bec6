using System.Text.Json;
using System.Text.Json.Serialization;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Brokers;

/// <summary>
/// Both views of every link side by side: what <c>GET /compare</c> answers, and <c>natsprober compare</c> prints. docs/compare.md describes each field. Names of enums are in snake case,
/// as in the labels of the series; instants are on the prober's wall clock, durations in seconds.
/// </summary>
/// <param name="Prober">The vantage point.</param>
/// <param name="Now">When this was so.</param>
/// <param name="Clusters">The clusters.</param>
internal sealed record ViewReport(string Prober, DateTimeOffset Now, IReadOnlyList<ClusterReport> Clusters);

/// <summary>One cluster.</summary>
/// <param name="Cluster">Its name.</param>
/// <param name="Links">Its links, the one that fails over last.</param>
/// <param name="Pending">Disconnects without a verdict, and dead links that a broker still counts.</param>
/// <param name="Past">Disconnects with their verdicts, the oldest first.</param>
internal sealed record ClusterReport(string Cluster, IReadOnlyList<LinkReport> Links, IReadOnlyList<PendingReport> Pending, IReadOnlyList<PastReport> Past);

/// <summary>One link, now.</summary>
/// <param name="Endpoint">The endpoint's name, or <c>_cluster</c>.</param>
/// <param name="Scope"><c>endpoint</c>, or <c>cluster</c> for the link that fails over.</param>
/// <param name="State">The client's view.</param>
/// <param name="Since">Since when it is open and serves, or does not; null while nothing is known.</param>
/// <param name="Cause">Why it is down, or open and does not serve; null while all is well.</param>
/// <param name="Detail">The same in words.</param>
/// <param name="Broker">Who is, or was last, at the other end; null if it was never open.</param>
/// <param name="View">The broker's view; null where the broker is not asked.</param>
/// <param name="Disagreements">How the two disagree; empty if they do not.</param>
internal sealed record LinkReport(
    string Endpoint,
    string Scope,
    LinkStatus State,
    DateTimeOffset? Since,
    DisconnectCause? Cause,
    string? Detail,
    PeerReport? Broker,
    BrokerReport? View,
    IReadOnlyList<Disagreement> Disagreements);

/// <summary>The broker at the other end of a link.</summary>
/// <param name="ServerName">Its name.</param>
/// <param name="ServerId">Its process.</param>
/// <param name="Cid">Its number for the connection.</param>
internal sealed record PeerReport(string ServerName, string ServerId, ulong Cid);

/// <summary>What a broker says of itself.</summary>
/// <param name="State">Its word for its health, or why there is none.</param>
/// <param name="Detail">In words; empty where the state says it all.</param>
/// <param name="Healthy">Whether it is well; null where there is no word of it.</param>
/// <param name="Draining">It has announced that it drains.</param>
/// <param name="Source">Which source this is from; null if none answers.</param>
/// <param name="Sources">All that are asked, the best first.</param>
/// <param name="ServerId">The process that was found; null before.</param>
/// <param name="StartedAt">When that was started, by its own clock; null if not known.</param>
/// <param name="OurConnection">What it says of the link's connection; null if not known, or the link is not open.</param>
/// <param name="RttSeconds">Its own measure of the round trip to the link.</param>
/// <param name="RttAgeSeconds">For how long that measure has not changed.</param>
/// <param name="ClockSkewSeconds">Its clock less the prober's.</param>
/// <param name="ClockSkewErrorSeconds">How far that may be off, either way.</param>
internal sealed record BrokerReport(
    BrokerView State,
    string Detail,
    bool? Healthy,
    bool Draining,
    SourceKind? Source,
    IReadOnlyList<SourceReport> Sources,
    string? ServerId,
    DateTimeOffset? StartedAt,
    ConnectionFate? OurConnection,
    double? RttSeconds,
    double? RttAgeSeconds,
    double? ClockSkewSeconds,
    double? ClockSkewErrorSeconds);

/// <summary>One source of what a broker says.</summary>
/// <param name="Source">Which.</param>
/// <param name="Up">Its latest answer was one.</param>
/// <param name="Latest">How the latest question ended; null before.</param>
internal sealed record SourceReport(SourceKind Source, bool Up, QueryOutcome? Latest);

/// <summary>A disconnect that is not settled.</summary>
/// <param name="Endpoint">Of which link.</param>
/// <param name="Scope">The link's scope.</param>
/// <param name="BrokerEndpoint">The broker's endpoint; null if it is none of the probe file's.</param>
/// <param name="At">When the client saw it.</param>
/// <param name="Cause">Why, as the client sees it.</param>
/// <param name="Detail">The same in words.</param>
/// <param name="HasVerdict">The verdict is given, and the broker still counts the connection.</param>
/// <param name="BrokerCountsDeadLink">The broker still counts the connection as open.</param>
/// <param name="SoFar">What is known so far, one line.</param>
/// <param name="Client">What the client saw.</param>
/// <param name="Broker">What the broker did.</param>
internal sealed record PendingReport(
    string Endpoint,
    string Scope,
    string? BrokerEndpoint,
    DateTimeOffset At,
    DisconnectCause Cause,
    string Detail,
    bool HasVerdict,
    bool BrokerCountsDeadLink,
    string SoFar,
    IReadOnlyList<Moment> Client,
    IReadOnlyList<Moment> Broker);

/// <summary>A disconnect with its verdict.</summary>
/// <param name="Endpoint">Of which link.</param>
/// <param name="Scope">The link's scope.</param>
/// <param name="BrokerEndpoint">The broker's endpoint; null if it is none of the probe file's.</param>
/// <param name="At">When the client saw it.</param>
/// <param name="Cause">Why, as the client sees it.</param>
/// <param name="Detail">The same in words.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Planned">Somebody meant it to happen, and the broker said so beforehand.</param>
/// <param name="Because">The evidence that decided it, one line.</param>
/// <param name="ConcludedAt">When the verdict was given.</param>
/// <param name="LengthSeconds">From the first evidence until the link was open again; null if it is not.</param>
/// <param name="ClockSkewSeconds">The broker's clock less the prober's, with which its times were corrected; null if not known: then they are not.</param>
/// <param name="ClockSkewErrorSeconds">How far that may be off, either way.</param>
/// <param name="Client">What the client saw.</param>
/// <param name="Broker">What the broker did.</param>
/// <param name="Felt">When it began, when it was known, and what an application would have felt.</param>
internal sealed record PastReport(
    string Endpoint,
    string Scope,
    string? BrokerEndpoint,
    DateTimeOffset At,
    DisconnectCause Cause,
    string Detail,
    Verdict Verdict,
    bool Planned,
    string Because,
    DateTimeOffset ConcludedAt,
    double? LengthSeconds,
    double? ClockSkewSeconds,
    double? ClockSkewErrorSeconds,
    IReadOnlyList<Moment> Client,
    IReadOnlyList<Moment> Broker,
    FeltReport Felt);

/// <summary>One entry of a timeline.</summary>
/// <param name="At">When.</param>
/// <param name="OffsetSeconds">The same, told from the client's event.</param>
/// <param name="What">What happened.</param>
internal sealed record Moment(DateTimeOffset At, double OffsetSeconds, string What);

/// <summary>When a disconnect began, when it was known, and what an application in the link's place would have felt.</summary>
/// <param name="LastGoodOffsetSeconds">The last good round trip was begun, told from the client's event: it had not begun before; null if there was none.</param>
/// <param name="FirstEvidenceOffsetSeconds">The first evidence: it had begun by then.</param>
/// <param name="DetectionGapSeconds">From the last good round trip to the client's event, as <c>cordum_nats_detection_gap_seconds</c> has it.</param>
/// <param name="BrokerStopOffsetSeconds">When the broker says it closed the connection, told from the client's event and corrected by the skew; null if it does not say.</param>
/// <param name="As">How it was felt.</param>
/// <param name="NoticedAfterAtLeastSeconds">The client knew no earlier than so long after the start; null if it never would.</param>
/// <param name="NoticedAfterAtMostSeconds">And no later.</param>
/// <param name="Words">In words.</param>
internal sealed record FeltReport(
    double? LastGoodOffsetSeconds,
    double FirstEvidenceOffsetSeconds,
    double? DetectionGapSeconds,
    double? BrokerStopOffsetSeconds,
    FeltAs As,
    double? NoticedAfterAtLeastSeconds,
    double? NoticedAfterAtMostSeconds,
    string Words);

/// <summary>How a report is written and read. Who reads one may be reading somebody else's page: a field that is missing or null where none may be is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    Converters =
    [
        typeof(SnakeCaseJson<LinkStatus>), typeof(SnakeCaseJson<DisconnectCause>), typeof(SnakeCaseJson<Disagreement>), typeof(SnakeCaseJson<BrokerView>), typeof(SnakeCaseJson<SourceKind>),
        typeof(SnakeCaseJson<ConnectionFate>), typeof(SnakeCaseJson<QueryOutcome>), typeof(SnakeCaseJson<Verdict>), typeof(SnakeCaseJson<FeltAs>),
    ])]
[JsonSerializable(typeof(ViewReport))]
internal sealed partial class ViewReportJson : JsonSerializerContext;

/// <summary>An enum as its labels have it.</summary>
internal sealed class SnakeCaseJson<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
