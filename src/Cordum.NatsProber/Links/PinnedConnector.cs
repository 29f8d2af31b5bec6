using System.Net.Sockets;
using Cordum.NatsProber.Timing;
using NATS.Client.Core;

namespace Cordum.NatsProber.Links;

/// <summary>How a dial ended.</summary>
internal abstract record DialResult(TimeSpan Began, TimeSpan At)
{
    /// <summary>With an open session.</summary>
    public sealed record Opened(LinkSession Session, TimeSpan Began, TimeSpan At) : DialResult(Began, At);

    /// <summary>Without one.</summary>
    public sealed record Failed(DisconnectCause Cause, ConnectPhase Phase, string Detail, TimeSpan Began, TimeSpan At) : DialResult(Began, At);

    /// <summary>Not at all: the prober has no means left to dial with. It says nothing about the broker.</summary>
    public sealed record Prevented(string Detail, TimeSpan Began, TimeSpan At) : DialResult(Began, At);
}

/// <summary>
/// Dials one endpoint, and nothing else: resolves, connects, reads INFO, does TLS, checks who answered, and hands the finished socket to a NATS client
/// for CONNECT and PONG. Each stage is timed. The client gets a socket that works once, so that it cannot wander to another broker
/// of the cluster, as it otherwise does within milliseconds of a loss.
/// </summary>
internal sealed class PinnedConnector(
    LinkTarget target,
    ProberClock clock,
    TimeProvider time,
    ILoggerFactory clientLogs,
    bool knownToSpeakNats = false)
{
    /// <summary>How long a dial may take. A hung broker still accepts TCP connections, so this is what a dial to one costs.</summary>
    public static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The client's own idle check, for links on which no probe runs often enough: a silent peer is given up after two to three of these.
    /// </summary>
    private static readonly TimeSpan ClientPingInterval = TimeSpan.FromSeconds(30);

    /// <summary>What TCP takes to the other side of the globe, about: the most that a slow answer is credited with.</summary>
    private static readonly TimeSpan GlobalRoundTrip = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan StrangerTimeout = TimeSpan.FromMilliseconds(250);

    private bool _spokeNats = knownToSpeakNats;

    /// <summary>How long TCP took the last time that it worked.</summary>
    private TimeSpan _tcpTook = GlobalRoundTrip;

    /// <summary>Dials once. Never throws for what the other side does; <paramref name="stop"/> ends it with <see cref="OperationCanceledException"/>.</summary>
    /// <param name="rightBroker">Says what is wrong with the broker that answered, before it is given any credentials; null if nothing is.</param>
    /// <param name="phaseTimed">Called with each completed stage and its duration.</param>
    /// <param name="gap">The time between dials: TCP that stays silent so long, and longer than it ever should, is asked once more beside the first time.</param>
    /// <param name="stop">The prober is stopping.</param>
    public async Task<DialResult> DialAsync(
        Func<BrokerInfo, string?> rightBroker, Action<ConnectPhase, TimeSpan> phaseTimed, TimeSpan gap, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(DialTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        var began = clock.Now;
        var stages = new Stages(clock, phaseTimed);
        Stream? stream = null;
        try
        {
            var addresses = await stages.RunAsync(ConnectPhase.Dns, () => Resolver.ResolveAsync(target.Host, either.Token)).ConfigureAwait(false);
            var patience = Instant.Later(gap, _tcpTook * 3);
            var dialled = clock.Now;
            var socket = await stages.RunAsync(ConnectPhase.Tcp, () => TcpDial.ConnectAsync(addresses, target.Port, patience, time, either.Token))
                .ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            _tcpTook = Instant.Earlier(clock.Now - dialled, GlobalRoundTrip);
            if (target.Tls is { HandshakeFirst: true } first)
                stream = await stages.RunAsync(ConnectPhase.Tls, () => first.AuthenticateAsync(stream, target.Host, either.Token)).ConfigureAwait(false);

            var (info, line) = await stages.RunAsync(ConnectPhase.Info, () => InfoLine.ReadAsync(stream, either.Token)).ConfigureAwait(false);
            _spokeNats = true;
            if (LateTls(info) is { } late)
            {
                // Whatever came in clear behind INFO could be anybody's, and would be read as if it had come over TLS.
                if (line.AsSpan().IndexOf((byte)'\n') != line.Length - 1)
                    throw new DialException(DisconnectCause.Tls, "bytes in clear between INFO and the TLS handshake: refusing to go on");
                stream = await stages.RunAsync(ConnectPhase.Tls, () => late.AuthenticateAsync(stream, target.Host, either.Token)).ConfigureAwait(false);
            }

            if (rightBroker(info) is { } mismatch)
                throw new DialException(DisconnectCause.WrongServer, mismatch);

            var pinned = new PinnedSocket(stream, line, clock);
            var session = await stages.RunAsync(ConnectPhase.Auth, () => HandshakeAsync(pinned, info, either.Token)).ConfigureAwait(false);
            stream = null; // the session's from here on
            return new DialResult.Opened(session, began, session.LastReadAt);
        }
        catch (SocketException e) when (IsOurs(e))
        {
            return new DialResult.Prevented(e.Message, began, clock.Now);
        }
        catch (Exception e) when (IsTheirs(e))
        {
            stop.ThrowIfCancellationRequested();
            var at = clock.Now;
            if (stages.Current == ConnectPhase.Info && e is DialException { Cause: not (DisconnectCause.NotNats or DisconnectCause.Eof) })
                _spokeNats = true;
            var (cause, detail) = e is OperationCanceledException
                ? await SilentAsync(stages.Current, stream, stop).ConfigureAwait(false)
                : (DialFailure.FromException(e), e.Message);
            return new DialResult.Failed(cause, stages.Current, detail, began, at);
        }
        finally
        {
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

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

    private async Task<LinkSession> HandshakeAsync(PinnedSocket socket, BrokerInfo info, CancellationToken stop)
    {
        NatsConnection? connection = null;
        try
        {
            connection = new NatsConnection(NatsOpts.Default with
            {
                Url = $"nats://{(target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host)}:{target.Port}",
                Name = target.ClientName,
                AuthOpts = target.Credentials(),
                SocketConnectionFactory = new OneSocket(socket),
                LoggerFactory = clientLogs,
                // A link carries one small message at a time; the default 64 KB each way is what a thousand links would pay for in memory.
                ReaderBufferSize = 4096,
                WriterBufferSize = 4096,
                SubPendingChannelCapacity = 64,
                // No inbox of the client's own: it would need a permission that a prober is not to need.
                RequestReplyMode = NatsRequestReplyMode.SharedInbox,
                ConnectTimeout = DialTimeout,
                CommandTimeout = DialTimeout,
                PingInterval = ClientPingInterval,
                // The session is thrown away at its end. Should the client begin to reconnect in the instant before, it is to do so once, in vain, and wait.
                MaxReconnectRetry = 1,
                ReconnectWaitMin = TimeSpan.FromMinutes(1),
                ReconnectWaitMax = TimeSpan.FromMinutes(1),
            });
            await connection.ConnectAsync().AsTask().WaitAsync(stop).ConfigureAwait(false);
            return new LinkSession(connection, socket, info);
        }
        catch (Exception e)
        {
            // What the socket saw tells more than the client's exception, which only says that it could not connect.
            var seen = socket.Ended.IsCompletedSuccessfully ? socket.Ended.Result : null;
            var words = socket.LastWords;
            await socket.DisposeAsync().ConfigureAwait(false);
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
            if (DialFailure.FromBrokerError(words) is { } cause)
                throw new DialException(cause, $"the broker said: {words}");
            // The client gave up of itself before it said CONNECT: it could make none of what it was given.
            if (e is NatsException && !socket.HasSent && seen is null or { Cause: DisconnectCause.Stale })
                throw new DialException(DisconnectCause.Auth, $"the credentials cannot be used: {e.GetBaseException().Message}");
            if (seen is not null && e is not (DialException or OperationCanceledException))
                throw new DialException(seen.Cause, seen.Detail);
            throw;
        }
    }

    /// <summary>The dial's time was up in mid-stage: what that stage's silence means.</summary>
    private async Task<(DisconnectCause Cause, string Detail)> SilentAsync(ConnectPhase phase, Stream? stream, CancellationToken stop)
    {
        if (phase == ConnectPhase.Info && !_spokeNats && stream is not null && await StrangerAsync(stream, stop).ConfigureAwait(false) is { } stranger)
            return (DisconnectCause.NotNats, stranger);
        var cause = phase == ConnectPhase.Dns ? DisconnectCause.Dns : DisconnectCause.Timeout;
        return (cause, $"no {Awaited(phase)} within {DialTimeout.TotalSeconds:0.#} s{Hint(phase)}");
    }

    /// <summary>
    /// Asks a port that has stayed silent whether it speaks HTTP, which waits to be spoken to: the monitor port in place of the client port is the
    /// commonest mistake in a probe file. A port that has ever spoken NATS is never asked, so that no hung broker finds strange bytes when it wakes.
    /// </summary>
    private async Task<string?> StrangerAsync(Stream stream, CancellationToken stop)
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

    /// <summary>Whether an exception tells of the other side or the way there. Any other is this program's own fault and must look like one.</summary>
    private static bool IsTheirs(Exception e) =>
        e is DialException or SocketException or IOException or OperationCanceledException or TimeoutException or NatsException;

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

    /// <summary>Runs the stages, times those that succeed, and remembers the latest.</summary>
    private sealed class Stages(ProberClock clock, Action<ConnectPhase, TimeSpan> timed)
    {
        public ConnectPhase Current { get; private set; }

        public async Task<T> RunAsync<T>(ConnectPhase phase, Func<Task<T>> stage)
        {
            Current = phase;
            var entered = clock.Now;
            var result = await stage().ConfigureAwait(false);
            timed(phase, clock.Now - entered);
            return result;
        }
    }

    /// <summary>Gives the client the finished socket, once.</summary>
    private sealed class OneSocket(PinnedSocket socket) : INatsSocketConnectionFactory
    {
        private int _given;

        public ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken) =>
            Interlocked.Exchange(ref _given, 1) == 0
                ? ValueTask.FromResult<INatsSocketConnection>(socket)
                : throw new InvalidOperationException("a pinned session has one socket and does not reconnect");
    }
}
