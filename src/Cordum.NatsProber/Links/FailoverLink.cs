using Cordum.NatsProber.Probes;
using Cordum.NatsProber.Timing;
using NATS.Client.Core;

namespace Cordum.NatsProber.Links;

/// <summary>
/// The link that behaves as an application's does: one ordinary client with all seeds, which goes where gossip, its own order and its own patience
/// lead it. Which broker is dialled next, and when, is the client's decision alone; the sockets are ours, so that times and reasons are taken where things happen.
/// </summary>
internal sealed class FailoverLink(
    LinkIdentity identity,
    LinkTarget template,
    Func<Uri, TlsPolicy?> tls,
    Func<IReadOnlyList<Uri>> seeds,
    Task seedsSettled,
    FailoverSettings settings,
    ILinkObserver observer,
    Action<LinkNews> tell,
    Action<BrokerInfo> arrived,
    StallWatch stalls,
    ProberClock clock,
    TimeProvider time,
    ILoggerFactory clientLogs,
    ILogger<FailoverLink> log) : ILink
{
    /// <summary>The client gives its sockets a little longer than we do, so that it is our dial that says what was not answered.</summary>
    private static readonly TimeSpan ClientPatience = PinnedConnector.DialTimeout + TimeSpan.FromSeconds(1);

    /// <summary>A client that is down and does not dial for so long, and five of its own waits, will not do so any more.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    /// <summary>How often it is looked whether the client has ended for good, or there are other seeds.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly LinkRecord _record = new(identity, observer, tell, clock, log);
    private volatile NatsConnection? _client;

    public LinkIdentity Identity => identity;

    public LinkSnapshot Snapshot => _record.Snapshot;

    public string LatestDetail => _record.LatestDetail;

    public LinkSession? Session => _record.Session;

    public Task Settled => _record.Settled;

    /// <summary>The client, open or not; null before the first one was made.</summary>
    public NatsConnection? Client => _client;

    public void Report(LinkSession session, LinkEvent seen) => _record.Report(session, seen);

    /// <summary>An application's client notices nothing yet: its own pings decide when it goes elsewhere. The outage is one all the same.</summary>
    public void FellSilent(LinkSession session, SocketEnd silence) =>
        _record.Report(session, new LinkEvent.RoundTripFailed(silence.Began, silence.At), silence.Detail);

    /// <summary>Runs until <paramref name="stop"/>. Returns when the link is closed.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        // Before discovery has tried at all, that there are no seeds says nothing.
        await seedsSettled.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (seeds() is { Count: > 0 } known)
                    await LiveAsync(known, stop).ConfigureAwait(false);
                else
                    await WithoutSeedsAsync(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                _record.Closed(e);
                await Task.Delay(Look, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        LinkLog.Stopped(log, identity.Cluster, identity.Endpoint);
    }

    /// <summary>One client, from its making to its end, or until it is down and there are other seeds than it was given.</summary>
    private async Task LiveAsync(IReadOnlyList<Uri> known, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var sockets = new FailoverSockets(template, tls, known, settings.ReconnectWait, _record, observer, arrived, stalls, clock, time, ended.Token, stop);
        var client = new NatsConnection(LinkClient.Options(template, clientLogs) with
        {
            Url = string.Join(',', known.Select(seed => $"nats://{seed.Authority}")),
            AuthOpts = sockets.Authentication(),
            SocketConnectionFactory = sockets,
            ConnectTimeout = ClientPatience,
            PingInterval = settings.PingInterval,
            MaxPingOut = settings.MaxPingsOut,
            ReconnectWaitMin = settings.ReconnectWait,
            ReconnectWaitMax = settings.ReconnectWait * 2.5, // the client's own ratio: 2 s and 5 s
            // An application would end here; this link must be there when the broker has changed its mind.
            IgnoreAuthErrorAbort = true,
            MaxReconnectRetry = -1,
            RetryOnInitialConnect = true,
        });
        sockets.Serve(client);
        try
        {
            LinkClient.HearDenials(client, () => _record.Session);
            client.LameDuckModeActivated += (_, _) =>
            {
                if (_record.Session is { } draining)
                    _record.Announced(draining);
                return ValueTask.CompletedTask;
            };
            _client = client;
            var connecting = client.ConnectAsync().AsTask();
            while (true)
            {
                await Task.Delay(Look, time, stop).ConfigureAwait(false);
                if (sockets.Followed.IsFaulted)
                    await sockets.Followed.ConfigureAwait(false);
                if (_record.Session is not null)
                    continue;
                if (connecting.IsFaulted)
                    await connecting.ConfigureAwait(false);
                if (client.ConnectionState == NatsConnectionState.Failed || sockets.Idle > Silence + (settings.ReconnectWait * 5))
                    throw new InvalidOperationException($"the NATS client has stopped dialling, in state {client.ConnectionState}");
                if (seeds() is { Count: > 0 } now && !now.ToHashSet().SetEquals(known))
                    return;
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            if (stop.IsCancellationRequested)
                _record.Forget();
            await client.DisposeAsync().ConfigureAwait(false);
            await sockets.Followed.ConfigureAwait(false);
        }
    }

    /// <summary>DNS has named no broker yet: an application could not connect either.</summary>
    private async Task WithoutSeedsAsync(CancellationToken stop)
    {
        var now = clock.Now;
        _record.DialFailed(new DialResult.Failed(DisconnectCause.Dns, ConnectPhase.Dns, "discovery has named no broker", now, now));
        await Task.Delay(Look, time, stop).ConfigureAwait(false);
    }
}
