using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>
/// A proxy on each way from broker to broker, so that two of them can be kept apart while both go on with all others. Brokers tell each other where further
/// brokers are; here they tell an address where nobody is, and so keep to the ways that they were given.
/// </summary>
internal sealed class RouteProxies : IAsyncDisposable
{
    private readonly Dictionary<string, int> _routePorts = [];
    private readonly Dictionary<(string From, string To), FaultProxy> _ways = [];

    public RouteProxies(params string[] brokers)
    {
        foreach (var from in brokers)
        {
            foreach (var to in brokers.Where(to => to != from))
                _ways.Add((from, to), new FaultProxy(() => _routePorts[to]));
        }
    }

    /// <summary>A cluster whose brokers reach each other by these ways.</summary>
    public LabOptions Options(string server) => new()
    {
        NatsServer = server,
        Brokers = _ways.Keys.Select(way => way.From).Distinct().Count(),
        BrokerConfig = Config,
    };

    /// <summary>Cuts what there is between two brokers, and lets them make nothing new.</summary>
    public async Task RefuseAsync(string one, string other)
    {
        foreach (var way in Between(one, other))
        {
            way.Refuse = true;
            way.Swallow = false;
            await way.CutAsync();
        }
    }

    /// <summary>Two brokers hear nothing of each other any more; their connections stand.</summary>
    public void Drop(string one, string other)
    {
        foreach (var way in Between(one, other))
            way.Swallow = true;
    }

    /// <summary>Two brokers may find each other again.</summary>
    public void Allow(string one, string other)
    {
        foreach (var way in Between(one, other))
            way.Refuse = way.Swallow = false;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var way in _ways.Values)
            await way.DisposeAsync();
    }

    private string Config(LabBrokerPlan plan)
    {
        _routePorts[plan.Name] = plan.RoutePort;
        var routes = _ways.Where(way => way.Key.From == plan.Name).Select(way => $"\"{way.Value.Url}\"");
        // Nobody listens on port 1 of loopback.
        return $$"""
            cluster {
              name: local
              listen: "127.0.0.1:{{plan.RoutePort}}"
              advertise: "127.0.0.1:1"
              routes: [{{string.Join(", ", routes)}}]
            }
            """;
    }

    private IEnumerable<FaultProxy> Between(string one, string other) => [_ways[(one, other)], _ways[(other, one)]];
}
