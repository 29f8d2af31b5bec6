using System.Buffers;
using NATS.Client.Core;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>Takes a message in; on the thread that reads the socket, which reads no further meanwhile: it must neither wait nor keep the buffers.</summary>
/// <param name="subject">The subject that it was sent to.</param>
/// <param name="replyTo">Where an answer is to go; null if none is asked for.</param>
/// <param name="headers">As they came; null if there are none.</param>
/// <param name="payload">What it carries.</param>
internal delegate void MessageTaker(string subject, string? replyTo, ReadOnlySequence<byte>? headers, ReadOnlySequence<byte> payload);

/// <summary>
/// A subscription that is served where the socket is read. The client's own put a channel between, and one more thread to be woken: time that is the prober's,
/// and that a round trip would be charged with at its turning point.
/// </summary>
/// <remarks>The client keeps a subscription only as long as somebody else does.</remarks>
internal sealed class DirectSubscription : NatsSubBase
{
    private readonly MessageTaker _take;
    private readonly Action? _ended;

    private DirectSubscription(NatsConnection connection, string subject, string? queue, MessageTaker take, Action? ended)
        : base(connection, ((INatsConnection)connection).SubscriptionManager, subject, queue, opts: null, CancellationToken.None) => (_take, _ended) = (take, ended);

    /// <summary>Subscribes.</summary>
    /// <param name="connection">The client.</param>
    /// <param name="subject">The subject, wildcards allowed.</param>
    /// <param name="queue">The queue group; null for none.</param>
    /// <param name="take">Takes each message in. What it throws ends the subscription.</param>
    /// <param name="ended">Called when no more messages come: the client ended it, or <paramref name="take"/> threw.</param>
    /// <param name="stop">Ends the wait for the client to write it, not the subscription.</param>
    public static async Task<DirectSubscription> StartAsync(
        NatsConnection connection, string subject, string? queue, MessageTaker take, Action? ended, CancellationToken stop)
    {
        var subscription = new DirectSubscription(connection, subject, queue, take, ended);
        await connection.AddSubAsync(subscription, stop).ConfigureAwait(false);
        return subscription;
    }

    /// <summary>Whether the broker itself sent a message, to say that nobody listens.</summary>
    public static bool SaysNoResponders(ReadOnlySequence<byte>? headers, ReadOnlySequence<byte> payload) =>
        payload.IsEmpty && headers is { } lines && new SequenceReader<byte>(lines).IsNext("NATS/1.0 503"u8);

    protected override ValueTask ReceiveInternalAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        _take(subject, replyTo, headersBuffer, payloadBuffer);
        return ValueTask.CompletedTask;
    }

    protected override void TryComplete() => _ended?.Invoke();
}
