using Cordum.NatsProber.Discovery;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>What DNS says of one cluster whose endpoints are discovered.</summary>
internal sealed class DiscoverySeries(ProberMetrics all, string cluster)
{
    private readonly Counter _succeeded = all.Clusters.DiscoveryLookups.WithLabels(cluster, "success");
    private readonly Dictionary<DiscoveryProblem, Counter> _failed = Enum.GetValues<DiscoveryProblem>()
        .ToDictionary(problem => problem, problem => all.Clusters.DiscoveryLookups.WithLabels(cluster, SnakeCase.Of(problem)));

    private readonly Gauge _lastSuccess = all.Clusters.DiscoveryLastSuccess.WithLabels(cluster);
    private readonly Gauge _endpoints = all.Clusters.DiscoveryEndpoints.WithLabels(cluster);
    private readonly Gauge _leftOut = all.Clusters.DiscoveryLeftOut.WithLabels(cluster);

    /// <summary>DNS has answered.</summary>
    /// <param name="endpoints">How many endpoints are probed now.</param>
    /// <param name="leftOut">How many more it named than are allowed.</param>
    /// <param name="at">When.</param>
    public void Succeeded(int endpoints, int leftOut, DateTimeOffset at)
    {
        _endpoints.Set(endpoints);
        _leftOut.Set(leftOut);
        _lastSuccess.Set(at.ToUnixTimeMilliseconds() / 1000.0);
        _succeeded.Inc();
    }

    /// <summary>It has not, or named nobody: the endpoints stay those of the last time.</summary>
    /// <param name="problem">Why.</param>
    public void Failed(DiscoveryProblem problem) => _failed[problem].Inc();
}
