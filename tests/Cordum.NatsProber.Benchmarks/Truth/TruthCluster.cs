using Cordum.NatsProber.IntegrationTests.Prober;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>One of a cluster's brokers, as everybody who watches is told of it.</summary>
/// <param name="Cluster">Its cluster's name.</param>
/// <param name="Broker">The broker.</param>
/// <param name="Proxy">What stands before it; null where nothing does.</param>
internal sealed record TruthEndpoint(string Cluster, LabBroker Broker, FaultProxy? Proxy)
{
    /// <summary>Where to connect.</summary>
    public Uri Url { get; } = new(Proxy?.Url ?? Broker.Url);
}

/// <summary>Three real brokers, what stands before them, and an application that holds a connection to them.</summary>
internal sealed class TruthCluster : IAsyncDisposable
{
    private readonly LabCluster _brokers;
    private readonly FaultProxy[] _proxies;

    private TruthCluster(string name, LabCluster brokers, FaultProxy[] proxies)
    {
        (Name, _brokers, _proxies) = (name, brokers, proxies);
        Endpoints = [.. brokers.Brokers.Select((broker, i) => new TruthEndpoint(name, broker, proxies.ElementAtOrDefault(i)))];
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its brokers.</summary>
    public IReadOnlyList<TruthEndpoint> Endpoints { get; }

    /// <summary>The application.</summary>
    public required ApplicationCounter Application { get; init; }

    /// <summary>Its probe file, with nothing but defaults in it.</summary>
    public string ProbeFile => $"""
        cluster: {Name}
        endpoints:
        {string.Join('\n', Endpoints.Select(endpoint => $"  - {{ name: {endpoint.Broker.Name}, url: \"nats://{endpoint.Url.Authority}\", serverName: {endpoint.Broker.Name} }}"))}

        """;

    /// <summary>Starts it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isProxied">Whether the way to each broker leads through a proxy, which can break it.</param>
    /// <param name="natsServer">nats-server.</param>
    /// <param name="stop">Ends the start.</param>
    public static async Task<TruthCluster> StartAsync(string name, bool isProxied, string natsServer, CancellationToken stop)
    {
        const int Brokers = 3;
        LabCluster? brokers = null;
        FaultProxy[] proxies = isProxied ? [.. Enumerable.Range(0, Brokers).Select(i => new FaultProxy(() => brokers!.Brokers[i].ClientPort))] : [];
        try
        {
            brokers = await LabCluster.StartAsync(
                new LabOptions
                {
                    Brokers = Brokers,
                    ClusterName = name,
                    NatsServer = natsServer,
                    // What the brokers gossip must not show anybody a way round the proxy.
                    BrokerConfig = plan => isProxied ? $"client_advertise: \"{new Uri(proxies[int.Parse(plan.Name.AsSpan(1)) - 1].Url).Authority}\"" : null,
                },
                stop);
            var urls = brokers.Brokers.Select((broker, i) => isProxied ? proxies[i].Url : broker.Url);
            return new TruthCluster(name, brokers, proxies) { Application = await ApplicationCounter.StartAsync(name, urls) };
        }
        catch
        {
            foreach (var proxy in proxies)
                await proxy.DisposeAsync();
            if (brokers is not null)
                await brokers.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Application.DisposeAsync();
        foreach (var proxy in _proxies)
            await proxy.DisposeAsync();
        await _brokers.DisposeAsync();
    }
}
