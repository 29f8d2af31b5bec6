using System.Collections.Concurrent;
using System.Net;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.Timing;
using NATS.Client.Core;

namespace Cordum.NatsProber.Links;

/// <summary>Makes the sockets that one failing-over client asks for, and follows each from its dial to its end.</summary>
/// <remarks>
/// Two tokens, for two ends: <c>given</c> ends the client, and what its dials come to then is nobody's news. But an open that was written down must be followed by its
/// loss even so, or the link would seem open for ever; only where the whole prober ends (<c>stop</c>) is a loss none.
/// </remarks>
internal sealed class FailoverSockets(
    LinkTarget template,
    Func<Uri, TlsPolicy?> tls,
    IReadOnlyList<Uri> seeds,
    TimeSpan patience,
    LinkRecord record,
    ILinkObserver observer,
    Action<BrokerInfo> arrived,
    StallWatch stalls,
    ProberClock clock,
    TimeProvider time,
    CancellationToken given,
    CancellationToken stop) : INatsSocketConnectionFactory
{
    /// <summary>Flaps in a row behind which an application would still be let go elsewhere at once.</summary>
    private const int ToleratedFlaps = 3;

    /// <summary>A session that lasted so long was no flap.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait behind a flap: the end of an outage that follows must be seen in time.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, DialMemory> _memories = new();
    private readonly Excuses _excuses = new();
    private readonly TimeSpan _began = clock.Now;
    private NatsConnection? _client;
    private Task _followed = Task.CompletedTask;
    private string? _lastSeedHost;
    private volatile string? _unusable;
    private volatile PresentedCredentials? _presented;
    private int _failures;
    private int _flaps;
    private TimeSpan _wait;
    private long _latestTicks = clock.Now.Ticks;

    /// <summary>For how long nothing has been dialled since the latest dial or loss, as far as the prober was awake.</summary>
    public TimeSpan Idle => stalls.Awake(TimeSpan.FromTicks(Interlocked.Read(ref _latestTicks)), clock.Now);

    /// <summary>Completes when the sockets made so far have ended and all was written down.</summary>
    public Task Followed => Volatile.Read(ref _followed);

    /// <summary>The client that the sockets are for; before it dials.</summary>
    public void Serve(NatsConnection client) => _client = client;

    /// <summary>Credentials that are read afresh for each connect.</summary>
    public NatsAuthOpts Authentication()
    {
        try
        {
            _presented = template.Credentials();
            if (_presented.Options.IsAnonymous)
                return _presented.Options;
        }
        catch (DialException)
        {
            // There are credentials, and they are unreadable now: each dial will find out, and say so.
        }

        return new NatsAuthOpts { AuthCredCallback = CredentialsAsync };
    }

    public async ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken)
    {
        // The client waits only after a dial that failed. One that succeeds, and is thrown out at once, again and again, would be a storm that no application makes:
        // those end at the second refusal, which this client was told not to do.
        await Followed.ConfigureAwait(false);
        await Task.Delay(_wait, time, given).ConfigureAwait(false);
        Interlocked.Exchange(ref _latestTicks, clock.Now.Ticks);
        var target = template with { Host = Addresses.HostOf(uri), Port = uri.Port, Tls = tls(uri), TlsHost = TlsHost(uri) };
        await using var dial = new BrokerDial(
            target, _memories.GetOrAdd(uri.Authority, _ => new()), observer.PhaseCompleted, PinnedConnector.DialTimeout, clock, time, given);
        try
        {
            var (socket, info) = await dial.OpenAsync(static _ => null, DialPace.Longest).ConfigureAwait(false);
            if (seeds.Any(seed => seed.Authority == uri.Authority))
                _lastSeedHost = target.Host;
            _followed = FollowAsync(_followed, socket, info, dial.Began, clock.Now);
            return socket;
        }
        catch (Exception e) when (BrokerDial.IsTheirs(e))
        {
            var result = await dial.FailureAsync(e).ConfigureAwait(false);
            _wait = TimeSpan.Zero;
            Failed(result);
            throw new NatsException(result is DialResult.Failed failed ? failed.Detail : "the prober cannot dial");
        }
    }

    /// <param name="before">The socket before this one: what became of it is written down first.</param>
    /// <param name="socket">The new one.</param>
    /// <param name="info">Who is at its other end.</param>
    /// <param name="began">When its dial began.</param>
    /// <param name="opened">When the client could begin to speak.</param>
    private async Task FollowAsync(Task before, PinnedSocket socket, BrokerInfo info, TimeSpan began, TimeSpan opened)
    {
        await before.ConfigureAwait(false);
        await Task.WhenAny(socket.Welcomed, socket.Ended).ConfigureAwait(false);
        if (!socket.Welcomed.IsCompleted)
        {
            var refused = await socket.Ended.ConfigureAwait(false);
            _wait = TimeSpan.Zero; // the client's own wait follows
            if (!given.IsCancellationRequested)
                Failed(Refused(socket, refused, began));
            return;
        }

        var at = await socket.Welcomed.ConfigureAwait(false);
        observer.PhaseCompleted(ConnectPhase.Auth, at - opened);
        _excuses.Renew();
        var session = new LinkSession(_client!, socket, info);
        arrived(info);
        record.Open(session, began, at);
        if (info.LameDuck)
            record.Announced(session);
        var end = await socket.Ended.ConfigureAwait(false);
        Interlocked.Exchange(ref _latestTicks, clock.Now.Ticks);
        _flaps = end.At - at < Settled ? _flaps + 1 : 0;
        _wait = end.Cause == DisconnectCause.AuthExpired ? Settled // as for pinned links: brokers still take a JWT within the second in which it ends
            : _flaps > ToleratedFlaps ? Instant.Earlier(patience, LongestWait)
            : TimeSpan.Zero;
        if (!stop.IsCancellationRequested)
            record.Lose(session, end);
    }

    private void Failed(DialResult result)
    {
        // An application that is started beside a dead seed tries the next one at once, and knows nothing of it.
        var tried = result is DialResult.Failed ? Interlocked.Increment(ref _failures) : _failures;
        record.DialEnded(
            result, _excuses, stalls, decides: record.Settled.IsCompleted || tried >= seeds.Count || clock.Now - _began > PinnedConnector.DialTimeout);
    }

    /// <summary>Why a broker that introduced itself did not take the client.</summary>
    private DialResult.Failed Refused(PinnedSocket socket, SocketEnd end, TimeSpan began)
    {
        var words = socket.LastWords;
        var (cause, detail) = (DialFailure.FromBrokerError(words), socket.HasSent, end.Cause) switch
        {
            ({ } said, _, _) => _presented?.Refused(said, words!, time.GetUtcNow()) ?? (said, $"the broker said: {words}"),
            (_, false, DisconnectCause.Stale) => (DisconnectCause.Auth, _unusable ?? "the credentials cannot be used"),
            (_, true, DisconnectCause.Stale) => (DisconnectCause.Timeout, "no PONG after CONNECT in time"),
            _ => (end.Cause, end.Detail),
        };
        return new DialResult.Failed(cause, ConnectPhase.Auth, detail, began, end.At);
    }

    private ValueTask<NatsAuthCred> CredentialsAsync(Uri uri, CancellationToken cancellationToken)
    {
        _unusable = null;
        try
        {
            _presented = template.Credentials();
            return ValueTask.FromResult(_presented.Options switch
            {
                { Username: { } user } known => NatsAuthCred.FromUserInfo(user, known.Password ?? ""),
                { Token: { } token } => NatsAuthCred.FromToken(token),
                { Jwt: { } jwt, Seed: { } seed } => NatsAuthCred.FromJwt(jwt, seed),
                { Seed: { } seed } => NatsAuthCred.FromNkey(seed),
                _ => throw new DialException(DisconnectCause.Auth, "the credentials cannot be used: there are none"),
            });
        }
        catch (DialException e)
        {
            _unusable = e.Message;
            throw;
        }
    }

    /// <summary>Brokers gossip their addresses; a certificate has names. So, as the client would, one asks for the name by which the cluster was found.</summary>
    private string? TlsHost(Uri uri)
    {
        if (!IPAddress.TryParse(Addresses.HostOf(uri), out _))
            return null;
        if (template.TlsHost is { } found)
            return found;
        var isSeed = seeds.Any(seed => seed.Authority == uri.Authority);
        return !isSeed && _lastSeedHost is { } known && !IPAddress.TryParse(known, out _) ? known : null;
    }
}
