using System.Buffers;
using System.Text;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;
using NATS.Client.Core;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// Answers requests on one connection, each with the id of the broker process that it stands on: those to its own endpoint, and its share of those to the
/// whole cluster. Takes in the numbered messages of route probes, too.
/// </summary>
internal sealed class Responder(LinkSession session, NumberedMessages numbered, ProberClock clock) : IAsyncDisposable
{
    private const string Queue = "responders";

    private readonly byte[] _answer = Encoding.ASCII.GetBytes(session.Broker.ServerId);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _serving = [];
    private readonly List<DirectSubscription> _answering = [];

    /// <summary>The broker process that it answers on.</summary>
    public string ServerId => session.Broker.ServerId;

    /// <summary>The broker's words when it denied the responder a subject; null if it has not.</summary>
    public string? Denial => session.Denial;

    /// <summary>Its connection.</summary>
    public LinkSession Session => session;

    /// <summary>When its broker had taken its subscriptions.</summary>
    public TimeSpan ListensSince { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Completes when its connection has ended.</summary>
    public Task<SocketEnd> Ended => session.Ended;

    /// <summary>Completes when its keeper has let it go, so that the next one may be made.</summary>
    public Task Gone => _gone.Task;

    /// <summary>Returns when the broker has taken the subscriptions, so that no request can miss them.</summary>
    /// <param name="own">The endpoint's subjects.</param>
    /// <param name="cluster">Those of the whole cluster.</param>
    /// <param name="stop">Ends the subscriptions with it.</param>
    public async Task ListenAsync(ProbeSubjects own, ProbeSubjects cluster, CancellationToken stop)
    {
        try
        {
            _answering.Add(await DirectSubscription.StartAsync(session.Connection, own.Request, queue: null, Answer, ended: null, stop).ConfigureAwait(false));
            _answering.Add(await DirectSubscription.StartAsync(session.Connection, cluster.Request, Queue, Answer, ended: null, stop).ConfigureAwait(false));
            var messages = await session.Connection.SubscribeCoreAsync<byte[]>(own.AnyNumbered, cancellationToken: stop).ConfigureAwait(false);
            _serving.Add(TakeInAsync(messages));
            // The broker handles a connection's commands in order: its PONG says that SUB has been handled.
            using var timeout = new CancellationTokenSource(PinnedConnector.DialTimeout);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
            await session.Connection.PingAsync(either.Token).ConfigureAwait(false);
            ListensSince = clock.Now;
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
        await Task.WhenAll(_serving).ConfigureAwait(false);
    }

    private async Task TakeInAsync(INatsSub<byte[]> messages)
    {
        try
        {
            await foreach (var message in messages.Msgs.ReadAllAsync().ConfigureAwait(false))
                numbered.Deliver(message.Subject);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException or ObjectDisposedException)
        {
            Renew($"numbered messages can no longer be received: {e.Message}");
        }
    }

    private void Answer(string subject, string? replyTo, ReadOnlySequence<byte>? headers, ReadOnlySequence<byte> payload)
    {
        // Not awaited: the socket is read here, and a broker that takes no bytes must not keep us from hearing what it says.
        if (replyTo is not null)
            _ = AnswerAsync(replyTo);
    }

    private async Task AnswerAsync(string replyTo)
    {
        try
        {
            await session.Connection.PublishAsync(replyTo, _answer).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection ended while an answer was on its way: Ended tells why, and the keeper makes another.
            Renew($"an answer could not be sent: {e.Message}");
        }
    }
}
