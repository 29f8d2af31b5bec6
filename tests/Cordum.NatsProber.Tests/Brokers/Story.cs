using System.Collections.Immutable;
using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>One disconnect, told in the order in which the prober learns of it. Numbers are seconds after the client's event.</summary>
internal sealed record Story(LinkLoss Loss)
{
    /// <summary>The process that the link was lost to.</summary>
    public const string Old = "OLD";

    /// <summary>One that takes its place.</summary>
    public const string New = "NEW";

    /// <summary>One of another endpoint.</summary>
    public const string Stranger = "STRANGER";

    /// <summary>The client's event.</summary>
    private static readonly TimeSpan Zero = TimeSpan.FromMinutes(10);

    private static readonly LinkIdentity Link = new("c", "n1", "endpoint");

    public ImmutableList<CaseEvidence> Evidence { get; init; } = [];

    private bool HearsBrokers { get; init; }

    private TimeSpan Stalled { get; init; }

    /// <summary>The other end closed the connection of a link that was well a second before.</summary>
    public static Story Lost(DisconnectCause cause = DisconnectCause.Eof, string? words = null) => new(Told(cause, wasOpen: true) with { Words = words });

    /// <summary>Requests went unanswered for half a second, then the prober ended the connection.</summary>
    public static Story WentSilent() => new(Told(DisconnectCause.Timeout, wasOpen: true) with { WentSilent = true, EndedByUs = true, Began = At(-0.5) });

    /// <summary>The first dial of the link failed.</summary>
    public static Story NeverOpen(DisconnectCause cause) =>
        new(Told(cause, wasOpen: false) with { LastGood = null, WentSilent = cause == DisconnectCause.Timeout, Began = At(-0.5) });

    public static TimeSpan At(double seconds) => Zero + TimeSpan.FromSeconds(seconds);

    /// <summary>The system account's events are heard.</summary>
    public Story Heard => this with { HearsBrokers = true };

    /// <summary>The prober was held up before it knew of the loss.</summary>
    public Story StalledFor(double seconds) => this with { Stalled = TimeSpan.FromSeconds(seconds) };

    /// <summary>The last good round trip before the loss.</summary>
    public Story LastGood(double at) => this with { Loss = Loss with { LastGood = At(at) } };

    /// <summary>Requests had gone unanswered before the other end closed the connection.</summary>
    public Story AfterSilence => this with { Loss = Loss with { WentSilent = true } };

    /// <summary>What the other end's TCP had acknowledged when the prober gave the connection up.</summary>
    public Story Acknowledged(bool all) => this with { Loss = Loss with { Acknowledged = all } };

    public Story With(params CaseEvidence[] more) => this with { Evidence = Evidence.AddRange(more) };

    public Story Dial(double at, DisconnectCause cause, ConnectPhase phase) => With(new CaseEvidence.DialFailed(cause, phase, At(at)));

    public Story Refused(double at) => Dial(at, DisconnectCause.Refused, ConnectPhase.Tcp);

    /// <summary>TCP itself is not answered.</summary>
    public Story Unanswered(double at) => Dial(at, DisconnectCause.Timeout, ConnectPhase.Tcp);

    /// <summary>TCP is answered, and then nobody speaks.</summary>
    public Story Hushed(double at) => Dial(at, DisconnectCause.Timeout, ConnectPhase.Info);

    public Story Open(double at, string to = Old, double? began = null) =>
        With(new CaseEvidence.Opened(to, At(began ?? at - 0.002), At(at)));

    /// <summary>A source tells of a process, and nothing of the connection.</summary>
    public Story Lives(double at, string who = Old, SourceKind source = SourceKind.Monitor, double? started = null, double? asked = null) =>
        With(new CaseEvidence.Answered(source, who, At(asked ?? at - 0.003), At(at), null, started is { } then ? At(then) : null));

    /// <summary>The broker tells of the connection.</summary>
    public Story Says(double at, ConnectionRecord record, SourceKind source = SourceKind.Monitor) =>
        With(new CaseEvidence.Answered(source, Old, At(at - 0.003), At(at), record, null));

    public Story SaysClosed(double at, string reason) => Says(at, Closed(reason));

    public Story SaysOpen(double at) => Says(at, new ConnectionRecord(ConnectionFate.Open, CloseReason.Other, "", null, null));

    public Story SaysNothingOfIt(double at) => Says(at, ConnectionRecord.None);

    public Story AnnouncesShutdown(double at, string who = Old) => With(new CaseEvidence.ShutdownAnnounced(who, At(at)));

    public Story AnnouncesDrain(double at, string who = Old) => With(new CaseEvidence.DrainAnnounced(who, At(at)));

    public static ConnectionRecord Closed(string reason) => new(ConnectionFate.Closed, ConnectionRecord.Meaning(reason), reason, DateTimeOffset.UnixEpoch, null);

    /// <summary>The case with all that is told.</summary>
    public DisconnectCase Case => Evidence.Aggregate(new DisconnectCase(Loss, HearsBrokers) { Stalled = Stalled }, (one, more) => one.With(more));

    /// <summary>What is concluded so many seconds after the client's event; null for: not yet.</summary>
    public Conclusion? Concluded(double at) => Case.Conclude(At(at));

    private static LinkLoss Told(DisconnectCause cause, bool wasOpen) => new()
    {
        Link = Link,
        Broker = wasOpen ? new BrokerInfo { ServerId = Old, ServerName = "s1", ClientId = 7 } : null,
        Cause = cause,
        Words = null,
        EndedByUs = false,
        WentSilent = false,
        LastGood = At(-1),
        Began = Zero,
        At = Zero,
        Detail = "as the client saw it",
    };
}
