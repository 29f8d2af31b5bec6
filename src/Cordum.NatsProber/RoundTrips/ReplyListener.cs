using System.Text;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;
using NATS.Client.Core;

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
    private TaskCompletionSource<Reply> _expected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _hasEnded;

    private ReplyListener(ILink link, ReplyLedger ledger, Action<ReplyKind> discarded)
    {
        _link = link;
        _ledger = ledger;
        _discarded = discarded;
    }

    /// <summary>
    /// Subscribes. Requests published after this cannot outrun the subscription: the broker handles a connection's commands in order. There is no
    /// token to cancel it by, because the client would end the subscription by that token at any later time.
    /// </summary>
    public static async Task<ReplyListener> StartAsync(
        ILink link, LinkSession session, string subject, ReplyLedger ledger, Action<ReplyKind> discarded, ProberClock clock)
    {
        var listener = new ReplyListener(link, ledger, discarded);
        var replies = await session.Connection.SubscribeCoreAsync<byte[]>(subject, cancellationToken: CancellationToken.None).ConfigureAwait(false);
        _ = listener.ReceiveAsync(replies, session, clock);
        return listener;
    }

    /// <summary>It hears no more.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Completes with the reply to the request that the ledger opened last.</summary>
    public Task<Reply> Expect()
    {
        var expected = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _expected, expected);
        return expected.Task;
    }

    private async Task ReceiveAsync(INatsSub<byte[]> replies, LinkSession session, ProberClock clock)
    {
        var end = "the client ended the subscription for replies";
        try
        {
            await foreach (var message in replies.Msgs.ReadAllAsync().ConfigureAwait(false))
                Take(message, clock);
        }
        catch (Exception e)
        {
            end = $"receiving replies failed: {e.Message}";
        }

        // At the client's end, as it should be, this changes nothing. Before it, a session that hears no replies is of no use.
        _hasEnded = true;
        var now = clock.Now;
        session.End(new SocketEnd(DisconnectCause.Unknown, now, now, end));
    }

    private void Take(NatsMsg<byte[]> message, ProberClock clock)
    {
        var expected = Volatile.Read(ref _expected);
        var at = _link.Session?.LastReadAt ?? clock.Now;
        var kind = _ledger.Take(ProbeSubjects.NumberOf(message.Subject));
        if (kind == ReplyKind.Current)
            expected.TrySetResult(new Reply(at, Encoding.ASCII.GetString(message.Data ?? []), message.HasNoResponders));
        else
            _discarded(kind);
    }
}
