using System.Diagnostics;
using Cordum.NatsProber.Lab;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Cordum.NatsProber.IntegrationTests.JetStream;

/// <summary>Both canaries on a lab cluster, over one ordinary connection with all seeds, with the lab's knowledge of its processes for pinned links.</summary>
internal sealed class CanaryLab : IAsyncDisposable
{
    /// <summary>Between the starts of two ticks in the tests: often, so that they are quick.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    /// <summary>How much longer it may take when the machine is busy with other things.</summary>
    private static readonly TimeSpan OwnFaults = TimeSpan.FromSeconds(10);

    private readonly HashSet<string> _suspended = [];
    private readonly StallWatch _stalls;
    private readonly LogLines _lines = new();

    private CanaryLab(LabCluster cluster, NatsConnection connection, JetStreamProbe settings, string clusterName)
    {
        Cluster = cluster;
        Connection = connection;
        _stalls = new StallWatch(Clock, Stalls);
        Vantage = new JetStreamVantage(
            "test",
            clusterName,
            settings,
            () => Connection,
            name => Cluster.Brokers.FirstOrDefault(broker => broker.Name == name) is { } broker ? IsUp(broker) : null,
            () => (Cluster.Brokers.Count(IsUp), Cluster.Brokers.Count));
        Stream = new JetStreamRoundTrip(Vantage, _stalls, Clock, TimeProvider.System, _lines.For<JetStreamRoundTrip>());
        Bucket = new KeyValueRoundTrip(Vantage, _stalls, Clock, TimeProvider.System, _lines.For<KeyValueRoundTrip>());
    }

    public ProberClock Clock { get; } = new(TimeProvider.System);

    /// <summary>The prober's own stalls, to which a test may add.</summary>
    public StallRecord Stalls { get; } = new();

    public LabCluster Cluster { get; }

    public NatsConnection Connection { get; }

    public JetStreamVantage Vantage { get; }

    public JetStreamRoundTrip Stream { get; }

    public KeyValueRoundTrip Bucket { get; }

    /// <summary>What the canaries have logged, with the number of each event.</summary>
    public IReadOnlyList<(int Id, string Text)> Log => _lines.All;

    /// <summary>The client's own view of JetStream.</summary>
    public NatsJSContext Context => new(Connection);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The settings of a tick each second, which a test may run more often.</summary>
    public static JetStreamProbe Settings(int replicas = 3, int timeoutMs = 400) =>
        new() { Every = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromMilliseconds(timeoutMs), Replicas = replicas };

    /// <summary>Canaries on a cluster that runs.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="settings">Their settings.</param>
    /// <param name="first">The broker that is dialled first.</param>
    /// <param name="auth">Who they are.</param>
    /// <param name="clusterName">The cluster's name in the names of streams.</param>
    public static async Task<CanaryLab> OnAsync(
        LabCluster cluster, JetStreamProbe settings, int first = 0, NatsAuthOpts? auth = null, string clusterName = "lab")
    {
        var seeds = Enumerable.Range(first, cluster.Brokers.Count).Select(i => cluster.Brokers[i % cluster.Brokers.Count].Url);
        var connection = new NatsConnection(new NatsOpts
        {
            Url = string.Join(',', seeds),
            NoRandomize = true,
            MaxReconnectRetry = -1,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(50),
            InboxPrefix = "_cordum.probe.test.0a1b2c3d.inbox",
            AuthOpts = auth ?? NatsAuthOpts.Default,
        });
        await connection.ConnectAsync();
        return new CanaryLab(cluster, connection, settings, clusterName);
    }

    /// <summary>Runs ticks until one ends as wanted; every other must end in one of those allowed, or be the prober's own fault.</summary>
    /// <returns>The tick that ended as wanted.</returns>
    public static async Task<TickResult> UntilAsync(
        Func<CancellationToken, Task<TickResult>> tick, Outcome wanted, TimeSpan limit, params Outcome[] allowed)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var began = Stopwatch.GetTimestamp();
            var result = await tick(Stop);
            if (result.Outcome == wanted)
                return result;
            Assert.True(
                allowed.Append(Outcome.Indeterminate).Contains(result.Outcome) || (allowed.Contains(Outcome.NoLeader) && IsBirth(result)),
                $"{result} on the way to {wanted}, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s after");
            var late = Stopwatch.GetElapsedTime(started) - (result.Outcome == Outcome.Indeterminate ? OwnFaults : TimeSpan.Zero);
            Assert.True(late < limit, $"not {wanted} within {limit}, but {result}");
            var rest = Every - Stopwatch.GetElapsedTime(began);
            if (rest > TimeSpan.Zero)
                await Task.Delay(rest, Stop);
        }
    }

    /// <summary>Both succeed; a cluster that has just started may still be electing.</summary>
    public async Task UntilBothSucceedAsync(params Outcome[] allowed)
    {
        Outcome[] starting = [Outcome.NoLeader, Outcome.Timeout, .. allowed];
        await UntilAsync(Stream.RunAsync, Outcome.Success, TimeSpan.FromSeconds(30), starting);
        await UntilAsync(Bucket.RunAsync, Outcome.Success, TimeSpan.FromSeconds(30), starting);
    }

    /// <summary>The broker that leads the stream; not the one that the connection is open to.</summary>
    public async Task<LabBroker> LeaderElsewhereAsync()
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var info = (await Context.GetStreamAsync(Vantage.Names.Stream, cancellationToken: Stop)).Info;
            if (info.Cluster?.Leader is { Length: > 0 } leader && leader != Connection.ServerInfo!.Name)
                return Cluster.Brokers.Single(broker => broker.Name == leader);
            await Connection.RequestAsync<string, string>($"$JS.API.STREAM.LEADER.STEPDOWN.{Vantage.Names.Stream}", "", cancellationToken: Stop);
            await UntilAsync(Stream.RunAsync, Outcome.Success, TimeSpan.FromSeconds(20), Outcome.NoLeader, Outcome.Timeout);
        }

        throw new InvalidOperationException("the leader stays where the connection is");
    }

    public void Suspend(LabBroker broker)
    {
        broker.Suspend();
        _suspended.Add(broker.Name);
    }

    public void Resume(LabBroker broker)
    {
        _suspended.Remove(broker.Name);
        broker.Resume();
    }

    public async ValueTask DisposeAsync()
    {
        Stream.Dispose();
        Bucket.Dispose();
        await Connection.DisposeAsync();
        _stalls.Dispose();
    }

    /// <summary>A cluster's leader, just elected, that does not know the others yet.</summary>
    private static bool IsBirth(TickResult result) =>
        result.Outcome == Outcome.Error && result.Detail!.Contains("just been started", StringComparison.Ordinal);

    private bool IsUp(LabBroker broker) => broker.IsRunning && !_suspended.Contains(broker.Name);

    private sealed class LogLines
    {
        private readonly List<(int, string)> _all = [];

        public IReadOnlyList<(int Id, string Text)> All
        {
            get
            {
                lock (_all)
                    return [.. _all];
            }
        }

        public ILogger<T> For<T>() => new Logger<T>(this);

        private sealed class Logger<T>(LogLines lines) : ILogger<T>
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                lock (lines._all)
                    lines._all.Add((eventId.Id, formatter(state, exception)));
            }
        }
    }
}
