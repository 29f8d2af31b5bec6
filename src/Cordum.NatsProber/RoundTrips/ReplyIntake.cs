using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;
using NATS.Client.Core;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// One subscription for replies on each client that a link has in the course of time. A subscription whose making outlasts a tick, because the client has lost
/// its broker meanwhile, is waited for again by the next: a second one beside it would take the answers away from who waits.
/// </summary>
internal sealed class ReplyIntake(ILink link, string subject, ReplyLedger ledger, Action<ReplyKind> discarded, ProberClock clock)
{
    private NatsConnection? _client;
    private Task<ReplyListener>? _listener;

    /// <summary>Completes with the listener on the session's client.</summary>
    public Task<ReplyListener> ListenAsync(LinkSession session)
    {
        var isOver = _listener is null
            || !ReferenceEquals(_client, session.Connection)
            || _listener.IsFaulted
            || _listener.IsCanceled
            || (_listener.IsCompletedSuccessfully && _listener.Result.HasEnded);
        if (isOver)
        {
            _client = session.Connection;
            _listener = ReplyListener.StartAsync(link, session, subject, ledger, discarded, clock);
        }

        return _listener!;
    }
}
