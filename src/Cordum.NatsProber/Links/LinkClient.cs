using NATS.Client.Core;

namespace Cordum.NatsProber.Links;

/// <summary>What all NATS clients of the prober have in common.</summary>
internal static class LinkClient
{
    private const string OwnSubjects = "_cordum.probe.";

    /// <summary>How long one command may wait for a socket that takes no more bytes; under it the client's own pings wait as well.</summary>
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The options that do not depend on the kind of link.</summary>
    public static NatsOpts Options(LinkTarget target, ILoggerFactory clientLogs) => NatsOpts.Default with
    {
        Name = target.ClientName,
        LoggerFactory = clientLogs,
        InboxPrefix = target.InboxPrefix,
        // A link carries one small message at a time; the default 64 KB each way is what a thousand links would pay for in memory.
        ReaderBufferSize = 1024,
        WriterBufferSize = 4096,
        // Room for the largest burst of numbered messages that a route probe may send: what a full channel drops would look like the brokers' loss.
        SubPendingChannelCapacity = 4096,
        // No inbox of the client's own until somebody asks for a reply through it.
        RequestReplyMode = NatsRequestReplyMode.SharedInbox,
        CommandTimeout = CommandTimeout,
    };

    /// <summary>
    /// Keeps the broker's words when it denies one of the prober's own subjects, on the session of the moment. What it denies of JetStream is for those to tell who ask for it.
    /// </summary>
    public static void HearDenials(NatsConnection connection, Func<LinkSession?> session) => connection.ServerError += (_, e) =>
    {
        if (e.Error.Contains("permissions violation", StringComparison.OrdinalIgnoreCase)
            && e.Error.Contains(OwnSubjects, StringComparison.Ordinal)
            && session() is { } current)
            current.Denial ??= e.Error;
        return ValueTask.CompletedTask;
    };
}
