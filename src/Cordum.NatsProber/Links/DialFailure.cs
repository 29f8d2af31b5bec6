using System.Net.Sockets;
using System.Security.Authentication;

namespace Cordum.NatsProber.Links;

/// <summary>The stages of a dial, in order; the <c>phase</c> label of <c>cordum_nats_connect_phase_duration_seconds</c>.</summary>
public enum ConnectPhase
{
    /// <summary>Resolving the name.</summary>
    Dns,

    /// <summary>Opening the TCP connection.</summary>
    Tcp,

    /// <summary>The TLS handshake.</summary>
    Tls,

    /// <summary>Waiting for the broker's INFO line.</summary>
    Info,

    /// <summary>CONNECT with credentials, until the PONG that accepts them.</summary>
    Auth,
}

/// <summary>A dial that failed for a reason that is known already.</summary>
/// <param name="cause">The reason.</param>
/// <param name="message">For people: what was seen, and where it helps what to check. Never a secret.</param>
internal sealed class DialException(DisconnectCause cause, string message) : Exception(message)
{
    public DisconnectCause Cause { get; } = cause;
}

/// <summary>Turns what a socket, a TLS stream or a broker says into a <see cref="DisconnectCause"/>. One table, for dials and held links.</summary>
internal static class DialFailure
{
    /// <summary>
    /// Errors after which a broker closes the connection, as it spells them in <c>-ERR</c> (nats-server, server/errors.go; upper and lower case differ
    /// between versions). Longer texts first where one contains another.
    /// </summary>
    private static readonly (string Text, DisconnectCause Cause)[] FatalErrors =
    [
        ("authentication expired", DisconnectCause.AuthExpired),
        ("authentication revoked", DisconnectCause.Auth),
        ("authentication timeout", DisconnectCause.Auth),
        ("authorization violation", DisconnectCause.Auth),
        ("maximum connections exceeded", DisconnectCause.MaxConnections),
        ("maximum account active connections exceeded", DisconnectCause.MaxConnections),
        ("connection throttling", DisconnectCause.MaxConnections),
        ("stale connection", DisconnectCause.Stale),
        ("slow consumer", DisconnectCause.SlowConsumer),
        ("secure connection - tls required", DisconnectCause.Tls),
        ("unknown protocol operation", DisconnectCause.Protocol),
        ("parser error", DisconnectCause.Protocol),
        ("maximum control line exceeded", DisconnectCause.Protocol),
        ("maximum payload violation", DisconnectCause.Protocol),
        ("invalid client protocol", DisconnectCause.Protocol),
        ("no responders requires headers", DisconnectCause.Protocol),
        ("attempted to connect to", DisconnectCause.Protocol),
    ];

    /// <summary>How far the clocks of two hosts may be apart: a broker that is ahead refuses what has not expired here yet.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    /// <summary>The cause behind a broker's last words; null if they are none after which a broker hangs up.</summary>
    /// <param name="error">The text of <c>-ERR</c>, without quotes.</param>
    public static DisconnectCause? FromBrokerError(string? error)
    {
        if (error is null)
            return null;
        foreach (var (text, cause) in FatalErrors)
        {
            if (error.Contains(text, StringComparison.OrdinalIgnoreCase))
                return cause;
        }

        return null;
    }

    /// <summary>The cause behind an exception of the network layers.</summary>
    public static DisconnectCause FromException(Exception exception) => exception switch
    {
        DialException known => known.Cause,
        SocketException socket => FromSocket(socket.SocketErrorCode),
        AuthenticationException => DisconnectCause.Tls,
        // With TLS 1.3 a refused client certificate arrives as an alert where the first answer is awaited, in an exception that names a failed decryption.
        _ when TlsAlert.In(exception) is not null => DisconnectCause.Tls,
        EndOfStreamException => DisconnectCause.Eof,
        TimeoutException or OperationCanceledException => DisconnectCause.Timeout,
        _ when exception.InnerException is { } inner => FromException(inner),
        IOException => DisconnectCause.Reset,
        _ => DisconnectCause.Unknown,
    };

    /// <summary>
    /// The cause, where what the broker said can be told more exactly: of credentials that have expired, brokers (2.9.10 and 2.15.1) say at connect that they violate the
    /// authorization, and no more.
    /// </summary>
    /// <param name="cause">The cause that the broker's words stand for.</param>
    /// <param name="expires">When the credentials that it refused expire; null for never, or not known.</param>
    /// <param name="now">The wall time.</param>
    public static DisconnectCause Refine(DisconnectCause cause, DateTimeOffset? expires, DateTimeOffset now) =>
        cause == DisconnectCause.Auth && expires - ClockSkew <= now ? DisconnectCause.AuthExpired : cause;

    private static DisconnectCause FromSocket(SocketError error) => error switch
    {
        SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown =>
            DisconnectCause.Refused,
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown or SocketError.NetworkReset =>
            DisconnectCause.Reset,
        SocketError.TimedOut => DisconnectCause.Timeout,
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.NoRecovery => DisconnectCause.Dns,
        _ => DisconnectCause.Unknown,
    };
}
