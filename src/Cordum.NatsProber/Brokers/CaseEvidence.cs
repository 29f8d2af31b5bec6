using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Brokers;

/// <summary>One piece of evidence about a disconnect. All instants are on the prober's clock.</summary>
/// <param name="At">When it was known.</param>
public abstract record CaseEvidence(TimeSpan At)
{
    /// <summary>A dial of the broker's endpoint has failed.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="Phase">How far it came.</param>
    /// <param name="At">When it had failed.</param>
    public sealed record DialFailed(DisconnectCause Cause, ConnectPhase Phase, TimeSpan At) : CaseEvidence(At);

    /// <summary>A link to the broker's endpoint is open (again), or was all the time.</summary>
    /// <param name="ServerId">To which process.</param>
    /// <param name="Began">When the dial was begun.</param>
    /// <param name="At">When it was open, or last gave a sign of life.</param>
    public sealed record Opened(string ServerId, TimeSpan Began, TimeSpan At) : CaseEvidence(At);

    /// <summary>A source has told of the broker.</summary>
    /// <param name="Source">Which.</param>
    /// <param name="ServerId">Of which process it told.</param>
    /// <param name="Asked">When it was asked.</param>
    /// <param name="At">When the answer was complete.</param>
    /// <param name="Record">What it says of the connection; null if that was not the question.</param>
    /// <param name="StartedAt">When the process was started, as far as it said so.</param>
    public sealed record Answered(SourceKind Source, string ServerId, TimeSpan Asked, TimeSpan At, ConnectionRecord? Record, TimeSpan? StartedAt) : CaseEvidence(At);

    /// <summary>The broker announced that it shuts down (<c>$SYS.SERVER.*.SHUTDOWN</c>).</summary>
    /// <param name="ServerId">Which process.</param>
    /// <param name="At">When it was heard.</param>
    public sealed record ShutdownAnnounced(string ServerId, TimeSpan At) : CaseEvidence(At);

    /// <summary>The broker announced that it drains: on a link, or by <c>$SYS.SERVER.*.LAMEDUCK</c>.</summary>
    /// <param name="ServerId">Which process.</param>
    /// <param name="At">When it was heard.</param>
    public sealed record DrainAnnounced(string ServerId, TimeSpan At) : CaseEvidence(At);
}

/// <summary>Who is asked about a broker, the best first. A closed set: the <c>source</c> label, in snake case.</summary>
public enum SourceKind
{
    /// <summary>The system account, over NATS, through any broker of the cluster: all that there is, and events.</summary>
    System,

    /// <summary>The broker's HTTP monitor: that broker alone, for as long as the way to it is open.</summary>
    Monitor,

    /// <summary>The prober's own account, over NATS, through any broker of the cluster: what became of its own connections, and that the broker lives.</summary>
    Account,
}
