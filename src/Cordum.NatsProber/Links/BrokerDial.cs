using System.Net.Sockets;
using Cordum.NatsProber.Timing;
using NATS.Client.Core;

namespace Cordum.NatsProber.Links;

/// <summary>What dials of one address remember from one to the next.</summary>
internal sealed class DialMemory
{
    /// <summary>What TCP takes to the other side of the globe, about: the most that a slow answer is credited with.</summary>
    public static readonly TimeSpan GlobalRoundTrip = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether a NATS server ever answered there.</summary>
    public bool SpokeNats { get; set; }

    /// <summary>How long TCP took the last time that it worked.</summary>
    public TimeSpan TcpTook { get; set; } = GlobalRoundTrip;
}

/// <summary>
/// One dial of one broker, stage by stage: resolves, connects, reads INFO, does TLS, checks who answered. What comes out is a socket that a NATS client can
/// begin to speak on; TLS is done by then, so no client has occasion to send anything in clear. Each stage is timed.
/// </summary>
internal sealed class BrokerDial(
    LinkTarget target, DialMemory memory, Action<ConnectPhase, TimeSpan> phaseTimed, TimeSpan limit, ProberClock clock, TimeProvider time, CancellationToken stop)
    : IAsyncDisposable
{
    private static readonly TimeSpan StrangerTimeout = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _timeout = new(limit, time);
    private CancellationTokenSource? _either;
    private Stream? _stream;
    private Socket? _socket;

    /// <summary>When it began, on the prober's clock.</summary>
    public TimeSpan Began { get; } = clock.Now;

    /// <summary>The stage that it has reached.</summary>
    public ConnectPhase Phase { get; private set; }

    private CancellationToken Ends => (_either ??= CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, stop)).Token;

    /// <summary>Up to a socket on which a client may begin to speak.</summary>
    /// <param name="rightBroker">Says what is wrong with the broker that answered, before it is given any credentials; null if nothing is.</param>
    /// <param name="gap">TCP that stays silent so long, and longer than it ever should, is asked once more beside the first time.</param>
    /// <param name="asksAgain">Whether a broker that has spoken NATS before and is silent now may be asked on a second connection as well; null: it may not.</param>
    /// <exception cref="Exception">Whatever <see cref="IsTheirs"/> tells apart; <see cref="FailureAsync"/> makes a result of it.</exception>
    public async Task<(PinnedSocket Socket, BrokerInfo Info)> OpenAsync(Func<BrokerInfo, string?> rightBroker, TimeSpan gap, Func<bool>? asksAgain = null)
    {
        var addresses = await RunAsync(ConnectPhase.Dns, ends => target.Resolve(target.Host, ends)).ConfigureAwait(false);
        var patience = Instant.Later(gap, memory.TcpTook * 3);
        var dialled = clock.Now;
        var socket = await RunAsync(ConnectPhase.Tcp, ends => TcpDial.ConnectAsync(addresses, target.Port, patience, time, ends)).ConfigureAwait(false);
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        memory.TcpTook = Instant.Earlier(clock.Now - dialled, DialMemory.GlobalRoundTrip);
        if (target.Tls is { HandshakeFirst: true } first)
            await SecureAsync(first).ConfigureAwait(false);

        var (info, line) = asksAgain is not null && memory.SpokeNats && target.Tls is not { HandshakeFirst: true }
            ? await EitherInfoAsync(new InfoRace(ends => TcpDial.ConnectAsync(addresses, target.Port, patience, time, ends), asksAgain, clock, time)).ConfigureAwait(false)
            : await RunAsync(ConnectPhase.Info, ends => InfoLine.ReadAsync(_stream, ends)).ConfigureAwait(false);
        memory.SpokeNats = true;
        if (LateTls(info) is { } late)
        {
            // Whatever came in clear behind INFO could be anybody's, and would be read as if it had come over TLS.
            if (line.AsSpan().IndexOf((byte)'\n') != line.Length - 1)
                throw new DialException(DisconnectCause.Tls, "bytes in clear between INFO and the TLS handshake: refusing to go on");
            await SecureAsync(late).ConfigureAwait(false);
        }

        if (rightBroker(info) is { } mismatch)
            throw new DialException(DisconnectCause.WrongServer, mismatch);
        var stream = _stream;
        _stream = null; // the socket's from here on
        return (new PinnedSocket(stream, line, clock, _socket), info);
    }

    /// <summary>The last stage: a client says CONNECT and PING, and waits for the PONG that accepts it.</summary>
    public Task<T> AuthenticateAsync<T>(Func<CancellationToken, Task<T>> handshake) => RunAsync(ConnectPhase.Auth, handshake);

    /// <summary>What became of a dial that failed. Ends with <see cref="OperationCanceledException"/> if it was stopped.</summary>
    /// <param name="e">An exception that <see cref="IsTheirs"/>.</param>
    public async Task<DialResult> FailureAsync(Exception e)
    {
        if (e is SocketException own && IsOurs(own))
            return new DialResult.Prevented(own.Message, Began, clock.Now);

        stop.ThrowIfCancellationRequested();
        var at = clock.Now;
        if (Phase == ConnectPhase.Info && e is DialException { Cause: not (DisconnectCause.NotNats or DisconnectCause.Eof) })
            memory.SpokeNats = true;
        var (cause, detail) = e is OperationCanceledException
            ? await SilentAsync().ConfigureAwait(false)
            : (DialFailure.FromException(e), e.Message);
        if (cause == DisconnectCause.Eof && Phase == ConnectPhase.Info)
            detail += Hint(Phase); // a broker that waits for a handshake hangs up after a while
        return new DialResult.Failed(cause, Phase, detail, Began, at);
    }

    /// <summary>Whether an exception tells of the other side or the way there. Any other is this program's own fault and must look like one.</summary>
    public static bool IsTheirs(Exception e) =>
        e is DialException or SocketException or IOException or OperationCanceledException or TimeoutException or NatsException;

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
            await _stream.DisposeAsync().ConfigureAwait(false);
        _either?.Dispose();
        _timeout.Dispose();
    }

    private async Task<T> RunAsync<T>(ConnectPhase phase, Func<CancellationToken, Task<T>> stage)
    {
        Phase = phase;
        var entered = clock.Now;
        var result = await stage(Ends).ConfigureAwait(false);
        phaseTimed(phase, clock.Now - entered);
        return result;
    }

    /// <summary>INFO on the connection that there is, or on one more; that is the dial's then, and its time is what the stage took.</summary>
    private async Task<(BrokerInfo Info, byte[] Line)> EitherInfoAsync(InfoRace race)
    {
        Phase = ConnectPhase.Info;
        var entered = clock.Now;
        var word = await race.ReadAsync(_stream!, Ends).ConfigureAwait(false);
        if (word.Other is { } other)
        {
            await _stream!.DisposeAsync().ConfigureAwait(false);
            (_socket, _stream, entered) = (other.Socket, other.Stream, other.At);
        }

        phaseTimed(ConnectPhase.Info, clock.Now - entered);
        return (word.Info, word.Line);
    }

    private async Task SecureAsync(TlsPolicy tls) =>
        _stream = await RunAsync(ConnectPhase.Tls, ends => tls.AuthenticateAsync(_stream!, target.TlsHost ?? target.Host, target.CertificateSeen, ends)).ConfigureAwait(false);

    /// <summary>The TLS handshake that follows INFO, if one does.</summary>
    private TlsPolicy? LateTls(BrokerInfo info)
    {
        if (target.Tls is null)
            return info.TlsRequired ? TlsPolicy.Default : null;
        if (target.Tls.HandshakeFirst)
            return null;
        return info.TlsRequired || info.TlsAvailable
            ? target.Tls
            : throw new DialException(DisconnectCause.Tls, "the broker offers no TLS, and the probe file asks for it: refusing to go on in clear");
    }

    /// <summary>The dial's time was up in mid-stage: what that stage's silence means.</summary>
    private async Task<(DisconnectCause Cause, string Detail)> SilentAsync()
    {
        if (Phase == ConnectPhase.Info && !memory.SpokeNats && _stream is not null && await StrangerAsync(_stream).ConfigureAwait(false) is { } stranger)
            return (DisconnectCause.NotNats, stranger);
        var cause = Phase == ConnectPhase.Dns ? DisconnectCause.Dns : DisconnectCause.Timeout;
        return (cause, $"no {Awaited(Phase)} within {limit.TotalSeconds:0.###} s{Hint(Phase)}");
    }

    /// <summary>
    /// Asks a port that has stayed silent whether it speaks HTTP, which waits to be spoken to: the monitor port in place of the client port is the
    /// commonest mistake in a probe file. A port that has ever spoken NATS is never asked, so that no hung broker finds strange bytes when it wakes.
    /// </summary>
    private async Task<string?> StrangerAsync(Stream stream)
    {
        using var timeout = new CancellationTokenSource(StrangerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            await stream.WriteAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray(), either.Token).ConfigureAwait(false);
            var answer = new byte[5];
            await stream.ReadExactlyAsync(answer, either.Token).ConfigureAwait(false);
            return answer.AsSpan().SequenceEqual("HTTP/"u8) ? "an HTTP server answered, not NATS: is this the monitor port?" : null;
        }
        catch (Exception e) when (IsTheirs(e) && !stop.IsCancellationRequested)
        {
            return null; // still silent: a timeout is what it was
        }
    }

    /// <summary>Out of file descriptors or of memory for sockets.</summary>
    private static bool IsOurs(SocketException e) => e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable;

    /// <summary>What else may be wrong where a stage stays silent.</summary>
    private string Hint(ConnectPhase phase) => (phase, target.Tls) switch
    {
        (ConnectPhase.Info, { HandshakeFirst: false }) => " (a broker with handshake_first wants tls.handshakeFirst: true in the probe file)",
        (ConnectPhase.Tls, { HandshakeFirst: true }) => " (a broker without handshake_first wants tls.handshakeFirst: false in the probe file)",
        _ => "",
    };

    private static string Awaited(ConnectPhase phase) => phase switch
    {
        ConnectPhase.Dns => "answer from DNS",
        ConnectPhase.Tcp => "answer to TCP connect",
        ConnectPhase.Tls => "end of the TLS handshake",
        ConnectPhase.Info => "INFO line",
        _ => "PONG after CONNECT",
    };
}
