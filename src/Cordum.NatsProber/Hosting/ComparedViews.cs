using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Hosting;

/// <summary>Both views of everything that is probed, for <c>/compare</c>. It only reads what others publish: no broker is asked, and nobody waits.</summary>
internal static class ComparedViews
{
    /// <summary>Serves the report as JSON.</summary>
    public static void MapCompare(this IEndpointRouteBuilder routes, Func<ViewReport> report) =>
        routes.MapMethods("/compare", MetricsEndpoint.ReadMethods, () => Results.Json(report(), ViewReportJson.Default.ViewReport));

    /// <summary>The report of this instant.</summary>
    public static ViewReport Of(ProberParts parts, Probing probing) =>
        ViewReports.Of(parts.Prober, parts.Time.GetUtcNow(), probing.Clusters.Select(cluster => Cluster(cluster, parts.Clock)));

    private static ClusterSight Cluster(ProbedCluster cluster, ProberClock clock)
    {
        // In this order: a disconnect that gets its verdict meanwhile is in both then, and not in neither.
        var all = cluster.View.Inquests.Open;
        var past = cluster.View.History.Latest;
        var judged = past.Select(one => one.Case.Loss).ToHashSet();
        IReadOnlyList<OpenCase> open = [.. all.Where(one => one.CountsDeadLink || !judged.Contains(one.Case.Loss))];
        var endpoints = cluster.Endpoints;
        return new(
            cluster.Name,
            [.. endpoints.Select(link => Pinned(link, clock)), Failover(cluster, endpoints, open, clock)],
            open,
            past,
            cluster.File.Failover);
    }

    private static LinkSight Pinned(ProbedLink link, ProberClock clock)
    {
        var sight = link.Broker?.SightOf();
        return new(
            link.Link.Identity, link.Link.Snapshot, link.Link.LatestDetail, OpenedAt(link.Link, clock), sight, Sources(link.Broker), [.. (sight?.Disagreements ?? new HashSet<Disagreement>()).Order()]);
    }

    /// <summary>The link that fails over, beside the view of the broker that it is open to, or was.</summary>
    private static LinkSight Failover(ProbedCluster cluster, IReadOnlyList<ProbedLink> endpoints, IReadOnlyList<OpenCase> open, ProberClock clock)
    {
        var link = cluster.Failover;
        var snapshot = link.Snapshot;
        var at = snapshot.Broker is { } broker ? endpoints.FirstOrDefault(endpoint => endpoint.Link.Snapshot.Broker?.ServerId == broker.ServerId) : null;
        // What that broker says of a connection is said of the pinned link's.
        var sight = at?.Broker?.SightOf() is { } seen ? seen with { Facts = seen.Facts with { OurLink = null }, RttAge = null } : null;
        var countsDead = open.Any(one => one.Case.Loss.Link == link.Identity && one.CountsDeadLink);
        return new(
            link.Identity,
            snapshot,
            link.LatestDetail,
            OpenedAt(link, clock),
            sight,
            Sources(at?.Broker),
            sight is null ? [] : [.. Enum.GetValues<Disagreement>().Where(kind => Disagreements.Is(kind, snapshot.State, sight.Word, at!.Broker!.Watch.AliveAt, countsDead))]);
    }

    private static DateTimeOffset? OpenedAt(ILink link, ProberClock clock) => link.Session?.OpenedAt is { } opened ? clock.WallAt(opened) : null;

    private static IReadOnlyList<SourceReport> Sources(ProbedBroker? broker) =>
        broker is null ? [] : [.. broker.Watch.Sources.Select(source => new SourceReport(source.Kind, source.IsUp, source.Latest))];
}
