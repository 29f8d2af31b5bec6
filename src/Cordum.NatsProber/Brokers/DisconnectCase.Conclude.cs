using System.Globalization;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Brokers;

public sealed partial record DisconnectCase
{
    /// <summary>A prober that was held up for as long as this before a link was lost may have lost it for that. Brokers bear with a silent client for longer.</summary>
    private static readonly TimeSpan LongStall = TimeSpan.FromSeconds(1);

    /// <summary>How long an announcement, or a connection's end, may take to be known where it is asked for.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    /// <summary>How long the sources are waited for once the link is open (again).</summary>
    private static readonly TimeSpan RecordPatience = TimeSpan.FromSeconds(10);

    /// <summary>A dial that was under way while the broker answered others for as long as this was not held up by the broker.</summary>
    private static readonly TimeSpan Telling = TimeSpan.FromMilliseconds(200);

    /// <summary>What the evidence amounts to.</summary>
    /// <param name="now">The present, on the prober's clock.</param>
    /// <returns>Null while later evidence may still change it.</returns>
    public Conclusion? Conclude(TimeSpan now)
    {
        if (Loss.Cause == DisconnectCause.LameDuck || DrainAt is not null)
            return new(Verdict.BrokerDrained, DrainAt is { } drain && Loss.Cause != DisconnectCause.LameDuck
                ? $"the broker announced that it drains, {Offset(drain)}"
                : "the broker announced that it drains, and then closed the connection");
        if (ByBrokersWord() is { } said)
            return said;
        // Of users that a reload took away brokers say nothing (2.9.10 and 2.15.1): they close the connection, and tell whoever dials at once.
        if (FirstFailure is DisconnectCause.Auth or DisconnectCause.AuthExpired && Loss is { WasOpen: true, WentSilent: false })
            return new(Verdict.AuthRevoked, "the broker closed the connection without a word, and refused the credentials at the next dial");
        if (Successor is { } successor)
            return WasHung() ? Hung("and another process answers in its place")
                : ShutdownAt is null && HearsBrokers && now - Loss.At < Settling ? null // the announcement may still be on its way
                : Ended(successor);
        var isOver = now - Loss.At >= Patience;
        return (IsGone(now), WasSame()) switch
        {
            (true, false) when HearsBrokers || ShutdownAt is not null || isOver => Ended(null),
            (_, true) => OfSameProcess(now),
            _ => isOver ? AtLast() : null,
        };
    }

    /// <summary>What can be said so far of a case that is not concluded.</summary>
    public string SoFar() => this switch
    {
        { Alive: { } alive } => $"the broker is alive, says the {SnakeCase.Of(alive.Source)} source, {Offset(alive.At)}",
        { HushedAt: { } hushed } => $"the broker's host takes connections, and nobody answers on them, {Offset(hushed)}",
        { RefusedAt: { } refused } => $"nobody listens at the broker's port, {Offset(refused)}",
        { UnansweredAt: { } silent } => $"the broker's host does not answer, {Offset(silent)}",
        _ => "no evidence from the broker's side yet",
    };

    /// <summary>The broker said itself why it hung up, on the connection or in its records.</summary>
    internal Conclusion? ByBrokersWord()
    {
        var record = Record?.Record is { Fate: ConnectionFate.Closed } closed ? closed : null;
        var source = Loss.Words is { } words ? $"the broker said on the connection: {words}" : record is not null ? $"the broker {record}" : Loss.Detail;
        var reason = Loss.Words is null ? record?.Reason : null;
        return (Loss.Cause, reason) switch
        {
            (DisconnectCause.Auth or DisconnectCause.AuthExpired, _) => new(Verdict.AuthRevoked, Loss.Words is null ? Loss.Detail : source),
            (DisconnectCause.MaxConnections, _) => new(Verdict.LimitReached, source),
            (DisconnectCause.SlowConsumer, _) or (_, CloseReason.SlowConsumer) => WasStalled ? OurFault(source) : new(Verdict.EvictedSlowConsumer, source),
            (DisconnectCause.Stale, _) when Loss.Words is not null => Stale(source),
            (_, CloseReason.Stale) => Stale(source),
            (_, CloseReason.Kicked) => new(Verdict.Kicked, source),
            (_, CloseReason.Auth) => new(Verdict.AuthRevoked, source),
            (_, CloseReason.Limit) => new(Verdict.LimitReached, source),
            (_, CloseReason.Shutdown) => new(Verdict.BrokerRestarted, source),
            _ => null,
        };
    }

