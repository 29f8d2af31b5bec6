using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Brokers;

/// <summary>
/// Holds an inquest on every disconnect of one cluster's links: takes in what the links see and what the brokers announce, asks the sources for the broker's side, and gives each
/// disconnect its verdict. One loop, and nobody else, writes; what others say comes to it as messages.
/// </summary>
/// <param name="cluster">What it needs to know of the cluster.</param>
/// <param name="history">Where concluded cases go.</param>
/// <param name="stalls">The prober's own stalls.</param>
/// <param name="clock">The prober's clock.</param>
/// <param name="time">The source of time.</param>
/// <param name="log">Told of each verdict.</param>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A semaphore whose wait handle nobody asks for holds nothing.")]
internal sealed class Inquests(InquestCluster cluster, DisconnectHistory history, StallWatch stalls, ProberClock clock, TimeProvider time, ILogger<Inquests> log)
{
    /// <summary>How often the loop looks, and how often a fresh case's sources are asked.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>How often they are asked when the case is no longer fresh.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(15);

    /// <summary>For how long a case is fresh: sources are asked soon again.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    /// <summary>How long one question may take.</summary>
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(2);

    /// <summary>Where nothing good was ever seen, the prober's stalls are looked for in so long.</summary>
    private static readonly TimeSpan StallWindow = TimeSpan.FromSeconds(15);

    /// <summary>How many questions may be on their way at once: when a whole region goes, what is asked of whoever is left must not be a storm.</summary>
    private readonly SemaphoreSlim _asking = new(16);

    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<Inquest> _open = [];
    private Task<bool>? _coming;
    private volatile IReadOnlyList<OpenCase> _published = [];

    /// <summary>The cases that have no verdict yet, and those whose connection the broker still counts.</summary>
    public IReadOnlyList<OpenCase> Open => _published;

    /// <summary>Something became of a link. Returns at once.</summary>
    public void Hears(LinkIdentity link, LinkNews news) => _items.Writer.TryWrite(new Item.FromLink(link, news));

    /// <summary>A broker has announced something. Returns at once.</summary>
    public void Hears(CaseEvidence announcement) => _items.Writer.TryWrite(new Item.Announced(announcement));

    /// <summary>The broker of an endpoint still counts a link as open that is dead for certain.</summary>
    public bool CountsDeadLink(string endpoint) => _published.Any(one => one.Endpoint == endpoint && one.CountsDeadLink);

