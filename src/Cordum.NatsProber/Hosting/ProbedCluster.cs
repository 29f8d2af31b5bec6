using Cordum.NatsProber.Discovery;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Scheduling;
using Cordum.NatsProber.Slo;

namespace Cordum.NatsProber.Hosting;

/// <summary>One cluster: its endpoints of the moment, the link that fails over among them, and what is probed of the cluster as a whole.</summary>
internal sealed class ProbedCluster
{
    private readonly ProberParts _parts;
    private readonly ClusterAccess _access;
    private readonly ClusterIdentities _identities = new();
    private readonly FailoverSeries _failovers;
    private readonly TaskCompletionSource _discovered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IReadOnlyList<ProbedLink> _endpoints = [];

    public ProbedCluster(ProberParts parts, ProbeFile file)
    {
        _parts = parts;
        File = file;
        Discovery = file.Discover is { } settings ? new DnsDiscovery(settings, parts.Time) : null;
        DiscoverySeries = Discovery is null ? null : new DiscoverySeries(parts.Metrics, file.Cluster);
        _access = new ClusterAccess(parts.Program, parts.Prober, file, Discovery);
        _failovers = parts.Metrics.ForFailover(file.Cluster, _identities.EndpointOf);

        View = new ClusterView(parts, file, _identities.EndpointOf, endpoint => _endpoints.FirstOrDefault(link => link.Endpoint.Name == endpoint));

        var identity = new LinkIdentity(file.Cluster, ClusterAccess.FailoverEndpoint, "cluster");
        var linkSeries = parts.Metrics.ForLink(identity);
        Failover = new FailoverLink(
            identity,
            _access.FailoverTarget(linkSeries.CertificateSeen),
            _access.FailoverTls,
            () => [.. _endpoints.Select(link => link.Endpoint.Url)],
            Discovery is null ? Task.CompletedTask : _discovered.Task,
            file.Failover,
            linkSeries,
            Hears,
            _failovers.Arrived,
            parts.Stalls,
            parts.Clock,
            parts.Time,
            parts.Logs,
            parts.Logs.CreateLogger<FailoverLink>());
        linkSeries.Show(() => Failover.Snapshot, View.History);
        Credentials = new CredentialWatch(
            file, new CredentialSeries(parts.Metrics, file.Cluster), parts.Time, parts.Logs.CreateLogger<CredentialWatch>());
        Tasks = [Requests(identity), .. file.Probes.JetStream is { } canary ? JetStream(identity, canary) : []];
        foreach (var endpoint in file.Endpoints)
            Add(endpoint);

        void Hears(LinkNews news)
        {
            if (news is LinkNews.Lost { Loss: var loss })
                linkSeries.Lost(loss);
            View.Inquests.Hears(identity, news);
        }
    }

    /// <summary>The probe file.</summary>
    public ProbeFile File { get; }

    /// <summary>Its name.</summary>
    public string Name => File.Cluster;

    /// <summary>Who asks DNS for the endpoints; null where the probe file lists them.</summary>
    public DnsDiscovery? Discovery { get; }

    /// <summary>What is counted of that.</summary>
    public DiscoverySeries? DiscoverySeries { get; }

    /// <summary>What the brokers say, and what follows from it.</summary>
    public ClusterView View { get; }

    /// <summary>The link that fails over.</summary>
    public FailoverLink Failover { get; }

    /// <summary>The probes of the cluster as a whole.</summary>
    public IReadOnlyList<ProbeTask> Tasks { get; }

    /// <summary>Who watches when the prober's own credentials for it expire.</summary>
    public CredentialWatch Credentials { get; }

    /// <summary>What the prober owns in its JetStream.</summary>
    public JetStreamNames JetStreamNames => JetStreamNames.For(_parts.Prober, Name);

    /// <summary>The endpoints of the moment.</summary>
    public IReadOnlyList<ProbedLink> Endpoints => _endpoints;

    /// <summary>DNS has been asked, with whatever success.</summary>
    public void Discovered() => _discovered.TrySetResult();

    /// <summary>One more endpoint, with its series. While scrapes are answered, within a turn of the metrics.</summary>
    public ProbedLink Add(ProbedEndpoint endpoint)
    {
        _failovers.Add(endpoint.Name);
        var link = new ProbedLink(_parts, File, _access, View, endpoint, _identities);
        _endpoints = [.. _endpoints, link];
        return link;
    }

    /// <summary>The endpoint is one no longer: it has no series from now on. Within a turn of the metrics.</summary>
    public void Remove(ProbedLink link)
    {
        _endpoints = [.. _endpoints.Where(other => other != link)];
        link.Remove(_parts.Metrics);
        _failovers.Remove(link.Endpoint.Name);
    }

    private ProbeTask Requests(LinkIdentity identity)
    {
        var every = File.Probes.Request.Every;
        var level = File.Objective is { } objective ? ServiceLevel.Of(objective) : null;
        var series = _parts.Metrics.ForProbe(identity, ProbeKind.Request, every, _parts.Time.GetUtcNow(), level);
        var request = new RequestRoundTrip(
            Failover,
            new ClusterResponders(() => [.. _endpoints.Select(link => link.Responder)]),
            _access.Subjects,
            File.Probes.Request.Timeout,
            series.Discarded,
            _parts.Stalls,
            _parts.Clock,
            _parts.Time,
            _parts.Logs.CreateLogger<RequestRoundTrip>());
        return new ProbeTask(File.Cluster, ClusterAccess.FailoverEndpoint, ProbeKind.Request, every, request.RunAsync, series, Failover);
    }

    private IEnumerable<ProbeTask> JetStream(LinkIdentity identity, JetStreamProbe settings)
    {
        var vantage = new JetStreamVantage(
            _parts.Prober,
            Name,
            settings,
            () => Failover.Client,
            IsUp,
            // An address in DNS that was never open may be one where nobody is any more; one that the probe file lists is a broker that is down.
            () => (_endpoints.Count(link => link.IsUp), _endpoints.Count(link => Discovery is null || link.Link.Snapshot.Broker is not null)));
        var stream = new JetStreamRoundTrip(vantage, _parts.Stalls, _parts.Clock, _parts.Time, _parts.Logs.CreateLogger<JetStreamRoundTrip>());
        yield return Task(ProbeKind.Jetstream, stream.RunAsync);
        if (!settings.KeyValue)
            yield break;
        var bucket = new KeyValueRoundTrip(vantage, _parts.Stalls, _parts.Clock, _parts.Time, _parts.Logs.CreateLogger<KeyValueRoundTrip>());
        yield return Task(ProbeKind.Kv, bucket.RunAsync);

        ProbeTask Task(ProbeKind kind, Func<CancellationToken, Task<TickResult>> run) => new(
            Name, identity.Endpoint, kind, settings.Every, AfterFirstDial(run), _parts.Metrics.ForProbe(identity, kind, settings.Every, _parts.Time.GetUtcNow()), Failover);
    }

    /// <summary>While the first dial is under way, nobody knows whether the cluster can be reached.</summary>
    private Func<CancellationToken, Task<TickResult>> AfterFirstDial(Func<CancellationToken, Task<TickResult>> run) =>
        stop => Failover.Settled.IsCompleted ? run(stop) : Task.FromResult(new TickResult(Outcome.Indeterminate));

    /// <summary>Whether any link to a server of that name is open; null if none ever was.</summary>
    private bool? IsUp(string server)
    {
        var links = _endpoints.Where(link => link.Link.Snapshot.Broker?.ServerName == server).ToList();
        return links.Count == 0 ? null : links.Exists(link => link.IsUp);
    }
}
