namespace Cordum.NatsProber.Links;

/// <summary>
/// Why a held link was lost, or why a dial failed. A closed set: it is the <c>cause</c> label of
/// <c>cordum_nats_disconnect_cause_total</c>, in snake case, and every member exists as a series from the first scrape.
/// </summary>
public enum DisconnectCause
{
    /// <summary>The other side closed the connection without saying why.</summary>
    Eof,

    /// <summary>The connection was reset (RST), or a write to it failed.</summary>
    Reset,

    /// <summary>The host or a router on the way answered that nobody can be reached there.</summary>
    Refused,

    /// <summary>Nothing came in time: no TCP answer, no INFO, no PONG, or no sign of life on a held link within the request timeout.</summary>
    Timeout,

    /// <summary>The broker said <c>Stale Connection</c>, or the client library's own pings went unanswered.</summary>
    Stale,

    /// <summary>The endpoint's name could not be resolved.</summary>
    Dns,

    /// <summary>The TLS handshake failed, or the broker does not offer the TLS that the probe file asks for.</summary>
    Tls,

    /// <summary>The broker refused or revoked the credentials, or they could not be read.</summary>
    Auth,

    /// <summary>The credentials were good once and have expired.</summary>
    AuthExpired,

    /// <summary>The broker's or the account's connection limit is reached.</summary>
    MaxConnections,

    /// <summary>The broker evicted the link as a slow consumer.</summary>
    SlowConsumer,

    /// <summary>The broker had announced lame duck mode and then closed the link: a planned drain.</summary>
    LameDuck,

    /// <summary>A NATS server answered, but not the one that this endpoint is.</summary>
    WrongServer,

    /// <summary>Something answered, and it does not speak NATS.</summary>
    NotNats,

    /// <summary>A NATS server and the client disagreed about the protocol.</summary>
    Protocol,

    /// <summary>None of the above. The log line of the transition carries the error.</summary>
    Unknown,
}
