using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Scheduling;

namespace Cordum.NatsProber.Hosting;

/// <summary>The broker behind one endpoint as it sees itself: its monitor, the probe that asks it, and their series.</summary>
internal sealed class ProbedBroker
{
    private readonly Action _close;
    private readonly BrokerSeries _series;
    private readonly ProbeSeries _ticks;

    /// <param name="parts">What all links share.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="address">Its monitor.</param>
    /// <param name="tls">How to do TLS with it, where its address says so.</param>
    /// <param name="probe">How often to ask it.</param>
    public ProbedBroker(ProberParts parts, LinkIdentity endpoint, Uri address, TlsPolicy tls, BrokerProbe probe)
    {
        var monitor = new BrokerMonitor(address, tls, probe.Timeout, parts.Time);
        _close = monitor.Dispose;
        _series = parts.Metrics.ForBroker(endpoint);
        _ticks = parts.Metrics.ForProbe(endpoint, ProbeKind.Broker, probe.Every, parts.Time.GetUtcNow());
        var health = new HealthRoundTrip(
            endpoint,
            stop => monitor.GetAsync("healthz", stop),
            probe.Timeout,
            parts.Stalls,
            parts.Clock,
            parts.Time,
            parts.Logs.CreateLogger<HealthRoundTrip>());
        _series.Show(() => health.Latest);
        Task = new ProbeTask(endpoint.Cluster, endpoint.Endpoint, ProbeKind.Broker, probe.Every, health.RunAsync, _ticks, Link: null);
    }

    /// <summary>The probe.</summary>
    public ProbeTask Task { get; }

    /// <summary>Unpublishes its series, and closes the connection to the monitor. The probe runs no more; within a turn of the metrics.</summary>
    public void Remove(ProberMetrics metrics)
    {
        metrics.Remove(_series);
        metrics.Remove(_ticks);
        _close();
    }
}
