using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// Keeps the responder of one endpoint: a second connection to the very broker process that the link is open to, on which the link's requests are
/// answered. It is dialled only while the link is open, so that a dead endpoint is dialled by the link alone.
/// </summary>
internal sealed class ResponderKeeper(
    LinkKeeper link,
    PinnedConnector connector,
    ProbeSubjects subjects,
    ProbeSubjects clusterSubjects,
    DialBudget dials,
    ProberClock clock,
    TimeProvider time,
    ILogger<ResponderKeeper> log) : IAnswerers
{
    /// <summary>How long the news of a subscription may be on its way to the furthest broker: some round trips around the globe.</summary>
    private static readonly TimeSpan NewsTravel = TimeSpan.FromSeconds(1);

    /// <summary>How long the making of a responder may take from its dial on.</summary>
    private static readonly TimeSpan Making = PinnedConnector.DialTimeout + TimeSpan.FromSeconds(1);

    private const long NotYet = -1;

    private readonly Latest<Responder> _ready = new();
    private volatile Service? _served;
    private long _dialBeganTicks = NotYet;

    /// <summary>Its subjects.</summary>
    public ProbeSubjects Subjects => subjects;

    /// <summary>The link that it answers.</summary>
    public ILink Link => link;

    /// <summary>The numbered messages that come to this endpoint.</summary>
    public NumberedMessages Numbered { get; } = new();

    /// <summary>The responder that is ready to answer now, or null.</summary>
    public Responder? Ready => _ready.Value is { Ended.IsCompleted: false } ready ? ready : null;

    /// <summary>Completes when there is a responder, whatever it stands on.</summary>
    public Task WhenAnyReadyAsync(CancellationToken stop) => _ready.WaitAsync(stop);

    /// <summary>
    /// It is being made, and nothing has gone wrong with that so far. From the other side of an ocean it takes half a second; a dial that fails, or takes longer
    /// than it may, is a <see cref="Problem"/>.
    /// </summary>
    /// <param name="sent">When the broker was asked; who came since could not be known to it.</param>
    public bool WasSettling(TimeSpan sent) => Ready is { } ready
        ? ready.ListensSince > sent
        : Problem is null && link.Session is not null && IsMaking(Interlocked.Read(ref _dialBeganTicks));

    /// <summary>It waits for its turn to dial, for however long, or dials for no longer than that may take.</summary>
    private bool IsMaking(long began) => began == NotYet || clock.Now.Ticks - began < Making.Ticks;

    /// <summary>Other brokers than its own may not have known of it yet.</summary>
    /// <param name="sent">When one of them was asked.</param>
    public bool WasSettlingElsewhere(TimeSpan sent) => Ready is { } ready ? sent - ready.ListensSince < NewsTravel : WasSettling(sent);

    public bool HasServed(LinkSession session, TimeSpan sent) => _served is { } served && ReferenceEquals(served.Session, session) && served.Since <= sent;

    /// <summary>Other brokers than its own had heard of it, on the link's present session, when one of them was asked.</summary>
    /// <param name="sent">When that was.</param>
    public bool HasServedElsewhere(TimeSpan sent) => link.Session is { } session && HasServed(session, sent - NewsTravel);

    public bool MayAnswer(LinkSession session, string serverId) => serverId == session.Broker.ServerId;

    public bool IsReady(LinkSession session) => Ready is { } ready && ready.ServerId == session.Broker.ServerId;

    /// <summary>Completes when there is a responder, ready to answer, on the broker that <paramref name="session"/> is open to.</summary>
    public async Task WhenReadyAsync(LinkSession session, CancellationToken stop)
    {
        while (!session.Ended.IsCompleted)
        {
            var responder = await _ready.WaitAsync(stop).ConfigureAwait(false);
            if (responder.ServerId == session.Broker.ServerId && !responder.Ended.IsCompleted)
                return;

            // It answers on a broker process that the link has left. It must go; the keeper then makes one where the link is.
            responder.Renew("the link is open to another broker process now");
            await responder.Gone.WaitAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Requests go unanswered though the broker lives: perhaps the responder's connection died unseen. It is made anew.
    /// </summary>
    public void Renew() => _ready.Value?.Renew("requests went unanswered");

    /// <summary>The broker's words when it denied the responder a subject; null if it has not, or there is no responder.</summary>
    public string? Denial => _ready.Value?.Denial;

    /// <summary>Why there is no responder, for people; null while there is one, and before it was tried.</summary>
    public string? Problem { get; private set; }

    /// <summary>Runs until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var pacer = new DialPacer();
        var wait = TimeSpan.Zero;
        LinkSession? tried = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                // Whatever became of the last one: a dial that failed says nothing of the next, on another session perhaps.
                Interlocked.Exchange(ref _dialBeganTicks, NotYet);
                await Task.Delay(wait, time, stop).ConfigureAwait(false);
                var session = await link.WhenOpenAsync(stop).ConfigureAwait(false);
                if (!ReferenceEquals(session, tried))
                    Problem = null; // another broker process, perhaps, and not tried there yet
                tried = session;
                var problem = await ServeAsync(session, pacer, stop).ConfigureAwait(false);
                if (problem is null)
                {
                    wait = pacer.Lost(clock.Now, Random.Shared.NextDouble());
                    continue;
                }

                wait = pacer.Wait(clock.Now);
                if (problem != Problem && ReferenceEquals(link.Session, session))
                    ResponderLog.Failing(log, link.Identity.Cluster, link.Identity.Endpoint, Problem = problem);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                ResponderLog.Failed(log, link.Identity.Cluster, link.Identity.Endpoint, e);
                wait = Instant.Later(pacer.Wait(clock.Now), DialPace.Longest);
            }
        }
    }

    /// <summary>Makes a responder and keeps it until it ends.</summary>
    /// <returns>Null if it served for a while; else why there is none.</returns>
    private async Task<string?> ServeAsync(LinkSession session, DialPacer pacer, CancellationToken stop)
    {
        string? WrongProcess(BrokerInfo info) => info.ServerId == session.Broker.ServerId
            ? null
            : $"the link is open to {session.Broker.ServerId}, the responder reached {info.ServerId}";

        DialResult result;
        using (await dials.TakeAsync(wasSilent: false, stop).ConfigureAwait(false))
        {
            Interlocked.Exchange(ref _dialBeganTicks, clock.Now.Ticks);
            pacer.Began(clock.Now, Random.Shared.NextDouble());
            result = await connector.DialAsync(WrongProcess, static (_, _) => { }, DialPace.Longest, stop).ConfigureAwait(false);
        }

        switch (result)
        {
            case DialResult.Failed failed:
                return failed.Detail;
            case DialResult.Prevented prevented:
                return prevented.Detail;
        }

        var opened = (DialResult.Opened)result;

        var responder = new Responder(opened.Session, Numbered, clock);
        try
        {
            await responder.ListenAsync(subjects, clusterSubjects, stop).ConfigureAwait(false);
            if (responder.Ended.IsCompleted)
                return (await responder.Ended.ConfigureAwait(false)).Detail;
            pacer.Opened(clock.Now);
            Problem = null;
            if (_served is not { } served || !ReferenceEquals(served.Session, session))
                _served = new(session, responder.ListensSince);
            _ready.Set(responder);
            await responder.Ended.WaitAsync(stop).ConfigureAwait(false);
            return null;
        }
        finally
        {
            _ready.Clear();
            // Not awaited on the way to the next one: the client may take seconds to fold up. Awaited at the prober's end.
            var folding = FoldUpAsync(responder);
            if (stop.IsCancellationRequested)
                await folding.ConfigureAwait(false);
        }
    }

    private async Task FoldUpAsync(Responder responder)
    {
        try
        {
            await responder.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ResponderLog.Failed(log, link.Identity.Cluster, link.Identity.Endpoint, e);
        }
    }

    /// <summary>Since when there has been somebody to answer on a session of the link, however often anew.</summary>
    private sealed record Service(LinkSession Session, TimeSpan Since);
}

internal static partial class ResponderLog
{
    [LoggerMessage(20, LogLevel.Warning, "{Cluster}/{Endpoint} the responder cannot answer on this broker: {Problem}")]
    public static partial void Failing(ILogger log, string cluster, string endpoint, string problem);

    [LoggerMessage(21, LogLevel.Error, "{Cluster}/{Endpoint} the responder failed: the prober's own fault, not the broker's")]
    public static partial void Failed(ILogger log, string cluster, string endpoint, Exception fault);
}
