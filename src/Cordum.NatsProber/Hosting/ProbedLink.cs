using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Hosting;

/// <summary>What all links share.</summary>
internal sealed record ProberParts(
    string Prober,
    ProberClock Clock,
    TimeProvider Time,
    MonotonicWallClock ScheduleTime,
    StallWatch Stalls,
    ProberMetrics Metrics,
    ILoggerFactory Logs);

/// <summary>One endpoint with all that watches it: the link, its responder, its request round trip, and the series of the three.</summary>
internal sealed class ProbedLink
{
    private const string ResponderRole = "responder";

    public ProbedLink(ProberParts parts, ProbeFile file, ProbedEndpoint endpoint, ClusterIdentities identities)
    {
        var identity = new LinkIdentity(file.Cluster, endpoint.Name, "endpoint");
        var linkSeries = parts.Metrics.ForLink(identity);
        Series = parts.Metrics.ForProbe(identity, ProbeKind.Request, file.Probes.Request.Every, parts.Time.GetUtcNow());
        Every = file.Probes.Request.Every;
        Endpoint = endpoint;

        if (endpoint.ServerName is { } serverName)
            identities.Expect(endpoint.Name, serverName);
        Link = new LinkKeeper(
            identity,
            Connector(parts, file, endpoint, "link"),
            identities,
            linkSeries,
            parts.Stalls,
            parts.Clock,
            parts.Time,
            parts.Logs.CreateLogger<LinkKeeper>());
        linkSeries.Show(() => Link.Snapshot);

        var subjects = ProbeSubjects.For(parts.Prober, file.Cluster, endpoint.Name);
        Responder = new ResponderKeeper(
            Link, Connector(parts, file, endpoint, ResponderRole), subjects, parts.Clock, parts.Time, parts.Logs.CreateLogger<ResponderKeeper>());
        Request = new RequestRoundTrip(
            Link,
            Responder,
            subjects,
            file.Probes.Request.Timeout,
            Series.Discarded,
            parts.Stalls,
            parts.Clock,
            parts.Time,
            parts.Logs.CreateLogger<RequestRoundTrip>());
    }

    /// <summary>The endpoint, as the probe file has it.</summary>
    public ProbedEndpoint Endpoint { get; }

    /// <summary>The pinned link.</summary>
    public LinkKeeper Link { get; }

    /// <summary>Who answers its requests.</summary>
    public ResponderKeeper Responder { get; }

    /// <summary>Its request probe.</summary>
    public RequestRoundTrip Request { get; }

    /// <summary>The request probe's series.</summary>
    public ProbeSeries Series { get; }

    /// <summary>The request probe's interval.</summary>
    public TimeSpan Every { get; }

    /// <summary>Holds the link until <paramref name="stop"/>.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Link.RunAsync(stop), Responder.RunAsync(stop));

    /// <summary>All links of one probe file.</summary>
    public static IEnumerable<ProbedLink> Of(ProberParts parts, ProbeFile file)
    {
        var identities = new ClusterIdentities();
        return [.. file.Endpoints.Select(endpoint => new ProbedLink(parts, file, endpoint, identities))];
    }

    private static PinnedConnector Connector(ProberParts parts, ProbeFile file, ProbedEndpoint endpoint, string role)
    {
        var mustUseTls = endpoint.Url.Scheme == "tls" || file.Tls is not null;
        var target = new LinkTarget(
            endpoint.Url.IdnHost.Trim('[', ']'),
            endpoint.Url.Port,
            $"natsprober {parts.Prober} {file.Cluster}/{endpoint.Name} {role}",
            () => Credentials.Read(file.Auth),
            mustUseTls ? new TlsPolicy(file.Tls ?? new TlsSettings()) : null);
        // The responder is dialled where the link is open already.
        return new PinnedConnector(target, parts.Clock, parts.Time, parts.Logs, knownToSpeakNats: role == ResponderRole);
    }
}
