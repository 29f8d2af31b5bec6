using Cordum.NatsProber.Probes;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Scheduling;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Hosting;

/// <summary>
/// All that is probed, and the only one who changes what that is: endpoints come and go as DNS says, routes as the sample of pairs moves on. Everything else
/// is untouched by a change: links, counters and phases.
/// </summary>
internal sealed class Probing
{
    private readonly ProberParts _parts;
    private readonly List<(ProbedCluster Cluster, ProbedRoutes Routes)> _clusters;
    private readonly Turns _changes = new();
    private readonly ILogger<Probing> _log;
    private CancellationToken _stop;
    private bool _isRunning;

    /// <summary>Makes everything that the probe files name, with its series, and starts nothing.</summary>
    public Probing(ProberParts parts, IReadOnlyList<ProbeFile> files)
    {
        _parts = parts;
        _log = parts.Logs.CreateLogger<Probing>();
        var clusters = files.Select(file => new ProbedCluster(parts, file)).ToList();
        _clusters = [.. clusters.Select(cluster => (cluster, new ProbedRoutes(parts, cluster, Others(cluster))))];
        foreach (var (_, routes) in _clusters)
            routes.Plan(parts.Time.GetUtcNow());

        IReadOnlyList<ProbedCluster> Others(ProbedCluster of) =>
            [.. clusters.Where(other => of.File.Probes.Route is { } route && route.ToClusters.Contains(other.Name))];
    }

    /// <summary>The clusters.</summary>
    public IEnumerable<ProbedCluster> Clusters => _clusters.Select(one => one.Cluster);

    /// <summary>All probes of the moment.</summary>
    public IReadOnlyList<ProbeTask> Tasks =>
        [.. _clusters.SelectMany(one => (IEnumerable<ProbeTask>)[.. one.Cluster.Endpoints.SelectMany(link => link.Tasks), .. one.Cluster.Tasks, .. one.Routes.Tasks])];

