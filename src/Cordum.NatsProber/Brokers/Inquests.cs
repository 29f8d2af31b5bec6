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
internal sealed class Inquests(InquestCluster cluster, DisconnectHistory history, StallWatch stalls, ProberClock clock, TimeProvider time, ILogger<Inquests> log)
{
    /// <summary>How often the loop looks, and how often a fresh case's sources are asked.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>How often they are asked when the case is no longer fresh.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(15);

    /// <summary>For how long a case is fresh: sources are asked soon again.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private readonly BrokerInquiry _inquiry = new(clock, time);
    private readonly HashSet<LinkIdentity> _opened = [];
    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<Inquest> _open = [];
    private Task<bool>? _coming;
    private CancellationToken _stop;
    private volatile IReadOnlyList<OpenCase> _published = [];

    /// <summary>The cases that have no verdict yet, and those whose connection the broker still counts.</summary>
    public IReadOnlyList<OpenCase> Open => _published;

    /// <summary>Something became of a link. Returns at once.</summary>
    public void Hears(LinkIdentity link, LinkNews news) => _items.Writer.TryWrite(new Item.FromLink(link, news));

    /// <summary>A link is probed no longer: its open cases are dropped with it, before anything is heard of another of that name. Returns at once.</summary>
    public void Forget(LinkIdentity link) => _items.Writer.TryWrite(new Item.Removed(link));

    /// <summary>A broker has announced something. Returns at once.</summary>
    public void Hears(CaseEvidence announcement) => _items.Writer.TryWrite(new Item.Announced(announcement));

    /// <summary>The broker of an endpoint still counts a link as open that is dead for certain.</summary>
    public bool CountsDeadLink(string endpoint) => _published.Any(one => one.Endpoint == endpoint && one.CountsDeadLink);