    private bool WasStalled => Stalled >= LongStall && Stalled >= (Loss.At - StallsMatterSince) / 2;

    private Conclusion Stale(string source) =>
        WasHung() ? Hung($"and then called the link stale: {source}")
        : WasStalled ? OurFault(source)
        : Loss.WentSilent ? new(Verdict.PathCut, $"{source}; the prober, which was awake, heard nothing of the broker either")
        : new(Verdict.EvictedStale, source);

    private Conclusion OurFault(string source) =>
        new(Verdict.ProberFault, string.Create(CultureInfo.InvariantCulture, $"the prober was held up for {Stalled.TotalSeconds:0.0} s before; {source}"));

    /// <summary>The broker's process ended.</summary>
    private Conclusion Ended((string ServerId, TimeSpan At, TimeSpan? StartedAt)? successor)
    {
        var after = successor is not { } other ? RefusedAt is null ? "nobody answers in its place" : "nobody listens at its port" : other.StartedAt is { } started && started > Loss.Began
            ? $"its successor was started {Offset(started)}"
            : "another process answers in its place";
        return ShutdownAt is { } announced ? new(Verdict.BrokerRestarted, $"the broker announced its shutdown {Offset(announced)}; {after}")
            : !Loss.WasOpen ? new(Verdict.BrokerRestarted, $"the broker was not there at first; {after}")
            : HearsBrokers ? new(Verdict.BrokerCrashed, $"no shutdown was announced to the system account; {after}")
            : new(Verdict.BrokerRestarted, $"{after}; without the system account's events nobody can say whether it was stopped or crashed");
    }

    /// <summary>Nobody listens any more, and no process there says otherwise.</summary>
    private bool IsGone(TimeSpan now) => RefusedAt is { } refused && Alive is null && Reopened is null && now - refused >= Settling && now - Loss.At >= Settling;

    /// <summary>The process that the link was lost to is there, now.</summary>
    private bool WasSame() => Reopened is not null || Alive is not null;

    private bool WasHung() => (Loss.WentSilent || Loss.EndedByUs) && Loss.Words is null && HushedAt is not null && !IsPathProven();

    private Conclusion Hung(string then) => new(Verdict.BrokerHung, $"the broker's host took connections on which nobody answered, {Offset(HushedAt!.Value)}, {then}");

    /// <summary>The broker answered others while a dial of ours was under way, or before one that failed.</summary>
    private bool IsPathProven() => Alive is { } alive
        && (LatestFailureAt >= alive.At + Telling || (Reopened is { } again && again.Began <= alive.At && again.At >= alive.At + Telling));

    private Conclusion? OfSameProcess(TimeSpan now)
    {
        var record = Record?.Record;
        // Just after its end a connection may still be among the open ones, or between the lists.
        var recordIsSettled = record is not null && (record.Fate == ConnectionFate.Closed || Record!.At - Loss.At >= Settling);
        var isOver = now - Loss.At >= Patience;
        if (!Loss.WasOpen)
            return NeverOpen(isOver || (Reopened is { } first && now - first.At >= RecordPatience)); // a source may still tell that the process was started since
        if (IsPathProven() && (Loss.EndedByUs || Loss.WentSilent))
            return new(Verdict.PathCut, $"the broker answered through the {SnakeCase.Of(Alive!.Value.Source)} source, {Offset(Alive.Value.At)}, while the link could not reach it");
        if (Reopened is not { } again)
            // Not before the first dial has ended: it may be told what the connection was not.
            return Loss is { EndedByUs: false, WentSilent: false } && recordIsSettled && FirstFailure is not null ? CutOff(record!) : isOver ? AtLast() : null;
        if (Loss.EndedByUs || Loss.WentSilent)
            return record is not { Fate: ConnectionFate.Closed } && now - again.At < Settling && !isOver ? null // what the broker says may be on its way
                : Silent();
        if (recordIsSettled)
            return CutOff(record!);
        return now - again.At < RecordPatience && !isOver ? null
            : WasStalled ? OurFault("the broker is the same process as before")
            : new(Verdict.Unknown, "the broker is the same process as before, and no source tells why the connection ended");
    }