    /// <summary>Puts further probes into the schedule.</summary>
    public Func<IReadOnlyList<ProbeTask>, Task> Schedule { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Takes probes out of the schedule; complete when none of them runs any more.</summary>
    public Func<IReadOnlyList<ProbeTask>, Task> Unschedule { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Asks DNS once for every cluster that is discovered, before anything runs. Who is not answered has no endpoints.</summary>
    public Task DiscoverOnceAsync(CancellationToken stop) => Task.WhenAll(Watches().Select(watch => watch.AskAsync(stop)));

    /// <summary>Holds all links, and keeps up with DNS and the time of day, until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using (await _changes.TakeAsync(stop).ConfigureAwait(false))
        {
            _stop = stop;
            _isRunning = true;
            foreach (var link in Clusters.SelectMany(cluster => cluster.Endpoints))
                link.Start(stop);
        }

        try
        {
            await Task.WhenAll(
                [
                    .. Clusters.Select(cluster => Task.Run(() => cluster.Failover.RunAsync(stop), CancellationToken.None)),
                    .. Watches().Select(watch => watch.RunAsync(stop)),
                    .. Clusters.Select(cluster => cluster.Credentials.RunAsync(stop)),
                    .. Clusters.Select(cluster => cluster.View.Inquests.RunAsync(stop)),
                    RotateAsync(stop),
                ]).ConfigureAwait(false);
        }
        finally
        {
            await Task.WhenAll(Clusters.SelectMany(cluster => cluster.Endpoints).Select(link => link.EndAsync())).ConfigureAwait(false);
        }
    }

    /// <summary>From now on these are a cluster's endpoints. Those that it has already are left as they are.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="wanted">All of them.</param>
    /// <param name="stop">Ends it between two steps.</param>
    public async Task SetEndpointsAsync(ProbedCluster cluster, IReadOnlyList<ProbedEndpoint> wanted, CancellationToken stop)
    {
        using var change = await _changes.TakeAsync(stop).ConfigureAwait(false);
        var (all, known) = (wanted.ToHashSet(), cluster.Endpoints.Select(link => link.Endpoint).ToHashSet());
        var gone = cluster.Endpoints.Where(link => !all.Contains(link.Endpoint)).ToList();
        var fresh = wanted.Where(endpoint => !known.Contains(endpoint)).ToList();
        if (gone.Count + fresh.Count == 0)
            return;

        // A name that lives on at another address must go before it can come; the others make way only when the new ones are watched.
        var names = fresh.Select(endpoint => endpoint.Name).ToHashSet();
        await RemoveAsync(cluster, [.. gone.Where(link => names.Contains(link.Endpoint.Name))], stop).ConfigureAwait(false);
        await AddAsync(cluster, fresh, stop).ConfigureAwait(false);
        await RemoveAsync(cluster, [.. gone.Where(link => !names.Contains(link.Endpoint.Name))], stop).ConfigureAwait(false);
        await PlanRoutesAsync(stop).ConfigureAwait(false);
    }

    private async Task AddAsync(ProbedCluster cluster, List<ProbedEndpoint> fresh, CancellationToken stop)
    {
        List<ProbedLink> added;
        using (await _parts.Metrics.TakeTurnAsync(stop).ConfigureAwait(false))
            added = [.. fresh.Select(cluster.Add)];
        foreach (var link in added)
        {
            ProbingLog.Appeared(_log, cluster.Name, link.Endpoint.Name, link.Endpoint.Url);
            if (_isRunning)
                link.Start(_stop);
        }

        await Schedule([.. added.SelectMany(link => link.Tasks)]).ConfigureAwait(false);
    }

    private IEnumerable<DiscoveryWatch> Watches() => Clusters
        .Where(cluster => cluster.Discovery is not null)
        .Select(cluster => new DiscoveryWatch(cluster, this, _parts.Time, _parts.Logs.CreateLogger<DiscoveryWatch>()));

    private async Task RemoveAsync(ProbedCluster cluster, IReadOnlyList<ProbedLink> gone, CancellationToken stop)
    {
        if (gone.Count == 0)
            return;
        var routes = _clusters.Select(one => (one.Routes, Tasks: one.Routes.Touching(gone))).ToList();
        await Unschedule([.. gone.SelectMany(link => link.Tasks), .. routes.SelectMany(one => one.Tasks)]).ConfigureAwait(false);
        await Task.WhenAll(gone.Select(link => link.EndAsync())).ConfigureAwait(false);
        using (await _parts.Metrics.TakeTurnAsync(stop).ConfigureAwait(false))
        {
            foreach (var (owner, tasks) in routes)
                owner.Drop(tasks);
            foreach (var link in gone)
                cluster.Remove(link);
        }

        foreach (var link in gone)
            ProbingLog.Disappeared(_log, cluster.Name, link.Endpoint.Name);
    }

    /// <summary>The sample of routes moves on once an hour.</summary>
    private async Task RotateAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var now = _parts.Time.GetUtcNow();
            var next = RoutePlan.Rotation - TimeSpan.FromTicks(now.UtcTicks % RoutePlan.Rotation.Ticks);
            await Task.Delay(next, _parts.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
                return;
            try
            {
                using var change = await _changes.TakeAsync(stop).ConfigureAwait(false);
                await PlanRoutesAsync(stop).ConfigureAwait(false);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                ProbingLog.Failed(_log, "the sample of routes", e); // it stands for another hour
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task PlanRoutesAsync(CancellationToken stop)
    {
        foreach (var (_, routes) in _clusters)
        {
            IReadOnlyList<ProbeTask> added, gone;
            using (await _parts.Metrics.TakeTurnAsync(stop).ConfigureAwait(false))
                (added, gone) = routes.Plan(_parts.Time.GetUtcNow());
            await Schedule(added).ConfigureAwait(false);
            await Unschedule(gone).ConfigureAwait(false);
            using (await _parts.Metrics.TakeTurnAsync(stop).ConfigureAwait(false))
                routes.Drop([.. gone]);
        }
    }
}

internal static partial class ProbingLog
{
    [LoggerMessage(54, LogLevel.Information, "{Cluster}/{Endpoint} appeared at {Url}: it is probed from now on")]
    public static partial void Appeared(ILogger log, string cluster, string endpoint, Uri url);

    [LoggerMessage(53, LogLevel.Error, "Keeping up {What} failed, which is the prober's own fault; it is tried again")]
    public static partial void Failed(ILogger log, string what, Exception fault);

    [LoggerMessage(55, LogLevel.Information, "{Cluster}/{Endpoint} disappeared: it is probed no longer, and its series are gone")]
    public static partial void Disappeared(ILogger log, string cluster, string endpoint);
}
