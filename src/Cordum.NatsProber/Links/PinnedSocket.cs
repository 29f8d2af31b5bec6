using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Cordum.NatsProber.Timing;
using NATS.Client.Core;

namespace Cordum.NatsProber.Links;

/// <summary>How and when a socket ended.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Began">The earliest evidence of it.</param>
/// <param name="At">When it was known.</param>
/// <param name="Detail">For people.</param>
/// <param name="Words">The broker's last words, if it said why; else null.</param>
/// <param name="IsOurs">The prober ended it, not the other side.</param>
/// <param name="Acknowledged">The other end's TCP had acknowledged all that was sent; null where that is not known, or does not matter.</param>
internal sealed record SocketEnd(DisconnectCause Cause, TimeSpan Began, TimeSpan At, string Detail, string? Words = null, bool IsOurs = false, bool? Acknowledged = null);

/// <summary>
/// The socket under the NATS client: first gives back the INFO line that the dial has read already, then passes bytes through, and takes the
/// times and the reason of the connection's end at the very read or write that finds it.
/// </summary>
/// <remarks>
/// Not a TLS-upgradeable socket, on purpose: TLS is the dial's business and done before this object exists, so the client has no
/// occasion to send anything in clear.
/// </remarks>
/// <param name="stream">The connection, with TLS or without.</param>
/// <param name="info">The INFO line that was read already.</param>
/// <param name="clock">The prober's clock.</param>
/// <param name="tcp">The socket beneath it; null where there is none to ask.</param>
internal sealed class PinnedSocket(Stream stream, byte[] info, ProberClock clock, Socket? tcp = null) : INatsSocketConnection
{
    private const int TailSize = 256;

    private const long Unsent = -1;

    private readonly TaskCompletionSource<SocketEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _tail = new byte[TailSize];
    private int _tailLength;
    private int _replayed;
    private long _lastReadTicks = clock.Now.Ticks;
    private long _lastSentTicks = clock.Now.Ticks;
    private long _sentSinceMarkTicks = Unsent;
    private volatile bool _isSending;
    private int _disposed;
    private volatile bool _hasSent;
    private SocketEnd? _failedWrite;
    private readonly TaskCompletionSource<TimeSpan> _welcomed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the broker's first PONG was read, which accepts the client, with the time of that read. Never, if it does not come.</summary>
    public Task<TimeSpan> Welcomed => _welcomed.Task;

    /// <summary>Completes, once and never with an exception, when the connection has ended, whoever ended it.</summary>
    public Task<SocketEnd> Ended => _ended.Task;

    /// <summary>When bytes from the broker last arrived, on the prober's clock.</summary>
    public TimeSpan LastReadAt => TimeSpan.FromTicks(Interlocked.Read(ref _lastReadTicks));

    /// <summary>When bytes to the broker were last given to the socket, on the prober's clock.</summary>
    public TimeSpan LastSentAt => TimeSpan.FromTicks(Interlocked.Read(ref _lastSentTicks));

    /// <summary>
    /// When bytes were first given to the socket since <see cref="MarkNextSend"/>; null if none were. Never later than those of what was published right after the
    /// mark: somebody else's may have gone before them, and none overtake.
    /// </summary>
    public TimeSpan? SentSinceMark => Interlocked.Read(ref _sentSinceMarkTicks) is var ticks and not Unsent ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>From now on <see cref="SentSinceMark"/> waits for the next send. If one is under way that the other side does not take, what waits behind it waits for the other side.</summary>
    public void MarkNextSend()
    {
        Interlocked.Exchange(ref _sentSinceMarkTicks, Unsent);
        if (_isSending)
            Interlocked.CompareExchange(ref _sentSinceMarkTicks, clock.Now.Ticks, Unsent);
    }

    /// <summary>The client has begun to speak.</summary>
    public bool HasSent => _hasSent;

    /// <summary>
    /// The text of an <c>-ERR</c> if that is the last thing that the broker sent; else null. Stable once <see cref="Ended"/> has completed.
    /// </summary>
    public string? LastWords => BrokerWords.ErrorAtEnd(_tail.AsSpan(0, _tailLength));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // one for every message, and the client awaits each once
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        if (_replayed < info.Length)
        {
            var count = Math.Min(buffer.Length, info.Length - _replayed);
            info.AsMemory(_replayed, count).CopyTo(buffer);
            _replayed += count;
            KeepTail(buffer.Span[..count]); // a broker that is full says so right behind the line, often in the same packet
            return count;
        }

        int read;
        try
        {
            read = await stream.ReadAsync(buffer).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            End(DialFailure.FromException(e), clock.Now, e.Message);
            throw;
        }

        if (read == 0)
        {
            End(DisconnectCause.Eof, clock.Now, "the broker closed the connection");
            return 0;
        }

        var now = clock.Now;
        Interlocked.Exchange(ref _lastReadTicks, now.Ticks);
        KeepTail(buffer.Span[..read]);
        // A PONG may come in two pieces, or with more behind it than the tail holds.
        if (!_welcomed.Task.IsCompleted && (_tail.AsSpan(0, _tailLength).IndexOf("PONG\r\n"u8) >= 0 || buffer.Span[..read].IndexOf("PONG\r\n"u8) >= 0))
            _welcomed.SetResult(now);
        return read;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer)
    {
        _hasSent = true;
        _isSending = true;
        var now = clock.Now.Ticks;
        Interlocked.Exchange(ref _lastSentTicks, now);
        Interlocked.CompareExchange(ref _sentSinceMarkTicks, now, Unsent);
        try
        {
            await stream.WriteAsync(buffer).ConfigureAwait(false);
            _isSending = false;
            return buffer.Length;
        }
        catch (Exception e)
        {
            // Not the end yet: the reader may still find the broker's last words, which tell more than a failed write does.
            // If it finds nothing, the client disposes this socket because of the failure, and this is the reason then.
            var failed = clock.Now;
            Volatile.Write(ref _failedWrite, new SocketEnd(DialFailure.FromException(e), failed, failed, e.Message));
            throw;
        }
    }

    /// <summary>Ends the connection for a reason that the socket cannot see. The first reason stands.</summary>
    public void End(SocketEnd end)
    {
        if (_ended.TrySetResult(end.IsOurs ? end with { Acknowledged = TcpAcknowledgement.Of(tcp) } : end))
            stream.Dispose();
    }

    /// <summary>Called by the client: when we ended the link ourselves, or because its own pings went unanswered.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return ValueTask.CompletedTask;
        if (Volatile.Read(ref _failedWrite) is { } failed)
            End(failed.Cause, failed.At, failed.Detail);
        End(DisconnectCause.Stale, clock.Now, "the client gave the connection up");
        return stream.DisposeAsync();
    }

    private void End(DisconnectCause seen, TimeSpan at, string detail)
    {
        var words = LastWords;
        var cause = DialFailure.FromBrokerError(words) ?? seen;
        _ended.TrySetResult(new SocketEnd(cause, at, at, words is null ? detail : $"the broker said: {words}", words));
    }

    private void KeepTail(ReadOnlySpan<byte> read)
    {
        if (read.Length >= TailSize)
        {
            read[^TailSize..].CopyTo(_tail);
            _tailLength = TailSize;
            return;
        }

        var keep = Math.Min(_tailLength, TailSize - read.Length);
        _tail.AsSpan(_tailLength - keep, keep).CopyTo(_tail);
        read.CopyTo(_tail.AsSpan(keep));
        _tailLength = keep + read.Length;
    }
}
