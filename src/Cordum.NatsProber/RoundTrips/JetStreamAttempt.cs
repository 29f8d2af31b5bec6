using Cordum.NatsProber.Timing;
using NATS.Client.JetStream.Models;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>One message: published, acknowledged, read back and compared.</summary>
/// <param name="api">Where to ask.</param>
/// <param name="stream">The stream's name.</param>
/// <param name="subject">Where the message is published.</param>
/// <param name="payload">What it carries; unique.</param>
/// <param name="question">The question that reads back the message with a sequence number.</param>
/// <param name="clock">The prober's time.</param>
/// <param name="time">Its timers.</param>
internal sealed class JetStreamAttempt(
    JetStreamApi api, string stream, string subject, byte[] payload, Func<ulong, StreamMsgGetRequest> question, ProberClock clock, TimeProvider time)
{
    /// <summary>Between two readings of a message that is not there yet.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>How far it came.</summary>
    public JetStreamStep Step { get; private set; } = JetStreamStep.Publish;

    /// <summary>The answer at that step.</summary>
    public JetStreamAnswer Answer { get; private set; }

    /// <summary>What was read back.</summary>
    public JetStreamReadBack ReadBack { get; private set; }

    /// <summary>The sequence number in the acknowledgement; 0 before.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>When the message was published.</summary>
    public TimeSpan Sent { get; private set; }

    /// <summary>When it was read back; null if it was not.</summary>
    public TimeSpan? Done { get; private set; }

    /// <summary>Publishes and reads back. Throws nothing; what came of it is in the properties.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        Sent = clock.Now;
        var (answer, ack) = await api.PublishAsync(subject, payload, end).ConfigureAwait(false);
        Answer = answer;
        if (ack is null)
            return;
        if (ack.Stream != stream)
        {
            Answer = new(JetStreamReply.Broken, Text: $"stream {ack.Stream} took it in place of {stream}");
            return;
        }

        Step = JetStreamStep.Read;
        Sequence = ack.Seq;

        // A leader that has just taken over may still have to apply what its predecessor acknowledged.
        while (!await ReadAsync(end).ConfigureAwait(false) && !end.IsCancellationRequested)
            await Task.Delay(Pause, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Reads once.</summary>
    /// <returns>Whether reading again is of no use.</returns>
    public async Task<bool> ReadAsync(CancellationToken end)
    {
        var (answer, read) = await api.ReadAsync(stream, question(Sequence), end).ConfigureAwait(false);
        Answer = answer;
        if (read is { Message: { } stored })
            ReadBack = JetStreamReadBacks.Judge(Sequence, payload, stored.Seq, stored.Data.Span);
        else if (answer.Code == JetStreamCodes.NoMessage)
            ReadBack = JetStreamReadBack.Missing;
        else
            return true;

        if (ReadBack == JetStreamReadBack.Same)
            Done = clock.Now;
        return ReadBack != JetStreamReadBack.Missing;
    }
}
