using System.Buffers;
using System.Text;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>The reply to a request.</summary>
/// <param name="At">When it was read from the socket.</param>
/// <param name="ServerId">The broker process on which it was answered; empty if nobody answered.</param>
/// <param name="NoResponders">The broker itself replied that nobody listens.</param>
internal readonly record struct Reply(TimeSpan At, string ServerId, bool NoResponders);

/// <summary>
/// Receives the replies that come to one client, for as long as it lasts: the current one goes to who waits, the others are told apart and counted.
/// </summary>
internal sealed class ReplyListener
{
    private readonly ILink _link;
    private readonly ReplyLedger _ledger;
    private readonly Action<ReplyKind> _discarded;
    private readonly LinkSession _first;
    private readonly ProberClock _clock;
    private DirectSubscription? _subscription;
    private TaskCompletionSource<Reply> _expected = new();
    private volatile bool _hasEnded;
    private long _echoedTicks = -1;

    private ReplyListener(ILink link, LinkSession session, ReplyLedger ledger, Action<ReplyKind> discarded, ProberClock clock)
    {
        _link = link;
        _first = session;
        _ledger = ledger;
        _discarded = discarded;
        _clock = clock;
    }

    /// <summary>
    /// Subscribes. Requests published after this cannot outrun the subscription: the broker handles a connection's commands in order. There is no
    /// token to cancel it by, because the client would end the subscription by that token at any later time.
    /// </summary>
    public static async Task<ReplyListener> StartAsync(
        ILink link, LinkSession session, string subject, ReplyLedger ledger, Action<ReplyKind> discarded, ProberClock clock)
    {
        var listener = new ReplyListener(link, session, ledger, discarded, clock);
        listener._subscription = await DirectSubscription.StartAsync(
            session.Connection, subject, queue: null, listener.Take, listener.End, CancellationToken.None).ConfigureAwait(false);
        return listener;
    }

    /// <summary>Whether a message that the link sent to itself has come back since.</summary>
    public bool HasEchoed(TimeSpan since) => Interlocked.Read(ref _echoedTicks) >= since.Ticks;

    /// <summary>It hears no more.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>
    /// Completes with the reply to the request that the ledger opened last. Who awaits it goes on where the socket is read, which saves waking another thread; what is
    /// done there is a tick's end: it never blocks.
    /// </summary>
    public Task<Reply> Expect()
    {
        var expected = new TaskCompletionSource<Reply>();
        Volatile.Write(ref _expected, expected);
        return expected.Task;
    }

    /// <summary>At the client's end, as it should be, this changes nothing. Before it, a session that hears no replies is of no use.</summary>
    private void End()
    {
        _hasEnded = true;
        var now = _clock.Now;
        var why = _subscription?.Exception is { } e ? $"receiving replies failed: {e.Message}" : "the client ended the subscription for replies";
        _first.End(new SocketEnd(DisconnectCause.Unknown, now, now, why));
    }

    private void Take(string subject, string? replyTo, ReadOnlySequence<byte>? headers, ReadOnlySequence<byte> payload)
    {
        var expected = Volatile.Read(ref _expected);
        var session = _link.Session;
        var at = session?.LastReadAt ?? _clock.Now;
        var number = ProbeSubjects.NumberOf(subject);
        if (number == ProbeSubjects.EchoNumber)
        {
            Interlocked.Exchange(ref _echoedTicks, at.Ticks);
            return;
        }

        var kind = _ledger.Take(number);
        if (kind == ReplyKind.Current)
            expected.TrySetResult(new Reply(at, ServerId(payload, session), DirectSubscription.SaysNoResponders(headers, payload)));
        else
            _discarded(kind);
    }

    /// <summary>The id in an answer; nearly always that of the broker which the link is open to, whose text is there already.</summary>
    private static string ServerId(ReadOnlySequence<byte> payload, LinkSession? session) =>
        session is not null && payload.IsSingleSegment && Ascii.Equals(payload.FirstSpan, session.Broker.ServerId)
            ? session.Broker.ServerId
            : Encoding.ASCII.GetString(payload);
}
