namespace Cordum.NatsProber.RoundTrips;

/// <summary>What was read back, beside what was acknowledged.</summary>
internal enum JetStreamReadBack
{
    /// <summary>Nothing was read, or nothing yet.</summary>
    None,

    /// <summary>The message that was acknowledged.</summary>
    Same,

    /// <summary>Nothing is stored there, or only what was stored earlier: the message may be on its way to a new leader, or be lost.</summary>
    Missing,

    /// <summary>Another message is stored at the very place that was acknowledged: the acknowledged one is lost.</summary>
    Replaced,

    /// <summary>A later value is stored: somebody else writes the same key.</summary>
    Overwritten,
}

/// <summary>Judges what was read back. Pure.</summary>
internal static class JetStreamReadBacks
{
    /// <summary>Compares a stored message with the one that was acknowledged.</summary>
    /// <param name="acknowledged">The sequence number in the acknowledgement.</param>
    /// <param name="sent">The payload that was sent.</param>
    /// <param name="found">The sequence number of the stored message.</param>
    /// <param name="stored">Its payload.</param>
    public static JetStreamReadBack Judge(ulong acknowledged, ReadOnlySpan<byte> sent, ulong found, ReadOnlySpan<byte> stored) =>
        found < acknowledged ? JetStreamReadBack.Missing
        : found > acknowledged ? JetStreamReadBack.Overwritten
        : stored.SequenceEqual(sent) ? JetStreamReadBack.Same
        : JetStreamReadBack.Replaced;

    /// <summary>Whether a message that is not there was lost, rather than removed on purpose: a stream that was purged begins after it.</summary>
    /// <param name="acknowledged">The sequence number in the acknowledgement.</param>
    /// <param name="first">The first sequence number in the stream.</param>
    public static bool IsLoss(ulong acknowledged, ulong first) => first <= acknowledged;
}
