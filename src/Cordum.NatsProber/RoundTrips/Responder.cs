using System.Text;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;
using NATS.Client.Core;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>Answers requests on one connection, each with the id of the broker process that it stands on.</summary>
internal sealed class Responder(LinkSession session, ProberClock clock) : IAsyncDisposable
{
    private readonly byte[] _answer = Encoding.ASCII.GetBytes(session.Broker.ServerId);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _answering = Task.CompletedTask;

    /// <summary>The broker process that it answers on.</summary>
    public string ServerId => session.Broker.ServerId;

    /// <summary>The broker's words when it denied the responder a subject; null if it has not.</summary>
    public string? Denial => session.Denial;

    /// <summary>Completes when its connection has ended.</summary>
    public Task<SocketEnd> Ended => session.Ended;

    /// <summary>Completes when its keeper has let it go, so that the next one may be made.</summary>
    public Task Gone => _gone.Task;

    /// <summary>Returns when the broker has taken the subscription, so that no request can miss it.</summary>
    public async Task ListenAsync(ProbeSubjects subjects, CancellationToken stop)
    {
        try
        {
            var requests = await session.Connection.SubscribeCoreAsync<byte[]>(subjects.Request, cancellationToken: stop).ConfigureAwait(false);
            _answering = AnswerAsync(requests);
            // The broker handles a connection's commands in order: its PONG says that SUB has been handled.
            using var timeout = new CancellationTokenSource(PinnedConnector.DialTimeout);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
            await session.Connection.PingAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!stop.IsCancellationRequested && e is OperationCanceledException or NatsException)
        {
            var now = clock.Now;
            session.End(new SocketEnd(DisconnectCause.Timeout, now, now, $"the subscription was not confirmed: {e.Message}"));
        }
    }

    /// <summary>Ends it, so that its keeper makes another.</summary>
    public void Renew(string why)
    {
        var now = clock.Now;
        session.End(new SocketEnd(DisconnectCause.Unknown, now, now, why));
    }

    /// <summary>Folds it up. From the call on it is <see cref="Gone"/>, however long its client takes.</summary>
    public async ValueTask DisposeAsync()
    {
        _gone.TrySetResult();
        await session.DisposeAsync().ConfigureAwait(false);
        await _answering.ConfigureAwait(false);
    }

    private async Task AnswerAsync(INatsSub<byte[]> requests)
    {
        try
        {
            await foreach (var request in requests.Msgs.ReadAllAsync().ConfigureAwait(false))
            {
                if (request.ReplyTo is { } replyTo)
                    await session.Connection.PublishAsync(replyTo, _answer).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection ended while an answer was on its way: Ended tells why, and the keeper makes another.
            Renew($"an answer could not be sent: {e.Message}");
        }
    }
}
