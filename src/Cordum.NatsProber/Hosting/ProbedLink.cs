using System.Net;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Scheduling;

namespace Cordum.NatsProber.Hosting;

/// <summary>One endpoint with all that watches it: the pinned link, its responder, its probes, and the series of them all.</summary>
internal sealed class ProbedLink
{
    private readonly ClusterIdentities _identities;
    private readonly ClusterView _view;
    private readonly LinkSeries _linkSeries;
    private readonly ProbeSeries _requests;
    private readonly ProbeSeries? _connects;
    private CancellationTokenSource? _ends;
    private Task _running = Task.CompletedTask;

    public ProbedLink(ProberParts parts, ProbeFile file, ClusterAccess access, ClusterView view, ProbedEndpoint endpoint, ClusterIdentities identities)
    {
        var identity = new LinkIdentity(file.Cluster, endpoint.Name, "endpoint");
        var startedAt = parts.Time.GetUtcNow();
        _identities = identities;
        _view = view;
        _linkSeries = parts.Metrics.ForLink(identity, measuresConnects: file.Probes.Connect is not null);
        _requests = parts.Metrics.ForProbe(identity, ProbeKind.Request, file.Probes.Request.Every, startedAt);
        Endpoint = endpoint;
        Cluster = file.Cluster;

        if (endpoint.ServerName is { } serverName)
            identities.Expect(endpoint.Name, serverName);
        else if (file.Discover is not null && IPAddress.TryParse(Addresses.HostOf(endpoint.Url), out _))
            identities.ExpectAnybody(endpoint.Name);
        Link = new LinkKeeper(
            identity,
            Connector("link"),
            identities,
            _linkSeries,
            Hears,
            parts.Dials,
            parts.Stalls,
            parts.Clock,
            parts.Time,
            parts.Logs.CreateLogger<LinkKeeper>());
        _linkSeries.Show(() => Link.Snapshot, view.History);

        Subjects = ProbeSubjects.For(parts.Prober, file.Cluster, endpoint.Name);
        // The responder is dialled where the link is open already.
        Responder = new ResponderKeeper(
            Link,
            Connector("responder", knownToSpeakNats: true),
            Subjects,
            access.Subjects,
            parts.Dials,
            parts.Clock,
            parts.Time,
            parts.Logs.CreateLogger<ResponderKeeper>());
        var request = new RequestRoundTrip(
            Link,
            Responder,
            Subjects,
            file.Probes.Request.Timeout,
            _requests.Discarded,
            parts.Stalls,
            parts.Clock,
            parts.Time,
            parts.Logs.CreateLogger<RequestRoundTrip>());
        Tasks = [new ProbeTask(file.Cluster, endpoint.Name, ProbeKind.Request, file.Probes.Request.Every, request.RunAsync, _requests, Link)];

        if (file.Probes.Connect is { } connect)
        {
            _connects = parts.Metrics.ForProbe(identity, ProbeKind.Connect, connect.Every, startedAt);
            var fresh = new ConnectRoundTrip(
                Link,
                Connector("connect"),
                identities,
                connect.Timeout,
                _linkSeries.PhaseCompleted,
                _linkSeries.ConnectFailed,
                parts.Stalls,
                parts.Clock,
                parts.Logs.CreateLogger<ConnectRoundTrip>());
            Tasks = [.. Tasks, new ProbeTask(file.Cluster, endpoint.Name, ProbeKind.Connect, connect.Every, fresh.RunAsync, _connects, Link: null)];
        }

        if (file.Probes.Broker is { } asks)
        {
            Broker = new ProbedBroker(parts, view, access, endpoint, Link, () => endpoint.ServerName ?? Link.Snapshot.Broker?.ServerName, asks);
            Tasks = [.. Tasks, Broker.Task];
        }

        if (file.Probes.Route is { } route)
            Routes = parts.Metrics.ForProbe(identity, ProbeKind.Route, route.Every, startedAt);

        void Hears(LinkNews news)
        {
            if (news is LinkNews.Lost { Loss: var loss })
                _linkSeries.Lost(loss);
            view.Inquests.Hears(identity, news);
        }

        PinnedConnector Connector(string role, bool knownToSpeakNats = false) => new(
            access.Target(endpoint, role, _linkSeries.CertificateSeen), parts.Clock, parts.Time, parts.Logs, knownToSpeakNats);
    }

    /// <summary>The cluster's name.</summary>
    public string Cluster { get; }

    /// <summary>The endpoint, as the probe file or DNS has it.</summary>
    public ProbedEndpoint Endpoint { get; }

    /// <summary>The pinned link.</summary>
    public LinkKeeper Link { get; }

    /// <summary>Whether it is open.</summary>
    public bool IsUp => Link.Session is not null;

    /// <summary>Who answers its requests.</summary>
    public ResponderKeeper Responder { get; }

    /// <summary>Its broker, as that sees itself; null where the probe file does not ask.</summary>
    public ProbedBroker? Broker { get; }

    /// <summary>Its subjects.</summary>
    public ProbeSubjects Subjects { get; }

    /// <summary>The probes that it runs by itself.</summary>
    public IReadOnlyList<ProbeTask> Tasks { get; }

    /// <summary>Where the routes that begin here are counted together; null where no route is probed.</summary>
    public ProbeSeries? Routes { get; }

    /// <summary>Holds the link until <paramref name="stop"/>, or until <see cref="EndAsync"/>.</summary>
    public void Start(CancellationToken stop)
    {
        _ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var ends = _ends.Token;
        _running = Task.WhenAll(Task.Run(() => Link.RunAsync(ends), CancellationToken.None), Task.Run(() => Responder.RunAsync(ends), CancellationToken.None), Task.Run(() => Broker?.RunAsync(ends) ?? Task.CompletedTask, CancellationToken.None));
    }

    /// <summary>Returns when link and responder are closed.</summary>
    public async Task EndAsync()
    {
        if (_ends is null)
            return;
        await _ends.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _view.Inquests.Forget(Link.Identity);
        _ends.Dispose();
        _ends = null;
    }

    /// <summary>Unpublishes all its series, and forgets which broker it was. Within a turn of the metrics.</summary>
    public void Remove(ProberMetrics metrics)
    {
        metrics.Remove(_linkSeries);
        foreach (var probe in ((ProbeSeries?[])[_requests, _connects, Routes]).OfType<ProbeSeries>())
            metrics.Remove(probe);
        Broker?.Remove(metrics);
        _identities.Forget(Endpoint.Name);
    }
}
