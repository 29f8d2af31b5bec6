using Cordum.NatsProber.Discovery;

namespace Cordum.NatsProber.Hosting;

/// <summary>Keeps the endpoints of one cluster as DNS names them. While DNS fails, they stay as they were.</summary>
internal sealed class DiscoveryWatch(ProbedCluster cluster, Probing probing, TimeProvider time, ILogger<DiscoveryWatch> log)
{
    private int _failures;
    private string? _told;

    /// <summary>Asks again and again, as often as the answers say.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(await AskAsync(stop).ConfigureAwait(false), time, stop).ConfigureAwait(false);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                ProbingLog.Failed(log, $"the endpoints of {cluster.Name}", e);
                await Task.Delay(AskPace.LongestRetry, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Asks once, and puts the answer into effect.</summary>
    /// <returns>How long to wait before asking again.</returns>
    public async Task<TimeSpan> AskAsync(CancellationToken stop)
    {
        try
        {
            var set = await cluster.Discovery!.AskAsync([.. cluster.Endpoints.Select(link => link.Endpoint.Name)], stop).ConfigureAwait(false);
            await probing.SetEndpointsAsync(cluster, [.. set.Endpoints.Select(found => found.Probed(cluster.File.Discover!.MonitorPort))], stop).ConfigureAwait(false);
            cluster.DiscoverySeries!.Succeeded(set.Endpoints.Count, set.LeftOut, time.GetUtcNow());
            if (_failures > 0)
                DiscoveryLog.Recovered(log, cluster.Name, set.Endpoints.Count);
            _failures = 0;
            Tell(set.LeftOut > 0 ? $"{set.LeftOut} more endpoints than discover.maxEndpoints allows are not probed" : set.Unanswered);
            return set.HoldsFor;
        }
        catch (DiscoveryException e)
        {
            cluster.DiscoverySeries!.Failed(e.Problem);
            _failures++;
            Tell($"{e.Message}; the {cluster.Endpoints.Count} endpoints that are known stay");
            return AskPace.AfterFailure(_failures, Random.Shared.NextDouble());
        }
        finally
        {
            cluster.Discovered();
        }
    }

    /// <summary>Once for each trouble, not once for each ask.</summary>
    private void Tell(string? trouble)
    {
        if (trouble is not null && trouble != _told)
            DiscoveryLog.Trouble(log, cluster.Name, trouble);
        _told = trouble;
    }
}

internal static partial class DiscoveryLog
{
    [LoggerMessage(56, LogLevel.Warning, "{Cluster} discovery: {Trouble}")]
    public static partial void Trouble(ILogger log, string cluster, string trouble);

    [LoggerMessage(57, LogLevel.Information, "{Cluster} discovery works again and names {Endpoints} endpoints")]
    public static partial void Recovered(ILogger log, string cluster, int endpoints);
}
