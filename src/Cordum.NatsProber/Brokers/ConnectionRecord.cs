using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Brokers;

/// <summary>What a broker says became of a connection.</summary>
public enum ConnectionFate
{
    /// <summary>It counts it among the open ones.</summary>
    Open,

    /// <summary>It has closed it.</summary>
    Closed,

    /// <summary>It has no record of it, open or closed. It keeps the last 10,000 closed ones, for as long as its process lives.</summary>
    Absent,
}

/// <summary>What a closed connection's reason, in the broker's words, means for who ended it.</summary>
public enum CloseReason
{
    /// <summary>A reason that is not listed here.</summary>
    Other,

    /// <summary>The other end of the socket closed it, or was killed, or something between the two closed both ends.</summary>
    ClientClosed,

    /// <summary>Reading from or writing to the socket failed.</summary>
    SocketError,

    /// <summary>It did not read fast enough.</summary>
    SlowConsumer,

    /// <summary>It did not answer pings.</summary>
    Stale,

    /// <summary>Somebody asked the broker to close it.</summary>
    Kicked,

    /// <summary>Its credentials are not, or no longer, good.</summary>
    Auth,

    /// <summary>There are too many.</summary>
    Limit,

    /// <summary>The broker was shutting down.</summary>
    Shutdown,
}

/// <summary>One entry of <c>connz</c>, as far as it is needed. Times are by the broker's clock.</summary>
/// <param name="Fate">Open, closed, or not there.</param>
/// <param name="Reason">Why it was closed.</param>
/// <param name="ReasonText">The same in the broker's words; empty unless closed.</param>
/// <param name="Stop">When it was closed; null unless closed.</param>
/// <param name="Rtt">The broker's own measure of the round trip to the client, taken at its latest ping; null if it has none.</param>
public sealed record ConnectionRecord(ConnectionFate Fate, CloseReason Reason, string ReasonText, DateTimeOffset? Stop, TimeSpan? Rtt)
{
    /// <summary>There is none.</summary>
    public static ConnectionRecord None { get; } = new(ConnectionFate.Absent, CloseReason.Other, "", null, null);

    /// <summary>What is told of one that is open.</summary>
    internal const string StillOpen = "still counts the connection as open";

    /// <summary>
    /// The meaning of a reason, as <c>ClosedState.String</c> of nats-server (server/monitor.go, the same texts in 2.9.10 and 2.15.1) writes it.
    /// </summary>
    public static CloseReason Meaning(string text) => text switch
    {
        "Client Closed" => CloseReason.ClientClosed,
        "Read Error" or "Write Error" => CloseReason.SocketError,
        "Stale Connection" => CloseReason.Stale,
        "Kicked" => CloseReason.Kicked,
        "Authentication Timeout" or "Authentication Failure" or "Authentication Expired" or "Credentials Revoked" or "Missing Account" => CloseReason.Auth,
        "Maximum Connections Exceeded" or "Maximum Account Connections Exceeded" => CloseReason.Limit,
        "Server Shutdown" => CloseReason.Shutdown,
        _ => text.StartsWith("Slow Consumer", StringComparison.Ordinal) ? CloseReason.SlowConsumer : CloseReason.Other,
    };

    /// <summary>For people.</summary>
    public override string ToString() => Fate switch
    {
        ConnectionFate.Open => StillOpen,
        ConnectionFate.Closed => $"closed the connection: {Printable.Of(ReasonText)}",
        _ => "has no record of the connection",
    };
}
