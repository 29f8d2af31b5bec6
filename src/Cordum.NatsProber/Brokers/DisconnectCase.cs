using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Brokers;

/// <summary>
/// All that is known of one disconnect, from both sides. Immutable and pure: <see cref="With"/> takes in evidence in whatever order it comes,
/// <see cref="Conclude"/> says what it amounts to, or that it is too early to say.
/// </summary>
/// <param name="Loss">The client's side.</param>
/// <param name="HearsBrokers">The system account's events were being heard when the link was lost: a broker that shuts down in order would have been heard to say so.</param>
public sealed partial record DisconnectCase(LinkLoss Loss, bool HearsBrokers)
{
    /// <summary>How long evidence is waited for while the broker stays away.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The process that the link was lost to; null if it was never open.</summary>
    private string? ServerId => Loss.Broker?.ServerId;

    /// <summary>The first evidence that the host takes connections while nobody answers on them.</summary>
    public TimeSpan? HushedAt { get; private init; }

    /// <summary>The first dial that TCP itself did not answer.</summary>
    public TimeSpan? UnansweredAt { get; private init; }

    /// <summary>The first dial that was refused: a host lives there, and nobody listens.</summary>
    public TimeSpan? RefusedAt { get; private init; }

    /// <summary>Why the first dial after the loss failed; null before it has, and where it did not.</summary>
    public DisconnectCause? FirstFailure { get; private init; }

    /// <summary>The latest dial that failed.</summary>
    public TimeSpan? LatestFailureAt { get; private init; }

    /// <summary>The first sign of life of the same process since the outage began, from elsewhere than the link.</summary>
    public (SourceKind Source, TimeSpan At)? Alive { get; private init; }

    /// <summary>A link to the same process is open since.</summary>
    public CaseEvidence.Opened? Reopened { get; private init; }

    /// <summary>Another process answers in the broker's place.</summary>
    public (string ServerId, TimeSpan At, TimeSpan? StartedAt)? Successor { get; private init; }

    /// <summary>What the broker says of the connection, and who asked it.</summary>
    public CaseEvidence.Answered? Record { get; private init; }

    /// <summary>When the broker announced its shutdown.</summary>
    public TimeSpan? ShutdownAt { get; private init; }

    /// <summary>When the broker announced that it drains.</summary>
    public TimeSpan? DrainAt { get; private init; }

    /// <summary>From when on the prober's stalls may have to do with the loss: the last good round trip, or some seconds where there was none.</summary>
    public TimeSpan StallsMatterSince => Loss.LastGood ?? Loss.At - TimeSpan.FromSeconds(15);

    /// <summary>How long the prober was held up from <see cref="StallsMatterSince"/> until it knew of the loss.</summary>
    public TimeSpan Stalled { get; init; }

    /// <summary>The broker counted the connection as open when it was last asked; a moment after its end that says nothing yet.</summary>
    public bool WasCountedLast => Record is { Record.Fate: ConnectionFate.Open } && Successor is null;

    /// <summary>The broker counted the connection as open when it had certainly ended, and has not said otherwise since.</summary>
    public bool CountsDeadLink => WasCountedLast && Record!.At - Loss.At >= Settling;

    /// <summary>The case with one more piece of evidence.</summary>
    public DisconnectCase With(CaseEvidence evidence) => evidence switch
    {
        CaseEvidence.DialFailed failed => WithFailure(failed),
        CaseEvidence.Opened opened when IsOther(opened.ServerId) => WithSuccessor(opened.ServerId, opened.At, null),
        CaseEvidence.Opened opened => this with { Reopened = Reopened is { } first && first.At <= opened.At ? first : opened },
        CaseEvidence.Answered answered when answered.Asked < Loss.Began => this, // what it said may have been true before
        CaseEvidence.Answered answered when IsOther(answered.ServerId) => WithSuccessor(answered.ServerId, answered.At, answered.StartedAt),
        CaseEvidence.Answered answered => this with
        {
            Alive = Alive is { } first && first.At <= answered.At ? first : (answered.Source, answered.At),
            Record = IsNewer(answered) ? answered : Record,
            // A link that was never open knows no process: one that started after the first failure was not there before.
            Successor = Successor ?? (!Loss.WasOpen && answered.StartedAt > Loss.Began ? (answered.ServerId, answered.At, answered.StartedAt) : null),
        },
        CaseEvidence.ShutdownAnnounced said when said.ServerId == ServerId => this with { ShutdownAt = First(ShutdownAt, said.At) },
        // A broker that drains says so before it closes connections: one that says it long after had no part in this.
        CaseEvidence.DrainAnnounced said when said.ServerId == ServerId && said.At - Loss.At < Settling => this with { DrainAt = First(DrainAt, said.At) },
        _ => this,
    };

    /// <summary>The earlier of what is known and what is told, whichever is told first.</summary>
    private static TimeSpan First(TimeSpan? known, TimeSpan at) => Instant.Earlier(known ?? at, at);

    private DisconnectCase WithFailure(CaseEvidence.DialFailed failed)
    {
        // Beyond TCP, silence is the process's own.
        var (silent, beyondTcp) = (failed.Cause == DisconnectCause.Timeout, failed.Phase > ConnectPhase.Tcp);
        return this with
        {
            FirstFailure = FirstFailure ?? (Reopened is null && Successor is null ? failed.Cause : null),
            LatestFailureAt = Instant.Later(LatestFailureAt ?? failed.At, failed.At),
            HushedAt = silent && beyondTcp ? First(HushedAt, failed.At) : HushedAt,
            UnansweredAt = silent && failed.Phase == ConnectPhase.Tcp ? First(UnansweredAt, failed.At) : UnansweredAt,
            RefusedAt = failed.Cause == DisconnectCause.Refused ? First(RefusedAt, failed.At) : RefusedAt,
        };
    }

    private DisconnectCase WithSuccessor(string serverId, TimeSpan at, TimeSpan? startedAt) => Successor is { } known
        ? this with { Successor = known.StartedAt is null && startedAt is not null && known.ServerId == serverId ? known with { StartedAt = startedAt } : known }
        : this with { Successor = (serverId, at, startedAt) };

    private bool IsOther(string serverId) => ServerId is { } known && serverId != known;

    /// <summary>A connection that is closed stays closed; before that the later word counts.</summary>
    private bool IsNewer(CaseEvidence.Answered answered) => answered.Record is not null
        && Record is not { Record.Fate: ConnectionFate.Closed }
        && (answered.Record.Fate == ConnectionFate.Closed || Record is null || answered.At >= Record.At);
}
