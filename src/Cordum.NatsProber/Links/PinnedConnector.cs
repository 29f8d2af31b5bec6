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
/// Dials one endpoint, and nothing else, and hands the finished socket to a NATS client for CONNECT and PONG. The client gets a socket that works
/// once, so that it cannot wander to another broker of the cluster, as it otherwise does within milliseconds of a loss.
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

    private readonly DialMemory _memory = new() { SpokeNats = knownToSpeakNats };

    /// <summary>Dials once. Never throws for what the other side does; <paramref name="stop"/> ends it with <see cref="OperationCanceledException"/>.</summary>
    /// <param name="rightBroker">Says what is wrong with the broker that answered, before it is given any credentials; null if nothing is.</param>
    /// <param name="phaseTimed">Called with each completed stage and its duration.</param>
    /// <param name="gap">The time between dials: TCP that stays silent so long, and longer than it ever should, is asked once more beside the first time.</param>
    /// <param name="stop">The prober is stopping.</param>
    /// <param name="limit">How long it may take; <see cref="DialTimeout"/> if null.</param>
    /// <param name="asksAgain">Whether a broker that has spoken NATS before and is silent now may be asked on a second connection as well; null: it may not.</param>
    public async Task<DialResult> DialAsync(
        Func<BrokerInfo, string?> rightBroker,
        Action<ConnectPhase, TimeSpan> phaseTimed,
        TimeSpan gap,
        CancellationToken stop,
        TimeSpan? limit = null,
        Func<bool>? asksAgain = null)
    {
        await using var dial = new BrokerDial(target, _memory, phaseTimed, limit ?? DialTimeout, clock, time, stop);
        try
        {
            var (socket, info) = await dial.OpenAsync(rightBroker, gap, asksAgain).ConfigureAwait(false);
            var session = await dial.AuthenticateAsync(ends => HandshakeAsync(socket, info, ends)).ConfigureAwait(false);
            return new DialResult.Opened(session, dial.Began, session.LastReadAt);
        }
        catch (Exception e) when (BrokerDial.IsTheirs(e))
        {
            return await dial.FailureAsync(e).ConfigureAwait(false);
        }
    }

    private async Task<LinkSession> HandshakeAsync(PinnedSocket socket, BrokerInfo info, CancellationToken stop)
    {
        NatsConnection? connection = null;
        PresentedCredentials? presented = null;
        try
        {
            presented = target.Credentials();
            connection = new NatsConnection(LinkClient.Options(target, clientLogs) with
            {
                Url = $"nats://{(target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host)}:{target.Port}",
                AuthOpts = presented.Options,
                SocketConnectionFactory = new OneSocket(socket),
                ConnectTimeout = DialTimeout,
                PingInterval = ClientPingInterval,
                // The session is thrown away at its end. Should the client begin to reconnect in the instant before, it is to do so once, in vain, and wait.
                MaxReconnectRetry = 1,
                ReconnectWaitMin = TimeSpan.FromMinutes(1),
                ReconnectWaitMax = TimeSpan.FromMinutes(1),
            });
            var session = new LinkSession(connection, socket, info);
            LinkClient.HearDenials(connection, () => session);
            await connection.ConnectAsync().AsTask().WaitAsync(stop).ConfigureAwait(false);
            return session;
        }
        catch (Exception e)
        {
            // What the socket saw tells more than the client's exception, which only says that it could not connect.
            var seen = socket.Ended.IsCompletedSuccessfully ? socket.Ended.Result : null;
            var words = socket.LastWords;
            await socket.DisposeAsync().ConfigureAwait(false);
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
            if (DialFailure.FromBrokerError(words) is { } said && presented is not null)
            {
                var (cause, detail) = presented.Refused(said, words!, time.GetUtcNow());
                throw new DialException(cause, detail);
            }

            // The client gave up of itself before it said CONNECT: it could make none of what it was given.
            if (e is NatsException && !socket.HasSent && seen is null or { Cause: DisconnectCause.Stale })
                throw new DialException(DisconnectCause.Auth, $"the credentials cannot be used: {e.GetBaseException().Message}");
            if (seen is not null && e is not (DialException or OperationCanceledException))
                throw new DialException(seen.Cause, seen.Detail);
            throw;
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
