using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Hosting;

/// <summary>What one cluster's brokers say of themselves and of the prober's links, and what follows from that for each disconnect.</summary>
internal sealed class ClusterView
{
    private readonly Announcements _announcements = new();

    /// <param name="parts">What all links share.</param>
    /// <param name="file">The probe file.</param>
    /// <param name="endpointOf">Which endpoint a broker is; null if none.</param>
    /// <param name="linkOf">What watches an endpoint; null if it is none any more.</param>
    public ClusterView(ProberParts parts, ProbeFile file, Func<BrokerInfo, string?> endpointOf, Func<string, ProbedLink?> linkOf)
    {
        History = parts.Disconnects.Open();
        Account = new Observers();
        System = file.SystemAuth is null ? null : new Observers();
        var known = new InquestCluster(
            file.Cluster,
            endpointOf,
            endpoint => linkOf(endpoint)?.Link.Session,
            endpoint => linkOf(endpoint)?.Broker?.Watch,
            endpoint => ClusterAccess.ClientName(parts.Program, parts.Prober, file.Cluster, endpoint, "link"),
            (endpoint, serverId) => linkOf(endpoint)?.Broker?.Ear(serverId),
            _announcements);
        Inquests = new Inquests(known, History, parts.Stalls, parts.Clock, parts.Time, parts.Logs.CreateLogger<Inquests>());
    }

    /// <summary>The verdicts.</summary>
    public DisconnectHistory History { get; }

    /// <summary>Who gives them.</summary>
    public Inquests Inquests { get; }

    /// <summary>The connections to ask over with the prober's own credentials.</summary>
    public Observers Account { get; }

    /// <summary>The connections to ask over with the system account's; null where the probe file has none.</summary>
    public Observers? System { get; }

    /// <summary>Whether a broker process has announced that it drains.</summary>
    public bool IsDraining(string? serverId) => serverId is not null && _announcements.IsDraining(serverId);
}
