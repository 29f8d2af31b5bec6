using NATS.Client.Core;

namespace Cordum.NatsProber.Links;

/// <summary>
/// One open connection to one broker, from its handshake to its end. The session of a pinned link has a client of its own, which ends with it; the
/// client of the link that fails over goes on to its next session.
/// </summary>
internal sealed class LinkSession(NatsConnection connection, PinnedSocket socket, BrokerInfo broker) : IAsyncDisposable
{
    private long _unansweredSince = -1;
    private int _announced;

    /// <summary>The client. After <see cref="Ended"/> a pinned link's must not be used any more.</summary>
    public NatsConnection Connection => connection;

    /// <summary>The broker at the other end, as it introduced itself.</summary>
    public BrokerInfo Broker => broker;

    /// <summary>Completes, never with an exception, when the connection has ended.</summary>
    public Task<SocketEnd> Ended => socket.Ended;

    /// <summary>When the broker's PONG accepted the client, on the prober's clock; null before.</summary>
    public TimeSpan? OpenedAt => socket.Welcomed.IsCompletedSuccessfully ? socket.Welcomed.Result : null;

    /// <summary>When bytes from the broker last arrived, on the prober's clock.</summary>
    public TimeSpan LastReadAt => socket.LastReadAt;

    /// <summary>When bytes to the broker were last given to the socket, on the prober's clock.</summary>
    public TimeSpan LastSentAt => socket.LastSentAt;

    /// <summary>When bytes were first given to the socket since <see cref="MarkNextSend"/>; null if none were.</summary>
    public TimeSpan? SentSinceMark => socket.SentSinceMark;

    /// <summary>What is published next: the time at which it goes out is wanted.</summary>
    public void MarkNextSend() => socket.MarkNextSend();

    /// <summary>The broker has announced that it will drain.</summary>
    public bool IsLameDuck => Volatile.Read(ref _announced) != 0;

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

    /// <summary>Why the connection was lost: a broker that drains does not say goodbye a second time, so its announcement explains the end.</summary>
    public DisconnectCause CauseOf(SocketEnd end) =>
        IsLameDuck && end.Cause is DisconnectCause.Eof or DisconnectCause.Reset ? DisconnectCause.LameDuck : end.Cause;

    /// <summary>The broker announces that it will drain.</summary>
    /// <returns>Whether that is news: every later INFO of a draining broker says it again.</returns>
    public bool Announce() => Interlocked.Exchange(ref _announced, 1) == 0;

    /// <summary>Ends the session for a reason that the socket cannot see.</summary>
    public void End(SocketEnd end) => socket.End(end with { IsOurs = true });

    /// <summary>Ends the session and its client.</summary>
    public async ValueTask DisposeAsync()
    {
        await socket.DisposeAsync().ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends the session and its client, however long that takes and whatever goes wrong.</summary>
    /// <param name="failed">Told of what went wrong, which is this program's own fault.</param>
    public async Task FoldUpAsync(Action<Exception> failed)
    {
        try
        {
            await DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failed(e);
        }
    }
}