    /// <summary>Runs until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        _stop = stop;
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
                    cluster.WatchOf(where)?.Reached(opened.Broker);
                var again = new CaseEvidence.Opened(opened.Broker.ServerId, opened.Began, opened.At);
                // The link that fails over, if it was never open, has no broker yet; that it is open now is all that will be known.
                Tell(one => !one.Case.Loss.WasOpen && one.Endpoint is null && one.Case.Loss.Link == link, again);
                Tell(one => where is not null ? one.Endpoint == where : IsOf(one, opened.Broker), again);
                history.Opened(link, where, again);
                if (_opened.Add(link) && link.Scope == "endpoint" && cluster.WatchOf(link.Endpoint) is { } watch)
                    _ = SeekPredecessorAsync(link, opened, watch, _stop);
                break;
            case Item.FromLink { News: LinkNews.Draining draining }:
                Announce(new CaseEvidence.DrainAnnounced(draining.ServerId, draining.At));
                break;
            case Item.Announced announced:
                Announce(announced.Evidence);
                break;
            case Item.Removed removed:
                _open.RemoveAll(one => one.Case.Loss.Link == removed.Link);
                _opened.Remove(removed.Link);
                history.Forget(removed.Link);
                break;
            case Item.Predecessor predecessor:
                Remember(predecessor.Case);
                break;
            case Item.Reply reply:
                reply.To.Asks--;
                if (reply.Evidence is { } evidence)
                    reply.To.Case = reply.To.Case.With(evidence);
                break;
        }
    }

    /// <summary>A broker that is none of the probe file's is the one that a link was lost to. There may be several such.</summary>
    private static bool IsOf(Inquest one, BrokerInfo unlisted) => one.Endpoint is null && one.Case.Loss.Broker is { } lost
        && (lost.ServerId == unlisted.ServerId || (lost.IsNamed && lost.ServerName == unlisted.ServerName));

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
        var ear = endpoint is not null && loss.Broker is { } lost ? cluster.Ear(endpoint, lost.ServerId) : null;
        var fresh = new DisconnectCase(loss, HearsBrokers: ear is not null);
        foreach (var heard in cluster.Announcements.Recent)
            fresh = fresh.With(heard);
        // What is known of the process now is its successor's tomorrow.
        var facts = endpoint is not null && cluster.WatchOf(endpoint)?.Facts is { } known && known.ServerId == loss.Broker?.ServerId ? known : BrokerFacts.None;
        _open.Add(new Inquest(endpoint, at, fresh, ear) { Facts = facts });
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
            one.Case = one.Case with { HearsBrokers = one.HearsBroker, Stalled = stalls.Stalled(one.Case.StallsMatterSince, one.Case.Loss.At) };
            if (one.Conclusion is null && one.Case.Conclude(now) is { } conclusion)
                Close(one, conclusion, now);
            Ask(one, now, stop);
        }

        _open.RemoveAll(one => one.Conclusion is not null && !(one.Case.WasCountedLast && now - one.Case.Loss.At < DisconnectCase.Patience * 2));
        _published = [.. _open.Select(one => new OpenCase(one.Endpoint, one.At, one.Case, one.Conclusion is null, one.CountsDeadLink))];
    }

    /// <summary>The link that fails over was lost, and the pinned one to the same broker was not: that is evidence as well.</summary>
    private void TakeSteadyLink(Inquest one)
    {
        if (one.Case.Loss.Link.Scope != "endpoint" && one.Endpoint is { } endpoint && cluster.SessionOf(endpoint) is { } session
            && session.LastReadAt > one.Case.Loss.At && session.OpenedAt < one.Case.Loss.Began)
            one.Case = one.Case.With(new CaseEvidence.Opened(session.Broker.ServerId, session.LastReadAt, session.LastReadAt));
    }

    private void Remember(DisconnectCase predecessor)
    {
        var (loss, conclusion) = (predecessor.Loss, Predecessor.Conclude(predecessor));
        history.Remember(new JudgedDisconnect(loss.Link.Endpoint, clock.WallAt(loss.At), predecessor, conclusion, clock.WallAt(clock.Now), predecessor.Record!.At, cluster.WatchOf(loss.Link.Endpoint)?.Facts.ClockSkew));
        InquestLog.Predecessor(log, loss.Link.Cluster, loss.Link.Endpoint, clock.WallAt(loss.At).UtcDateTime, SnakeCase.Of(conclusion.Verdict), conclusion.Because);
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
        return fresh && (one.Conclusion is null || (one.Case.WasCountedLast && !one.Case.CountsDeadLink)) ? Soon : Later;
    }

    private async Task AskAsync(Inquest one, BrokerWatch watch, AskedSource source, CancellationToken stop)
    {
        CaseEvidence? evidence = null;
        try
        {
            evidence = await _inquiry.EvidenceAsync(one.Case.Loss, watch, source, stop).ConfigureAwait(false);
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

    /// <summary>A prober of this name may have been here before, and be gone without a chance to count that itself.</summary>
    private async Task SeekPredecessorAsync(LinkIdentity link, LinkNews.Opened opened, BrokerWatch watch, CancellationToken stop)
    {
        try
        {
            if (await _inquiry.PredecessorAsync(opened.Broker, cluster.ClientNameOf(link.Endpoint), watch, stop).ConfigureAwait(false) is { } found)
                _items.Writer.TryWrite(new Item.Predecessor(Predecessor.Of(link, opened, found)));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody will ask any more.
        }
        catch (Exception e)
        {
            InquestLog.Failed(log, cluster.Name, e);
        }
    }

    /// <summary>What comes to the loop.</summary>
    private abstract record Item
    {
        internal sealed record FromLink(LinkIdentity Link, LinkNews News) : Item;

        internal sealed record Announced(CaseEvidence Evidence) : Item;

        internal sealed record Removed(LinkIdentity Link) : Item;

        internal sealed record Reply(Inquest To, CaseEvidence? Evidence) : Item;

        internal sealed record Predecessor(DisconnectCase Case) : Item;
    }
}

internal static partial class InquestLog
{
    [LoggerMessage(85, LogLevel.Warning, "{Cluster}/{Endpoint} verdict on the disconnect ({Cause}) at {At:yyyy-MM-ddTHH:mm:ss.fffZ}: {Verdict}; {Because}")]
    public static partial void Verdict(ILogger log, string cluster, string endpoint, string cause, DateTime at, string verdict, string because);

    [LoggerMessage(87, LogLevel.Information, "{Cluster}/{Endpoint} a prober of this name was here before, until {At:yyyy-MM-ddTHH:mm:ss.fffZ}: {Verdict}; {Because}")]
    public static partial void Predecessor(ILogger log, string cluster, string endpoint, DateTime at, string verdict, string because);

    [LoggerMessage(86, LogLevel.Error, "{Cluster} an inquest failed in a way that is the prober's own fault; it goes on")]
    public static partial void Failed(ILogger log, string cluster, Exception fault);
}