    /// <summary>Nothing was heard for a while, and then the same process again.</summary>
    private Conclusion Silent() =>
        HushedAt is not null ? Hung("and then went on as the same process")
        : UnansweredAt is { } silent ? new(Verdict.PathCut, $"the broker's host did not answer TCP, {Offset(silent)}, and was then found to be running on as the same process")
        : Loss.Acknowledged == true ? new(Verdict.BrokerHung, "the broker's host had acknowledged what its process did not answer, and the process then went on as the same")
        : Loss.Acknowledged == false ? new(Verdict.PathCut, "what was sent had not reached the broker's host, where the same process was running on")
        : RefusedAt is { } refused ? new(Verdict.PathCut, $"a dial was refused, {Offset(refused)}, in the place of a process that was running on")
        : WasStalled ? OurFault("the broker answered again at once")
        : new(Verdict.Unknown, "the same process answered again before anybody could tell what had held it up");

    /// <summary>The connection ended without a word of the broker's, who lives on.</summary>
    private Conclusion CutOff(ConnectionRecord record) => record switch
    {
        { Fate: ConnectionFate.Absent } => WasStalled
            ? OurFault("the broker is the same process as before")
            : new(Verdict.BrokerUnaware, "the broker is the same process as before, and has no record of the connection"),
        { Fate: ConnectionFate.Open } => new(Verdict.PathCut, "the broker, the same process as before, still counts the connection as open"),
        { Reason: CloseReason.ClientClosed } => new(Verdict.PathCut, $"each side saw the other close: the broker {record}, the prober saw {SnakeCase.Of(Loss.Cause)}"),
        { Reason: CloseReason.SocketError } => new(Verdict.PathCut, $"the broker {record}"),
        _ => new(Verdict.Unknown, $"the broker {record}"),
    };

    private Conclusion? NeverOpen(bool isFinal) => Loss.Cause switch
    {
        DisconnectCause.Dns or DisconnectCause.WrongServer when Alive is not null => new(Verdict.BrokerUnaware, $"the broker lives, and nothing of ours reached it: {Loss.Detail}"),
        DisconnectCause.Timeout when IsPathProven() => new(Verdict.PathCut, $"the broker answered through the {SnakeCase.Of(Alive!.Value.Source)} source, {Offset(Alive.Value.At)}, while no dial reached it"),
        DisconnectCause.Refused or DisconnectCause.Reset or DisconnectCause.Eof when IsPathProven() =>
            new(Verdict.PathCut, $"the broker answered through the {SnakeCase.Of(Alive!.Value.Source)} source, {Offset(Alive.Value.At)}, while something else answered our dials: {Loss.Detail}"),
        DisconnectCause.Timeout when isFinal && HushedAt is not null => Hung("before the link was ever open"),
        _ => isFinal ? new(Verdict.Unknown, $"the link could not be opened at first, and no source tells why: {Loss.Detail}") : null,
    };

    /// <summary>The broker did not come back in time: what there is must do.</summary>
    private Conclusion AtLast() =>
        HushedAt is not null && !IsPathProven() ? Hung($"for {Patience.TotalMinutes:0} minutes")
        : Alive is { } alive ? new(Verdict.PathCut, $"the broker answered through the {SnakeCase.Of(alive.Source)} source, {Offset(alive.At)}, and the link has not reached it since")
        : RefusedAt is not null || ShutdownAt is not null ? Ended(null)
        : UnansweredAt is not null ? new(Verdict.Unknown, $"the broker's host has not answered for {Patience.TotalMinutes:0} minutes: it is down, or the path to it is")
        : new(Verdict.Unknown, $"no evidence from the broker's side within {Patience.TotalMinutes:0} minutes: {Loss.Detail}");

    /// <summary>An instant, told from the disconnect.</summary>
    private string Offset(TimeSpan at) => string.Create(CultureInfo.InvariantCulture, $"{Math.Abs((at - Loss.At).TotalSeconds):0.000} s {(at < Loss.At ? "before" : "after")} the disconnect was seen");
}
