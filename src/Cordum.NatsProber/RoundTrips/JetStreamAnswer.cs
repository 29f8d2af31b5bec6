namespace Cordum.NatsProber.RoundTrips;

/// <summary>What a question to JetStream came to.</summary>
internal enum JetStreamReply
{
    /// <summary>It was not asked.</summary>
    NotAsked,

    /// <summary>An answer without an error in it.</summary>
    Given,

    /// <summary>An error of JetStream's API.</summary>
    Refused,

    /// <summary>The broker said that nobody listens on the subject.</summary>
    NoResponders,

    /// <summary>Nothing came in time.</summary>
    Silent,

    /// <summary>The client failed, or the answer made no sense.</summary>
    Broken,
}

/// <summary>What a question to JetStream came to, without the answer itself.</summary>
/// <param name="Reply">What.</param>
/// <param name="Code">JetStream's own error code (<c>err_code</c>); 0 unless refused.</param>
/// <param name="Text">The error in the broker's or the client's words.</param>
internal readonly record struct JetStreamAnswer(JetStreamReply Reply, int Code = 0, string? Text = null)
{
    /// <summary>Nothing came in time.</summary>
    public static JetStreamAnswer Silent => new(JetStreamReply.Silent);

    /// <summary>
    /// Whoever would have to answer is not there: nobody listens, nobody speaks, or a broker says so (10008 temporarily unavailable, 10009 not the leader,
    /// 10118 and 10194 offline).
    /// </summary>
    public bool IsAbsence => Reply is JetStreamReply.NoResponders or JetStreamReply.Silent || Code is 10008 or 10009 or JetStreamCodes.Offline or 10194;

    /// <summary>For people.</summary>
    public override string ToString() => Reply switch
    {
        JetStreamReply.Given => "was answered",
        JetStreamReply.Refused => $"was refused: {Text} ({Code})",
        JetStreamReply.NoResponders => "found nobody who listens",
        JetStreamReply.Silent => "was not answered",
        JetStreamReply.Broken => $"failed: {Text}",
        _ => "was not asked",
    };
}

/// <summary>An answer with its content.</summary>
/// <param name="Answer">What the question came to.</param>
/// <param name="Value">The content; null unless the answer was given.</param>
internal readonly record struct JetStreamAnswer<T>(JetStreamAnswer Answer, T? Value)
    where T : class;

/// <summary>The error codes of JetStream's API that mean something of their own here (nats-server, <c>server/errors.json</c>).</summary>
internal static class JetStreamCodes
{
    /// <summary>No server can take a replica; the text says why, if anything does.</summary>
    public const int NoPlacement = 10005;

    /// <summary>The message that was asked for is not there.</summary>
    public const int NoMessage = 10037;

    /// <summary>The stream that was asked for is not there.</summary>
    public const int NoStream = 10059;

    /// <summary>A server alone keeps no replicas.</summary>
    public const int NoReplicasAlone = 10074;

    /// <summary>The store could not write; the text says why.</summary>
    public const int StoreFailed = 10077;

    /// <summary>All servers that hold the stream are away.</summary>
    public const int Offline = 10118;

    /// <summary>The account has no JetStream (10039), no tier for so many replicas (10120), or the server has none (10076).</summary>
    public static bool IsNotEnabled(int code) => code is 10039 or 10076 or 10120;

    /// <summary>
    /// A limit is reached: of the account (10002), of a server (10023, 10028 memory, 10047 storage), of streams (10027), of what one stream may
    /// reserve (10122), or of the stream or the disk itself (10077 with those words).
    /// </summary>
    public static bool IsNoSpace(int code, string? text) => code switch
    {
        10002 or 10023 or 10027 or 10028 or 10047 or 10122 => true,
        StoreFailed => Says(text, "maximum") || Says(text, "no space") || Says(text, "insufficient"),
        NoPlacement => Says(text, "insufficient"),
        _ => false,
    };

    private static bool Says(string? text, string word) => text is not null && text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
