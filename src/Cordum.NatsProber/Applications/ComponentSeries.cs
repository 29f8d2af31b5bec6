using System.Runtime.CompilerServices;
using Prometheus;

namespace Cordum.NatsProber.Applications;

/// <summary>
/// The series of one component in one registry, which all its connections share. They are copied from the connections' tallies when the registry is scraped, and at no other time, so that no scrape
/// shows a disconnect without its gauge.
/// </summary>
internal sealed class ComponentSeries
{
    private static readonly ConditionalWeakTable<CollectorRegistry, Dictionary<string, ComponentSeries>> Registries = [];

    private readonly Lock _gate = new();
    private readonly HashSet<NatsConnectionMetrics> _observed = [];
    private readonly Counter.Child _disconnects;
    private readonly Counter.Child _reconnects;
    private readonly Counter.Child _closes;
    private readonly Gauge _connected;
    private readonly string _component;

    /// <summary>What connections that are observed no longer have added.</summary>
    private (long Losses, long Failures) _past;

    private ComponentSeries(CollectorRegistry registry, string component)
    {
        var make = Prometheus.Metrics.WithCustomRegistry(registry);
        _component = component;
        _disconnects = make.CreateCounter("cordum_nats_disconnect_total", "Times that a connection to NATS was lost, or (once) that its first connect failed.", "component").WithLabels(component);
        _reconnects = make.CreateCounter("cordum_nats_reconnect_total", "Times that a lost connection to NATS came back. A first connect that succeeds counts nothing.", "component").WithLabels(component);
        _closes = make.CreateCounter("cordum_nats_closed_total", "Times that the client gave a connection to NATS up for good.", "component").WithLabels(component);
        _connected = make.CreateGauge("cordum_nats_connected", "1 while every connection to NATS is open, else 0.", "component");
    }

    /// <summary>The series of a component, at zero if they are new.</summary>
    public static ComponentSeries Of(CollectorRegistry registry, string component)
    {
        var components = Registries.GetValue(registry, static created =>
        {
            var all = new Dictionary<string, ComponentSeries>(StringComparer.Ordinal);
            created.AddBeforeCollectCallback(() => PublishAll(all));
            return all;
        });
        lock (components)
        {
            if (!components.TryGetValue(component, out var series))
                components.Add(component, series = new ComponentSeries(registry, component));
            return series;
        }
    }

    /// <summary>One more connection.</summary>
    public void Add(NatsConnectionMetrics connection)
    {
        lock (_gate)
        {
            _observed.Add(connection);
            Publish();
        }
    }

    /// <summary>
    /// One connection less. What it has counted stays counted. If it was lost, nobody waits for it any more: that counts as a return, or an alert would wait for it for ever.
    /// </summary>
    public void Remove(NatsConnectionMetrics connection)
    {
        lock (_gate)
        {
            if (!_observed.Remove(connection))
                return;
            var last = connection.Tally;
            _past = (_past.Losses + last.Disconnects, _past.Failures + (last.HasFailed ? 1 : 0));
            Publish();
        }
    }

    private static void PublishAll(Dictionary<string, ComponentSeries> components)
    {
        lock (components)
        {
            foreach (var series in components.Values)
            {
                lock (series._gate)
                    series.Publish();
            }
        }
    }

    private void Publish()
    {
        var tallies = _observed.Select(connection => connection.Look()).ToList();
        _disconnects.IncTo(_past.Losses + tallies.Sum(tally => tally.Disconnects));
        _reconnects.IncTo(_past.Losses + tallies.Sum(tally => tally.Reconnects));
        _closes.IncTo(_past.Failures + tallies.Count(tally => tally.HasFailed));
        if (tallies.Count > 0)
            _connected.WithLabels(_component).Set(tallies.TrueForAll(tally => tally.IsOpen) ? 1 : 0);
        else
            _connected.RemoveLabelled(_component);
    }
}
