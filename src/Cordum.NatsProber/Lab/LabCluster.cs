using System.Diagnostics;

namespace Cordum.NatsProber.Lab;

/// <summary>Real nats-server processes on this machine's loopback, in one cluster or each alone, with their files in one temporary folder.</summary>
public sealed class LabCluster : IAsyncDisposable
{
    private static readonly TimeSpan RoutesLimit = TimeSpan.FromSeconds(10);

    private readonly LabOptions _options;
    private readonly LabBrokerPlan[] _plans;
    private readonly LabBroker[] _brokers;
    private readonly List<int> _takenPorts;

    private LabCluster(LabOptions options, string folder, LabBrokerPlan[] plans, LabBroker[] brokers, List<int> takenPorts)
    {
        _options = options;
        Folder = folder;
        _plans = plans;
        _brokers = brokers;
        _takenPorts = takenPorts;
    }

    /// <summary>The cluster's name.</summary>
    public string ClusterName => _options.ClusterName;

    /// <summary>All brokers, running or not: n1, n2 and so on.</summary>
    public IReadOnlyList<LabBroker> Brokers => _brokers;

    /// <summary>The folder of all its files, one folder in it for each broker; removed on dispose.</summary>
    public string Folder { get; }

    /// <summary>Starts all brokers; completes when they accept clients and every one sees every other.</summary>
    /// <exception cref="LabException">It cannot be done; the message says why, and nothing is left running.</exception>
    /// <exception cref="ArgumentException">An option is impossible.</exception>
    public static async Task<LabCluster> StartAsync(LabOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Brokers, 1, nameof(options));
        if (string.IsNullOrEmpty(options.ClusterName) || options.ClusterName.Any(char.IsWhiteSpace))
            throw new ArgumentException($"'{options.ClusterName}' is no cluster name: nats-server wants one without spaces.", nameof(options));
        if (OperatingSystem.IsWindows())
            throw new LabException("the lab runs on Linux and macOS only: its faults are Unix signals. Use WSL, or a container.");
        var natsServer = NatsServerBinary.Find(options.NatsServer);

        for (var attempt = 1; ; attempt++)
        {
            var cluster = Plan(options, natsServer);
            try
            {
                await cluster.StartAllAsync(cancellationToken);
                return cluster;
            }
            catch (LabException e) when (attempt < 3 && e.PortInUse is { } port && cluster._takenPorts.Contains(port))
            {
                // It was free a moment ago: choose again.
                await cluster.DisposeAsync();
            }
            catch
            {
                await cluster.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Completes when every running broker sees every other one that runs. None of them may be suspended.</summary>
    /// <exception cref="LabException">They do not after 10 s.</exception>
    public async Task RoutesFormedAsync(CancellationToken cancellationToken = default)
    {
        if (!_options.Cluster)
            return;
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var running = _brokers.Where(broker => broker.IsRunning).ToArray();
            var routes = await Task.WhenAll(running.Select(broker => Routes.AskAsync(broker, cancellationToken)));
            if (Routes.AreFormed(routes))
                return;
            if (Stopwatch.GetElapsedTime(started) > RoutesLimit)
            {
                var seen = running.Zip(routes, (broker, known) => $"{broker.Name} {(known is null ? "does not answer" : $"sees {known.RemoteIds.Count}")}");
                throw new LabException($"the brokers do not all see one another after {RoutesLimit.TotalSeconds} s: {string.Join(", ", seen)}");
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>Ends all brokers, waits for them, and removes their files.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_brokers.Select(broker => broker.DisposeAsync().AsTask()));
        FreePorts.Release(_takenPorts);
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private static LabCluster Plan(LabOptions options, string natsServer)
    {
        var taken = new List<int>();
        var folder = Directory.CreateTempSubdirectory("natsprober-lab-").FullName;
        var plans = Enumerable.Range(0, options.Brokers)
            .Select(index => new LabBrokerPlan(
                $"n{index + 1}",
                Port(options.FirstClientPort, index),
                Port(options.FirstMonitorPort, index),
                Port(options.FirstRoutePort, index),
                Path.Combine(folder, $"n{index + 1}")))
            .ToArray();
        var brokers = plans.Select(plan => new LabBroker(natsServer, plan, folder)).ToArray();
        foreach (var plan in plans)
            Directory.CreateDirectory(plan.Folder);
        return new LabCluster(options, folder, plans, brokers, taken);

        int Port(int? first, int index)
        {
            if (first is not null)
                return first.Value + index;
            var port = FreePorts.Take();
            taken.Add(port);
            return port;
        }
    }

    private async Task StartAllAsync(CancellationToken cancellationToken)
    {
        foreach (var plan in _plans)
            await File.WriteAllTextAsync(plan.ConfigFile, BrokerConfig.Text(_options, plan, _plans), cancellationToken);
        await Task.WhenAll(_brokers.Select(broker => broker.StartAsync(cancellationToken)));
        await RoutesFormedAsync(cancellationToken);
    }
}
