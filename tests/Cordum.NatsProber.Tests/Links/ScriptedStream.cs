using System.Text;
using System.Threading.Channels;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>A stream whose reads give the pieces of a script, one a read, and then end as it says.</summary>
internal sealed class ScriptedStream : Stream
{
    private readonly Channel<byte[]> _toRead = Channel.CreateUnbounded<byte[]>();
    private readonly CancellationTokenSource _disposed = new();
    private ReadOnlyMemory<byte> _rest;

    public ScriptedStream(params IEnumerable<string> pieces)
    {
        foreach (var piece in pieces)
            Say(piece);
    }

    /// <summary>Reads after the script wait, for <see cref="Say"/> or for ever, instead of giving the end of the stream.</summary>
    public bool StaysOpen { get; init; }

    /// <summary>Reads after the script fail with this.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Writes fail with this.</summary>
    public Exception? WriteFailure { get; set; }

    /// <summary>Writes take until this completes.</summary>
    public Task Takes { get; set; } = Task.CompletedTask;

    /// <summary>All that was written.</summary>
    public List<byte> Written { get; } = [];

    public bool IsDisposed => _disposed.IsCancellationRequested;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Adds a piece to the script.</summary>
    public void Say(string piece) => _toRead.Writer.TryWrite(Encoding.Latin1.GetBytes(piece));

    /// <summary>The other side hangs up after what was said.</summary>
    public void HangUp() => _toRead.Writer.TryComplete();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_rest.IsEmpty)
        {
            if (_toRead.Reader.TryRead(out var piece))
                _rest = piece;
            else if (Failure is { } failure)
                throw failure;
            else if (!StaysOpen)
                return 0;
            else
                _rest = await WaitAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (WriteFailure is { } failure)
            throw failure;
        Written.AddRange(buffer.Span);
        return new(Takes);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _disposed.Cancel();
        base.Dispose(disposing);
    }

    private async Task<ReadOnlyMemory<byte>> WaitAsync(CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _disposed.Token);
        try
        {
            return await _toRead.Reader.ReadAsync(either.Token);
        }
        catch (ChannelClosedException)
        {
            return default;
        }
        catch (OperationCanceledException) when (IsDisposed)
        {
            throw new ObjectDisposedException(nameof(ScriptedStream)); // as a socket does
        }
    }
}
