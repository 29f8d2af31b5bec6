using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Brokers;

/// <summary>Makes reports of what both sides see. Pure.</summary>
internal static class ViewReports
{
    /// <summary>The report.</summary>
    /// <param name="prober">The vantage point.</param>
    /// <param name="now">The present, on the prober's wall clock.</param>
    /// <param name="clusters">What is seen.</param>
    public static ViewReport Of(string prober, DateTimeOffset now, IEnumerable<ClusterSight> clusters) => new(prober, now, [.. clusters.Select(Cluster)]);

    private static ClusterReport Cluster(ClusterSight sight) => new(
        sight.Cluster,
        [.. sight.Links.Select(Link)],
        [.. sight.Open.Select(Pending)],
        [.. sight.Past.Select(judged => Past(judged, sight))]);

    private static LinkReport Link(LinkSight sight)
    {
        var (state, broker) = (sight.Snapshot.State, sight.Snapshot.Broker);
        return new(
            sight.Identity.Endpoint,
            sight.Identity.Scope,
            state.Status,
            state.CurrentOutage is null ? sight.OpenedAt : sight.Snapshot.OutageStartedAt,
            state.LatestCause ?? state.CurrentOutage?.Cause,
            sight.Detail.Length > 0 ? sight.Detail : null,
            broker is null ? null : new PeerReport(broker.ServerName, broker.ServerId, broker.ClientId),
            sight.Broker is { } seen ? Broker(seen, sight.Sources, state.Status == LinkStatus.Connected) : null,
            sight.Disagreements);
    }

    private static BrokerReport Broker(BrokerSight sight, IReadOnlyList<SourceReport> sources, bool isOpen) => new(
        sight.Word.View,
        sight.Word.Detail,
        sight.Word.View switch
        {
            BrokerView.Healthy => true,
            BrokerView.Unhealthy => false,
            _ => null,
        },
        sight.IsDraining,
        sight.Word.View is BrokerView.Healthy or BrokerView.Unhealthy or BrokerView.Alive ? sight.Source : null,
        sources,
        sight.Facts.ServerId,
        sight.Facts.Start,
        // What it said of a connection that has ended since is not so any more.
        isOpen ? sight.Facts.OurLink?.Fate : null,
        isOpen ? sight.Facts.OurLink?.Rtt?.TotalSeconds : null,
        isOpen ? sight.RttAge?.TotalSeconds : null,
        sight.Facts.ClockSkew?.TotalSeconds,
        sight.Facts.ClockSkewError?.TotalSeconds);

    private static PendingReport Pending(OpenCase open)
    {
        var (loss, sides) = (open.Case.Loss, new Timelines(open.Case, open.At));
        return new(
            loss.Link.Endpoint,
            loss.Link.Scope,
            open.Endpoint,
            open.At,
            loss.Cause,
            loss.Detail,
            !open.IsPending,
            open.CountsDeadLink,
            open.CountsDeadLink ? $"the broker {ConnectionRecord.StillOpen}; {open.Case.SoFar()}" : open.Case.SoFar(),
            sides.Client(regained: null),
            sides.Broker(default, null));
    }

    private static PastReport Past(JudgedDisconnect judged, ClusterSight sight)
    {
        var (loss, sides) = (judged.Case.Loss, new Timelines(judged.Case, judged.At));
        var clock = new BrokerClock(judged.BrokerStartedAt, judged.ClockSkew, judged.ClockSkewError);
        return new(
            loss.Link.Endpoint,
            loss.Link.Scope,
            judged.Endpoint,
            judged.At,
            loss.Cause,
            loss.Detail,
            judged.Conclusion.Verdict,
            judged.Conclusion.IsPlanned,
            judged.Conclusion.Because,
            judged.ConcludedAt,
            (judged.RegainedAt - loss.Began)?.TotalSeconds,
            judged.ClockSkew?.TotalSeconds,
            judged.ClockSkewError?.TotalSeconds,
            sides.Client(judged.RegainedAt),
            sides.Broker(clock, SuccessorStart(judged, sight)),
            Felt(judged, sides.StopAt(judged.ClockSkew), sight));
    }

    /// <summary>A verdict may come before anybody knows when the successor was started: it is the process there now, then, if it has not had one itself.</summary>
    private static DateTimeOffset? SuccessorStart(JudgedDisconnect judged, ClusterSight sight) => judged.Case.Successor is { } successor
        && sight.Links.FirstOrDefault(link => link.Identity.Scope == "endpoint" && link.Identity.Endpoint == judged.Endpoint)?.Broker?.Facts is { } facts
        && facts.ServerId == successor.ServerId
            ? facts.Start - (facts.ClockSkew ?? TimeSpan.Zero)
            : null;

    private static FeltReport Felt(JudgedDisconnect judged, DateTimeOffset? stop, ClusterSight sight)
    {
        var loss = judged.Case.Loss;
        var ended = judged.Case.Successor?.At ?? (judged.Conclusion.Verdict is Verdict.BrokerCrashed or Verdict.BrokerRestarted ? judged.Case.RefusedAt : null);
        var felt = FeltOutage.Of(loss, judged.Conclusion.Verdict, ended, judged.RegainedAt, sight.Pings);
        return new(
            (loss.LastGood - loss.At)?.TotalSeconds,
            (loss.Began - loss.At).TotalSeconds,
            (loss.At - loss.LastGood)?.TotalSeconds,
            (stop - judged.At)?.TotalSeconds,
            felt.As,
            felt.NoticedAtLeast?.TotalSeconds,
            felt.NoticedAtMost?.TotalSeconds,
            felt.Words);
    }
}
