using System.Buffers;
using System.Text.Json;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// Questions to JetStream over one connection: each goes out once. The client's own JetStream context would do as well, were it not that its publish tells
/// "nobody listens" and "no answer" by the same exception, the first after a wait, and that its key-value store brings its own retries.
/// </summary>
internal sealed class JetStreamApi(NatsConnection connection)
{
    /// <summary>
    /// The token ends every question. The client's own timeout does not even start while it reconnects, and must not cut in before the token does.
    /// </summary>
    private static readonly NatsSubOpts Reply = new() { ThrowIfNoResponders = false, Timeout = TimeSpan.FromHours(1) };

    /// <summary>What the account may use: answered by the leader of the meta group.</summary>
    public async Task<JetStreamAnswer> AccountAsync(CancellationToken end) =>
        (await AskAsync<AccountInfoResponse>("$JS.API.INFO", [], end).ConfigureAwait(false)).Answer;

    /// <summary>What a stream is, and who leads it: answered by that leader.</summary>
    public Task<JetStreamAnswer<StreamInfo>> StreamAsync(string stream, CancellationToken end) =>
        AskAsync<StreamInfo>($"$JS.API.STREAM.INFO.{stream}", [], end);

    /// <summary>Makes a stream.</summary>
    public Task<JetStreamAnswer<StreamInfo>> CreateAsync(StreamConfig config, CancellationToken end) =>
        AskAsync<StreamInfo>($"$JS.API.STREAM.CREATE.{config.Name}", Json(config), end);

    /// <summary>Changes a stream.</summary>
    public Task<JetStreamAnswer<StreamInfo>> UpdateAsync(StreamConfig config, CancellationToken end) =>
        AskAsync<StreamInfo>($"$JS.API.STREAM.UPDATE.{config.Name}", Json(config), end);

    /// <summary>Deletes a stream.</summary>
    public async Task<JetStreamAnswer> DeleteAsync(string stream, CancellationToken end) =>
        (await AskAsync<StreamDeleteResponse>($"$JS.API.STREAM.DELETE.{stream}", [], end).ConfigureAwait(false)).Answer;

    /// <summary>Publishes to a stream's subject.</summary>
    public Task<JetStreamAnswer<PubAckResponse>> PublishAsync(string subject, byte[] payload, CancellationToken end) =>
        AskAsync<PubAckResponse>(subject, payload, end);

    /// <summary>
    /// Reads one stored message from the stream's leader. Not by direct get: any replica answers that, and one that lags behind would make an acknowledged
    /// message look lost.
    /// </summary>
    public Task<JetStreamAnswer<StreamMsgGetResponse>> ReadAsync(string stream, StreamMsgGetRequest which, CancellationToken end) =>
        AskAsync<StreamMsgGetResponse>($"$JS.API.STREAM.MSG.GET.{stream}", Json(which), end);

    private static byte[] Json<T>(T value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        NatsJSJsonSerializer<T>.Default.Serialize(buffer, value);
        return buffer.WrittenSpan.ToArray();
    }

    private async Task<JetStreamAnswer<T>> AskAsync<T>(string subject, byte[] question, CancellationToken end)
        where T : class
    {
        try
        {
            var reply = await connection.RequestAsync<byte[], byte[]>(subject, question, replyOpts: Reply, cancellationToken: end).ConfigureAwait(false);
            return reply.HasNoResponders ? new(new(JetStreamReply.NoResponders), null) : Read<T>(new(reply.Data ?? []));
        }
        catch (Exception e) when (e is OperationCanceledException or NatsNoReplyException)
        {
            return new(JetStreamAnswer.Silent, null);
        }
        catch (Exception e) when (e is NatsException or ObjectDisposedException or JsonException)
        {
            return new(new(JetStreamReply.Broken, Text: e.Message), null);
        }
    }

    private static JetStreamAnswer<T> Read<T>(ReadOnlySequence<byte> json)
        where T : class
    {
        if (NatsJSJsonSerializer<ErrorResponse>.Default.Deserialize(json) is { Error: { Code: > 0 } error })
            return new(new(JetStreamReply.Refused, error.ErrCode, error.Description), null);
        return NatsJSJsonSerializer<T>.Default.Deserialize(json) is { } value
            ? new(new(JetStreamReply.Given), value)
            : new(new(JetStreamReply.Broken, Text: "an empty answer"), null);
    }
}
