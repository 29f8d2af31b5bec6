using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Scheduling;

namespace Cordum.NatsProber.Hosting;

/// <summary>The broker behind one endpoint as it sees itself: who is asked about it, the probe that asks, and their series.</summary>
internal sealed class ProbedBroker
{
    private readonly Action _close = static () => { };
    private readonly BrokerSeries _series;
    private readonly ProbeSeries _ticks;
    private readonly List<ObserverKeeper> _observers = [];

    /// <param name="parts">What all links share.</param>
    /// <param name="view">The cluster's view.</param>
    /// <param name="access">How the cluster's brokers are reached.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="link">Its link.</param>
    /// <param name="serverName">The broker's name, as far as it is known.</param>
    /// <param name="probe">How often to ask.</param>
    public ProbedBroker(
        ProberParts parts, ClusterView view, ClusterAccess access, ProbedEndpoint endpoint, LinkKeeper link, Func<string?> serverName, BrokerProbe probe)
    {
        var identity = link.Identity;
        List<IBrokerSource> sources = [];
        if (view.System is { } system)
        {
            sources.Add(new NatsSource(SourceKind.System, system, endpoint.Name, serverName, IsOpen));
            _observers.Add(Observer(access.SystemTarget(endpoint), system, view.Inquests.Hears));
        }

        if (endpoint.Monitor is { } address)
        {
            var monitor = new BrokerMonitor(address, access.MonitorTls, probe.Timeout, parts.Time);
            _close = monitor.Dispose;
            sources.Add(new MonitorSource(monitor, () => endpoint.ServerName ?? (link.Snapshot.Broker is { IsNamed: true } named ? named.ServerName : null)));
        }

        sources.Add(new NatsSource(SourceKind.Account, view.Account, endpoint.Name, serverName, IsOpen));
        _observers.Add(Observer(access.Target(endpoint, "observer", static _ => { }), view.Account, announced: null));

        Watch = new BrokerWatch(
            identity,
            [.. sources.Select(source => new AskedSource(source, parts.Time))],
            new(probe.Every, probe.Timeout),
            () => link.Session,
            parts.Stalls,
            parts.Clock,
            parts.Time,
            parts.Logs);
        _series = parts.Metrics.ForBroker(identity, Watch.Sources);
        _ticks = parts.Metrics.ForProbe(identity, ProbeKind.Broker, probe.Every, parts.Time.GetUtcNow());
        _series.Show(Sight);
        Task = new ProbeTask(identity.Cluster, identity.Endpoint, ProbeKind.Broker, probe.Every, Watch.RunAsync, _ticks, Link: null);

        bool IsOpen() => link.Session is not null;

        ObserverKeeper Observer(LinkTarget target, Observers observers, Action<CaseEvidence>? announced) => new(
            link,
            new PinnedConnector(target, parts.Clock, parts.Time, parts.Logs, knownToSpeakNats: true),
            observers,
            announced,
            parts.Clock,
            parts.Time,
            parts.Logs.CreateLogger<ObserverKeeper>());

        BrokerSight Sight()
        {
            var now = parts.Clock.Now;
            var (facts, word, state) = (Watch.Facts, Watch.Word, link.Snapshot.State);
            var countsDead = view.Inquests.CountsDeadLink(identity.Endpoint);
            return new BrokerSight(
                word,
                Watch.Source,
                facts,
                view.IsDraining(facts.ServerId ?? link.Snapshot.Broker?.ServerId),
                now - facts.RttSince,
                Enum.GetValues<Disagreement>().Where(kind => Disagreements.Is(kind, state, word, Watch.AliveAt, countsDead)).ToHashSet());
        }

        SightOf = Sight;
    }

    /// <summary>The probe.</summary>
    public ProbeTask Task { get; }

    /// <summary>Who asks the broker about itself.</summary>
    public BrokerWatch Watch { get; }

    /// <summary>All that is to be shown of it, of this instant.</summary>
    public Func<BrokerSight> SightOf { get; }

    /// <summary>Keeps the connections to ask over until <paramref name="stop"/>.</summary>
    public Task RunAsync(CancellationToken stop) => System.Threading.Tasks.Task.WhenAll(_observers.Select(observer => observer.RunAsync(stop)));

    /// <summary>Unpublishes its series, and closes the connection to the monitor. The probe runs no more; within a turn of the metrics.</summary>
    public void Remove(ProberMetrics metrics)
    {
        metrics.Remove(_series);
        metrics.Remove(_ticks);
        _close();
    }
}