    /// <summary>Runs until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await HearAsync(stop).ConfigureAwait(false);
                Look(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                InquestLog.Failed(log, cluster.Name, e);
            }
        }
    }

    /// <summary>Takes in all that has come, or waits until it is time to look again.</summary>
    private async Task HearAsync(CancellationToken stop)
    {
        // One wait at a time: the channel has one reader, and a wait that is given up would stay its reader.
        _coming ??= _items.Reader.WaitToReadAsync(stop).AsTask();
        try
        {
            await _coming.WaitAsync(_open.Count == 0 ? Timeout.InfiniteTimeSpan : Soon, time, stop).ConfigureAwait(false);
            _coming = null;
        }
        catch (TimeoutException)
        {
            return;
        }

        while (_items.Reader.TryRead(out var item))
            Take(item);
    }

    private void Take(Item item)
    {
        switch (item)
        {
            case Item.FromLink { News: LinkNews.Lost lost }:
                Begin(lost.Loss);
                break;
            case Item.FromLink { News: LinkNews.DialFailed failed, Link: var link } when link.Scope == "endpoint":
                Tell(one => one.Endpoint == link.Endpoint, new CaseEvidence.DialFailed(failed.Cause, failed.Phase, failed.At));
                break;
            case Item.FromLink { News: LinkNews.Opened opened, Link: var link }:
                foreach (var own in _open.Where(one => one.Case.Loss.Link == link))
                    own.RegainedAt ??= opened.At;
                var where = link.Scope == "endpoint" ? link.Endpoint : cluster.EndpointOf(opened.Broker);
                if (where is not null)
                    cluster.WatchOf(where)?.Reached(opened.Broker.ServerId);
                var again = new CaseEvidence.Opened(opened.Broker.ServerId, opened.Began, opened.SlowestPhase, opened.SlowestTook, opened.At);
                Tell(one => one.Endpoint == where, again);
                history.Opened(link, where, again);
                break;
            case Item.FromLink { News: LinkNews.Draining draining }:
                Announce(new CaseEvidence.DrainAnnounced(draining.ServerId, draining.At));
                break;
            case Item.Announced announced:
                Announce(announced.Evidence);
                break;
            case Item.Reply reply:
                reply.To.Asks--;
                if (reply.Evidence is { } evidence)
                    reply.To.Case = reply.To.Case.With(evidence);
                break;
        }
    }

    private void Announce(CaseEvidence announcement)
    {
        cluster.Announcements.Add(announcement);
        Tell(static _ => true, announcement);
    }

    private void Begin(LinkLoss loss)
    {
        var endpoint = loss.Link.Scope == "endpoint" ? loss.Link.Endpoint : loss.Broker is { } broker ? cluster.EndpointOf(broker) : null;
        var at = clock.WallAt(loss.At);
        // What was announced shortly before the loss is evidence, too, and came before there was a case to take it.
        var fresh = new DisconnectCase(loss, cluster.HearsBrokers());
        foreach (var heard in cluster.Announcements.Recent)
            fresh = fresh.With(heard);
        // What is known of the process now is its successor's tomorrow.
        var facts = endpoint is not null && cluster.WatchOf(endpoint)?.Facts is { } known && known.ServerId == loss.Broker?.ServerId ? known : BrokerFacts.None;
        _open.Add(new Inquest(endpoint, at, fresh) { Facts = facts });
    }

    private void Tell(Func<Inquest, bool> whom, CaseEvidence evidence)
    {
        foreach (var one in _open.Where(whom))
            one.Case = one.Case.With(evidence);
    }

    private void Look(CancellationToken stop)
    {
        var now = clock.Now;
        foreach (var one in _open)
        {
            TakeSteadyLink(one);
            one.Case = one.Case with { Stalled = StalledBefore(one.Case.Loss) };
            if (one.Conclusion is null && one.Case.Conclude(now) is { } conclusion)
                Close(one, conclusion, now);
            Ask(one, now, stop);
        }

        _open.RemoveAll(one => one.Conclusion is not null && !(one.CountsDeadLink && now - one.Case.Loss.At < DisconnectCase.Patience * 2));
        _published = [.. _open.Select(one => new OpenCase(one.Endpoint, one.At, one.Case, one.Conclusion is null, one.CountsDeadLink))];
    }

    private TimeSpan StalledBefore(LinkLoss loss)
    {
        var from = loss.LastGood ?? loss.At - StallWindow;
        return stalls.Stalled(from, loss.At);
    }

    /// <summary>The link that fails over was lost, and the pinned one to the same broker was not: that is evidence as well.</summary>
    private void TakeSteadyLink(Inquest one)
    {
        if (one.Case.Loss.Link.Scope != "endpoint" && one.Endpoint is { } endpoint && cluster.SessionOf(endpoint) is { } session
            && session.LastReadAt > one.Case.Loss.At && session.OpenedAt < one.Case.Loss.Began)
            one.Case = one.Case.With(new CaseEvidence.Opened(session.Broker.ServerId, session.LastReadAt, ConnectPhase.Dns, TimeSpan.Zero, session.LastReadAt));
    }

    private void Close(Inquest one, Conclusion conclusion, TimeSpan now)
    {
        one.Conclusion = conclusion;
        var latest = one.Endpoint is { } endpoint ? cluster.WatchOf(endpoint)?.Facts : null;
        var measured = one.Facts.ClockSkew is null && latest is not null ? latest : one.Facts;
        history.Add(new JudgedDisconnect(one.Endpoint, one.At, one.Case, conclusion, clock.WallAt(now), one.RegainedAt, measured.ClockSkew)
        {
            ClockSkewError = measured.ClockSkewError,
            BrokerStartedAt = one.Facts.Start,
        });
        var link = one.Case.Loss.Link;
        InquestLog.Verdict(log, link.Cluster, link.Endpoint, SnakeCase.Of(one.Case.Loss.Cause), one.At.UtcDateTime, SnakeCase.Of(conclusion.Verdict), conclusion.Because);
    }

    private void Ask(Inquest one, TimeSpan now, CancellationToken stop)
    {
        if (one.Asks > 0 || one.Endpoint is not { } endpoint || cluster.WatchOf(endpoint) is not { } watch || (one.AskedAt is { } asked && now - asked < PaceOf(one, now)))
            return;
        one.AskedAt = now;
        foreach (var source in watch.Sources)
        {
            one.Asks++;
            _ = AskAsync(one, watch, source, stop);
        }
    }

    private static TimeSpan PaceOf(Inquest one, TimeSpan now)
    {
        var fresh = now - one.Case.Loss.At < Fresh || (one.RegainedAt is { } back && now - back < Fresh);
        return fresh && one.Conclusion is null ? Soon : Later;
    }

    private async Task AskAsync(Inquest one, BrokerWatch watch, AskedSource source, CancellationToken stop)
    {
        CaseEvidence? evidence = null;
        try
        {
            await _asking.WaitAsync(stop).ConfigureAwait(false);
            try
            {
                evidence = await EvidenceAsync(one.Case.Loss, watch, source, stop).ConfigureAwait(false);
            }
            finally
            {
                _asking.Release();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            InquestLog.Failed(log, cluster.Name, e);
        }
        finally
        {
            _items.Writer.TryWrite(new Item.Reply(one, evidence));
        }
    }

    private async Task<CaseEvidence?> EvidenceAsync(LinkLoss loss, BrokerWatch watch, AskedSource source, CancellationToken stop)
    {
        var asked = clock.Now;
        if (loss.Broker is not { ClientId: var clientId })
            return await IdentityAsync(watch, source, asked, stop).ConfigureAwait(false);
        // Closed ones first: a connection that is among neither was on its way from one to the other, or is not known.
        if (await ConnzAsync(BrokerQuestion.Closed(clientId)).ConfigureAwait(false) is not { } closed)
            return null;
        var (page, record) = (closed, closed.Of(clientId));
        if (record is null && closed.ServerId == loss.Broker.ServerId && await ConnzAsync(BrokerQuestion.Open(clientId)).ConfigureAwait(false) is { } open)
            (page, record) = (open, open.Of(clientId) ?? ConnectionRecord.None);
        watch.Lives(asked);
        var isSame = page.ServerId == loss.Broker.ServerId;
        return new CaseEvidence.Answered(source.Kind, page.ServerId!, asked, clock.Now, isSame ? record : null, isSame ? null : await StartAsync(source, stop).ConfigureAwait(false));

        async Task<ConnzPage?> ConnzAsync(BrokerQuestion question) =>
            MonitorPages.Connz(await source.AskAsync(question, static reply => MonitorPages.Connz(reply) is not null, AskLimit, stop).ConfigureAwait(false));
    }

    private async Task<CaseEvidence?> IdentityAsync(BrokerWatch watch, AskedSource source, TimeSpan asked, CancellationToken stop)
    {
        if (source.Kind == SourceKind.Account)
        {
            var reply = await source.AskAsync(BrokerQuestion.Open(BrokerQuestion.Nobody), static reply => MonitorPages.Connz(reply) is not null, AskLimit, stop).ConfigureAwait(false);
            if (MonitorPages.Connz(reply) is not { } page)
                return null;
            watch.Lives(asked);
            return new CaseEvidence.Answered(source.Kind, page.ServerId!, asked, clock.Now, null, null);
        }

        if (await VarzAsync(source, stop).ConfigureAwait(false) is not { } varz)
            return null;
        watch.Lives(asked);
        return new CaseEvidence.Answered(source.Kind, varz.ServerId!, asked, clock.Now, null, OnOurClock(varz));
    }

    private async Task<TimeSpan?> StartAsync(AskedSource source, CancellationToken stop) =>
        source.Kind != SourceKind.Account && await VarzAsync(source, stop).ConfigureAwait(false) is { } varz ? OnOurClock(varz) : null;

    /// <summary>How long the process has been running, by its own clock alone: no skew enters.</summary>
    private TimeSpan OnOurClock(VarzPage varz) => clock.Now - (varz.Now - varz.Start);

    private static async Task<VarzPage?> VarzAsync(AskedSource source, CancellationToken stop) =>
        MonitorPages.Varz(await source.AskAsync(BrokerQuestion.Varz, static reply => MonitorPages.Varz(reply) is not null, AskLimit, stop).ConfigureAwait(false));

    /// <summary>What comes to the loop.</summary>
    private abstract record Item
    {
        internal sealed record FromLink(LinkIdentity Link, LinkNews News) : Item;

        internal sealed record Announced(CaseEvidence Evidence) : Item;

        internal sealed record Reply(Inquest To, CaseEvidence? Evidence) : Item;
    }

    /// <summary>One case in hand. Touched by the loop alone.</summary>
    private sealed class Inquest(string? endpoint, DateTimeOffset at, DisconnectCase begun)
    {
        public string? Endpoint => endpoint;

        public DateTimeOffset At => at;

        /// <summary>What was known of the broker when the link was lost.</summary>
        public required BrokerFacts Facts { get; init; }

        public DisconnectCase Case { get; set; } = begun;

        public Conclusion? Conclusion { get; set; }

        public TimeSpan? RegainedAt { get; set; }

        public TimeSpan? AskedAt { get; set; }

        public int Asks { get; set; }

        public bool CountsDeadLink => Case.CountsDeadLink;
    }
}

internal static partial class InquestLog
{
    [LoggerMessage(85, LogLevel.Warning, "{Cluster}/{Endpoint} verdict on the disconnect ({Cause}) at {At:yyyy-MM-ddTHH:mm:ss.fffZ}: {Verdict}; {Because}")]
    public static partial void Verdict(ILogger log, string cluster, string endpoint, string cause, DateTime at, string verdict, string because);

    [LoggerMessage(86, LogLevel.Error, "{Cluster} an inquest failed in a way that is the prober's own fault; it goes on")]
    public static partial void Failed(ILogger log, string cluster, Exception fault);
}
