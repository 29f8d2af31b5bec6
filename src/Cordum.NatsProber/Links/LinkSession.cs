using NATS.Client.Core;

namespace Cordum.NatsProber.Links;

/// <summary>
/// One open connection to one broker, from its handshake to its end. It never reconnects: the end of a session is the end of its client, and the
/// next session is a new one, made by whoever wants it, when they want it.
/// </summary>
internal sealed class LinkSession : IAsyncDisposable
{
    private readonly PinnedSocket _socket;
    private long _unansweredSince = -1;

    public LinkSession(NatsConnection connection, PinnedSocket socket, BrokerInfo broker)
    {
        Connection = connection;
        _socket = socket;
        Broker = broker;
        connection.ServerError += (_, e) =>
        {
            if (e.Error.Contains("permissions violation", StringComparison.OrdinalIgnoreCase))
                Denial ??= e.Error;
            return ValueTask.CompletedTask;
        };
    }

    /// <summary>The client, open. After <see cref="Ended"/> it must not be used any more.</summary>
    public NatsConnection Connection { get; }

    /// <summary>The broker at the other end, as it introduced itself.</summary>
    public BrokerInfo Broker { get; }

    /// <summary>Completes, never with an exception, when the connection has ended.</summary>
    public Task<SocketEnd> Ended => _socket.Ended;

    /// <summary>When bytes from the broker last arrived, on the prober's clock.</summary>
    public TimeSpan LastReadAt => _socket.LastReadAt;

    /// <summary>The broker has announced that it will drain.</summary>
    public bool IsLameDuck => Connection.ServerInfo?.LameDuckMode ?? false;

    /// <summary>The broker's words when it first denied this session a subject; null if it has not.</summary>
    public volatile string? Denial;

    /// <summary>
    /// When the request was sent that is now unanswered for longer than it should be; null if none is. Should the connection end like this, its outage
    /// began here.
    /// </summary>
    public TimeSpan? UnansweredSince
    {
        get => Volatile.Read(ref _unansweredSince) is var ticks and >= 0 ? TimeSpan.FromTicks(ticks) : null;
        set => Volatile.Write(ref _unansweredSince, value?.Ticks ?? -1);
    }

    /// <summary>Ends the session for a reason that the socket cannot see.</summary>
    public void End(SocketEnd end) => _socket.End(end);

    public async ValueTask DisposeAsync()
    {
        await _socket.DisposeAsync().ConfigureAwait(false);
        await Connection.DisposeAsync().ConfigureAwait(false);
    }
}
