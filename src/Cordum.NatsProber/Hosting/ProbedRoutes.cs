using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Scheduling;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Hosting;

/// <summary>The routes that are probed from one cluster's brokers: which there are at the moment, with their series.</summary>
internal sealed class ProbedRoutes(ProberParts parts, ProbedCluster cluster, IReadOnlyList<ProbedCluster> others)
{
    /// <summary>A message that is away for longer than this, and than two rounds, is lost.</summary>
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(ProbedLink From, ProbedLink To), (ProbeTask Task, RouteSeries Series)> _routes = [];

    /// <summary>The probes of the moment.</summary>
    public IEnumerable<ProbeTask> Tasks => _routes.Values.Select(route => route.Task);

    /// <summary>Makes what is missing, with its series. While scrapes are answered, within a turn of the metrics.</summary>
    /// <returns>The probes that are new, and those that are to be taken out of the schedule and then dropped by <see cref="Drop"/>.</returns>
    public (IReadOnlyList<ProbeTask> Added, IReadOnlyList<ProbeTask> Gone) Plan(DateTimeOffset now)
    {
        if (cluster.File.Probes.Route is not { } probe)
            return ([], []);
        var wanted = RoutePlan.Pairs(ByName(cluster), [.. others.SelectMany(ByName)], probe.MaxPairs, now).ToHashSet();
        var added = new List<ProbeTask>();
        foreach (var pair in wanted.Where(pair => !_routes.ContainsKey(pair)))
        {
            var route = Make(pair.From, pair.To, probe);
            _routes.Add(pair, route);
            added.Add(route.Task);
        }

        var begin = wanted.CountBy(pair => pair.From).ToDictionary();
        foreach (var from in cluster.Endpoints)
            from.Routes!.PerSecond = begin.GetValueOrDefault(from) / probe.Every.TotalSeconds;
        return (added, [.. _routes.Where(route => !wanted.Contains(route.Key)).Select(route => route.Value.Task)]);
    }

    /// <summary>The probes that begin or end at one of these endpoints.</summary>
    public IReadOnlyList<ProbeTask> Touching(IEnumerable<ProbedLink> links)
    {
        var ends = links.ToHashSet();
        return [.. _routes.Where(route => ends.Contains(route.Key.From) || ends.Contains(route.Key.To)).Select(route => route.Value.Task)];
    }

    /// <summary>Drops probes that run no longer, with their series. Within a turn of the metrics.</summary>
    public void Drop(IReadOnlyCollection<ProbeTask> gone)
    {
        foreach (var (pair, (task, series)) in _routes.Where(route => gone.Contains(route.Value.Task)).ToList())
        {
            pair.To.Responder.Numbered.Forget(pair.From.Subjects.Place);
            parts.Metrics.Remove(series);
            _routes.Remove(pair);
        }
    }

    private static IReadOnlyList<ProbedLink> ByName(ProbedCluster of) => [.. of.Endpoints.OrderBy(link => link.Endpoint.Name, StringComparer.Ordinal)];

    private (ProbeTask Task, RouteSeries Series) Make(ProbedLink from, ProbedLink to, Probes.RouteProbe probe)
    {
        var there = to.Cluster == from.Cluster ? to.Endpoint.Name : $"{to.Cluster}/{to.Endpoint.Name}";
        var series = parts.Metrics.ForRoute(cluster.Name, from.Endpoint.Name, there, from.Routes!);
        var numbered = new MessageLedger(probe.Timeout, Instant.Later(LeastPatience, probe.Every * 2), parts.Stalls.Awake);
        series.Show(() => numbered.Totals);
        var route = new RouteRoundTrip(
            from.Link,
            from.Subjects,
            to.Responder,
            there,
            probe.Timeout,
            probe.Messages,
            numbered,
            from.Routes!.Discarded,
            parts.Stalls,
            parts.Clock,
            parts.Time,
            parts.Logs.CreateLogger<RouteRoundTrip>());
        to.Responder.Numbered.Expect(from.Subjects.Place, route.Arrived);
        return (new ProbeTask(cluster.Name, $"{from.Endpoint.Name}>{there}", ProbeKind.Route, probe.Every, route.RunAsync, series, Link: null), series);
    }
}
