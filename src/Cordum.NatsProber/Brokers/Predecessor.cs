using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Brokers;

/// <summary>A connection that a broker has closed.</summary>
/// <param name="Source">Who tells.</param>
/// <param name="ServerId">The broker's process.</param>
/// <param name="ClientId">Its number for the connection.</param>
/// <param name="Record">Its record.</param>
/// <param name="At">When it was closed, on the prober's clock; before the prober's start that is negative.</param>
internal sealed record ClosedConnection(SourceKind Source, string ServerId, ulong ClientId, ConnectionRecord Record, TimeSpan At);

/// <summary>
/// The link of a prober of the same name that was here before: killed, it could count nothing itself. What the broker has on record is remembered beside the disconnects, and counted with
/// none.
/// </summary>
internal static class Predecessor
{
    /// <summary>The case of it.</summary>
    public static DisconnectCase Of(LinkIdentity link, LinkNews.Opened now, ClosedConnection before)
    {
        var loss = new LinkLoss
        {
            Link = link,
            Broker = now.Broker with { ClientId = before.ClientId },
            Cause = DisconnectCause.Unknown,
            Words = null,
            EndedByUs = true,
            WentSilent = false,
            LastGood = null,
            Began = before.At,
            At = before.At,
            Detail = "the connection of a prober of this name that was here before",
        };
        return new DisconnectCase(loss, HearsBrokers: false)
            .With(new CaseEvidence.Answered(before.Source, before.ServerId, before.At, now.At, before.Record, null));
    }

    /// <summary>What became of it: the broker's word, if it had a reason of its own; else the prober's end.</summary>
    public static Conclusion Conclude(DisconnectCase predecessor) => predecessor.ByBrokersWord()
        ?? new(Verdict.ProberFault, $"the broker {predecessor.Record!.Record}: that prober's process ended, stopped or killed");
}
