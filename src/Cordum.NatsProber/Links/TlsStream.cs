using System.Net.Security;

namespace Cordum.NatsProber.Links;

/// <summary>
/// The TLS stream of a link. It says in words what the broker's alerts mean, wherever they surface: with TLS 1.3 a client certificate is refused only after the
/// client's side of the handshake is done, so the refusal comes where the first answer is awaited.
/// </summary>
internal sealed class TlsStream(SslStream tls, PresentedCertificate presented) : Stream
{
    private volatile bool _hasHeard;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="DialException">The broker ended TLS with an alert, or the connection in a way that has an explanation.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await tls.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Explained(e) is { } explained)
        {
            throw explained;
        }

        if (read > 0)
            _hasHeard = true;
        else if (!buffer.IsEmpty && EndedEarly(DisconnectCause.Eof, "the broker closed the connection") is { } explained)
            throw explained;
        return read;
    }

    /// <exception cref="DialException">The broker ended TLS with an alert.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await tls.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Explained(e) is { } explained)
        {
            throw explained;
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => tls.FlushAsync(cancellationToken);

    public override void Flush() => tls.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await tls.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            tls.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The same failure with its explanation; null where it needs none.</summary>
    private DialException? Explained(Exception e)
    {
        if (TlsAlert.In(e) is { } alert)
            return new DialException(DisconnectCause.Tls, TlsAlert.Describe(alert, presented));
        return e is IOException ? EndedEarly(DialFailure.FromException(e), e.Message) : null;
    }

    /// <summary>
    /// A broker that has not said a word since the handshake is gone. One that asked for a certificate and got none could do nothing else: nats-server insists on what it
    /// asks for. One that got a certificate may have refused it, or have died; the connection's end is all that is known.
    /// </summary>
    private DialException? EndedEarly(DisconnectCause cause, string end) => (_hasHeard, presented) switch
    {
        (false, { File: null, WasAskedFor: true }) => new DialException(DisconnectCause.Tls, PresentedCertificate.Missing(end)),
        (false, { File: not null }) => new DialException(cause, $"{end} {presented.Suspicion}"),
        _ => null,
    };
}
