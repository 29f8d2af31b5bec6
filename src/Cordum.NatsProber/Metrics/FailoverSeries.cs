using Cordum.NatsProber.Links;
using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>Where the link that fails over has gone, and where it is.</summary>
/// <param name="all">All series.</param>
/// <param name="cluster">The cluster's name.</param>
/// <param name="endpointOf">Which endpoint a broker is; null if none, or as long as no pinned link has found out.</param>
internal sealed class FailoverSeries(ProberMetrics all, string cluster, Func<BrokerInfo, string?> endpointOf)
{
    /// <summary>The label value of a broker that is none of the endpoints: one that the cluster gossiped.</summary>
    public const string Elsewhere = "_other";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Counter Arrivals, Gauge IsHere)> _byEndpoint = [];
    private BrokerInfo? _now;

    /// <summary>Publishes an endpoint's series, at zero. While scrapes are answered, within a turn of the metrics.</summary>
    public void Add(string endpoint)
    {
        lock (_gate)
            _byEndpoint[endpoint] = (all.Clusters.FailoversTo.WithLabels(cluster, endpoint), all.Clusters.FailoverIsAt.WithLabels(cluster, endpoint));
    }

    /// <summary>Unpublishes an endpoint's series. Within a turn of the metrics.</summary>
    public void Remove(string endpoint)
    {
        lock (_gate)
        {
            if (!_byEndpoint.Remove(endpoint, out var series))
                return;
            series.Arrivals.Remove();
            series.IsHere.Remove();
        }
    }

    /// <summary>The link is open to a broker.</summary>
    public void Arrived(BrokerInfo broker)
    {
        lock (_gate)
        {
            // The first connect is none, nor is it one to come back to the same broker, restarted or not.
            var moved = _now is { } before && before.ServerId != broker.ServerId && !(broker.IsNamed && before.ServerName == broker.ServerName);
            _now = broker;
            if (moved)
                _byEndpoint[PlaceOf(broker)].Arrivals.Inc();
        }
    }

    /// <summary>Shows where it is. Called by the scrape, alone.</summary>
    public void Publish()
    {
        lock (_gate)
        {
            if (_now is null)
                return;
            var here = PlaceOf(_now);
            foreach (var (name, series) in _byEndpoint)
                series.IsHere.Set(name == here ? 1 : 0);
        }
    }

    private string PlaceOf(BrokerInfo broker) => endpointOf(broker) is { } known && _byEndpoint.ContainsKey(known) ? known : Elsewhere;
}
