using NATS.Client.JetStream.Models;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// Keeps the probe's stream as it is to be: made when it is not there, updated when it differs, and otherwise left alone. Remembers who holds it.
/// </summary>
internal sealed class JetStreamKeeper(JetStreamShape shape, Action<string> changed, TimeProvider time)
{
    /// <summary>How long one throwaway message may take to be acknowledged before another is sent, and the pause between two.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Whether the stream was there, as it is to be, when it was last looked at.</summary>
    public bool IsReady { get; private set; }

    /// <summary>The stream's leader, when it was last looked at; null if it had none, or was never seen.</summary>
    public string? Leader { get; private set; }

    /// <summary>The servers that hold the stream, and whether its leader deems them offline, when it was last looked at.</summary>
    public IReadOnlyList<(string Name, bool Offline)> Peers { get; private set; } = [];

    /// <summary>The stream is to be looked at before the next round trip.</summary>
    public void Doubt() => IsReady = false;

    /// <summary>Takes note of what the stream is.</summary>
    public void Note(StreamInfo info)
    {
        IsReady = Drift(info).Differences is null;
        Leader = info.Cluster?.Leader is { Length: > 0 } leader ? leader : null;
        var replicas = (info.Cluster?.Replicas ?? []).Select(peer => (peer.Name, peer.Offline));
        (string, bool)[] peers = Leader is null ? [.. replicas] : [(Leader, false), .. replicas];
        if (peers.Length > 0)
            Peers = peers;
    }

    /// <summary>Looks for the stream, and makes it or brings it up to date.</summary>
    /// <param name="api">Where to ask.</param>
    /// <param name="subject">A subject of the stream, for the throwaway messages that show that a changed stream has a leader that is heard.</param>
    /// <param name="look">Ends the look.</param>
    /// <param name="end">Ends the rest.</param>
    /// <returns>Given, or the answer that stands in the way.</returns>
    public async Task<JetStreamAnswer> EnsureAsync(JetStreamApi api, string subject, CancellationToken look, CancellationToken end)
    {
        var there = await api.StreamAsync(shape.Name, look).ConfigureAwait(false);
        if (there.Value is { } found)
        {
            var drift = Drift(found);
            Note(found);
            if (drift.Differences is null)
                return there.Answer;
            if (!drift.CanBeUpdated)
            {
                return new(
                    JetStreamReply.Broken,
                    Text: $"stream {shape.Name} is there, but {drift.Differences}. Run natsprober once --cleanup, which deletes it; it is then made anew");
            }

            return await ChangeAsync(api, await api.UpdateAsync(Config(), end).ConfigureAwait(false), $"updated: {drift.Differences}", subject, end)
                .ConfigureAwait(false);
        }

        if (there.Answer.Code != JetStreamCodes.NoStream)
            return there.Answer;
        var made = await api.CreateAsync(Config(), end).ConfigureAwait(false);
        return await ChangeAsync(api, made, $"made: {shape.Replicas} replicas {(shape.OnDisk ? "on disk" : "in memory")}", subject, end).ConfigureAwait(false);
    }

    private async Task<JetStreamAnswer> ChangeAsync(
        JetStreamApi api, JetStreamAnswer<StreamInfo> change, string what, string subject, CancellationToken end)
    {
        if (change.Value is not { } info)
            return change.Answer;
        Note(info);
        changed(what);
        await HeardAsync(api, subject, end).ConfigureAwait(false);
        return change.Answer;
    }

    /// <summary>
    /// A stream that was just made or scaled may lack a leader for a moment, and the other brokers may not know yet that it listens. That is of our making and
    /// must not fail the round trip. If it takes too long, the round trip is the one to say so.
    /// </summary>
    private async Task HeardAsync(JetStreamApi api, string subject, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            using var once = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(once.Token, end);
            if ((await api.PublishAsync(subject, "settling"u8.ToArray(), either.Token).ConfigureAwait(false)).Answer.Reply == JetStreamReply.Given)
                return;
            await Task.Delay(Pause, time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private JetStreamDrift Drift(StreamInfo info)
    {
        var config = info.Config;
        return shape.Compare(new(
            config.NumReplicas,
            config.Storage == StreamConfigStorage.File,
            config.MaxMsgs,
            config.MaxBytes,
            config.MaxMsgSize,
            config.MaxAge,
            config.MaxMsgsPerSubject,
            config.AllowDirect,
            [.. config.Subjects ?? []]));
    }

    private StreamConfig Config() => new(shape.Name, [shape.Subject])
    {
        Description = shape.Description,
        NumReplicas = shape.Replicas,
        Storage = shape.OnDisk ? StreamConfigStorage.File : StreamConfigStorage.Memory,
        Retention = StreamConfigRetention.Limits,
        Discard = StreamConfigDiscard.Old,
        MaxConsumers = -1,
        MaxMsgs = JetStreamShape.MaxMessages,
        MaxMsgsPerSubject = shape.MaxMessagesPerSubject,
        MaxBytes = JetStreamShape.MaxBytes,
        MaxMsgSize = JetStreamShape.MaxMessageBytes,
        MaxAge = JetStreamShape.MaxAge,

        // What a client of key-value buckets relies on when it deletes a key.
        AllowRollupHdrs = shape.IsBucket,
        DenyDelete = shape.IsBucket,
    };
}
