using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Drills;

/// <summary>What a drill is to do.</summary>
internal sealed record DrillOrder
{
    /// <summary>Name and address of the drill's prober.</summary>
    public required ProberSettings Settings { get; init; }

    /// <summary>The clusters of somebody's own brokers; null for brokers that the drill starts, breaks and ends.</summary>
    public IReadOnlyList<ProbeFile>? Files { get; init; }

    /// <summary>How many brokers the drill starts.</summary>
    public int Brokers { get; init; } = 3;

    /// <summary>The nats-server that it starts; null for the one that is found.</summary>
    public string? NatsServer { get; init; }

    /// <summary>The name of the cluster that it starts: a label on the series that Prometheus keeps.</summary>
    public string Cluster { get; init; } = "drill";

    /// <summary>The endpoints whose turbulence is waited for, as <c>name</c> or <c>cluster/name</c>; empty for all.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>How long turbulence, or an alert, is waited for.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Prometheus; null not to ask it.</summary>
    public Uri? Prometheus { get; init; }

    /// <summary>Alertmanager; null not to ask it.</summary>
    public Uri? Alertmanager { get; init; }

    /// <summary>The alert that has to fire and be resolved; null for none. Needs <see cref="Prometheus"/>.</summary>
    public string? Alert { get; init; }

    /// <summary>Which of some links <see cref="Endpoints"/> means.</summary>
    public IReadOnlyList<LinkKey> Wanted(IEnumerable<LinkKey> links) =>
        [.. links.Where(link => !link.IsFailover && (Endpoints.Count == 0 || Endpoints.Any(name => name == link.Endpoint || name == link.ToString()))).Order()];
}
