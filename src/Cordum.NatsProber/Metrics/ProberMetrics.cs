using System.Reflection;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Timing;
using Prometheus;

namespace Cordum.NatsProber.Metrics;

/// <summary>
/// Every series of the prober, declared here and nowhere else, in a registry of its own. What is not declared here is not exported; what is
/// declared exists, at zero, from the first scrape on.
/// </summary>
public sealed class ProberMetrics
{
    private static readonly string[] LinkLabels = ["component", "cluster", "endpoint", "scope"];
    private static readonly string[] PlaceLabels = ["cluster", "endpoint", "scope"];
    private static readonly string[] TickLabels = [.. PlaceLabels, "probe"];
    private static readonly string[] RouteLabels = ["cluster", "from", "to"];

    /// <summary>From the fastest reconnect on loopback to outages that last a working day. Seconds.</summary>
    private static readonly double[] DowntimeBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 28800];

    /// <summary>From a round trip on loopback to the longest timeout that is of use. Seconds.</summary>
    private static readonly double[] RoundTripBuckets = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    private readonly Turns _turns = new();
    private readonly List<LinkSeries> _links = [];
    private readonly List<RouteSeries> _routes = [];
    private readonly List<FailoverSeries> _failovers = [];
    private readonly ProberClock _clock;
    private readonly StallRecord _stalls;
    private readonly RuntimeSeries _runtime;

    internal Counter Disconnects { get; }

    internal Counter Reconnects { get; }

    internal Counter DisconnectCauses { get; }

    internal Counter Closes { get; }

    internal Gauge Connected { get; }

    internal Histogram ReconnectDuration { get; }

    internal Histogram OutageDuration { get; }

    internal Counter OutageSeconds { get; }

    internal Gauge OutageStart { get; }

    internal Counter ConnectAttempts { get; }

    internal Histogram ConnectPhases { get; }

    internal Counter LameDucks { get; }

    internal Counter IdentityMismatches { get; }

    internal Counter Ticks { get; }

    internal Histogram TickDuration { get; }

    internal Gauge TicksExpected { get; }

    internal Gauge LastCompleted { get; }

    internal Counter DiscardedReplies { get; }

    internal Counter ConnectFailures { get; }

    internal Counter ConnectFailurePhases { get; }

    internal Counter RouteTicks { get; }

    internal Histogram RouteDuration { get; }

    internal Counter MessagesReceived { get; }

    internal Counter MessagesLost { get; }

    internal Counter MessagesLate { get; }

    internal Counter MessagesDuplicated { get; }

    internal Counter MessagesReordered { get; }

    internal Counter FailoversTo { get; }

    internal Gauge FailoverIsAt { get; }

    internal Counter DiscoveryLookups { get; }

    internal Gauge DiscoveryLastSuccess { get; }

    internal Gauge DiscoveryEndpoints { get; }

    internal Gauge DiscoveryLeftOut { get; }

    internal Gauge CertificateExpiry { get; }

    internal Gauge CredentialsExpiry { get; }

    private Counter StallSeconds { get; }

    /// <summary>Declares everything.</summary>
    /// <param name="prober">The vantage point's name, a label on every series.</param>
    /// <param name="clock">For the outages that last at the time of a scrape.</param>
    /// <param name="stalls">The prober's own faults.</param>
    public ProberMetrics(string prober, ProberClock clock, StallRecord stalls)
    {
        _clock = clock;
        _stalls = stalls;
        Registry = Prometheus.Metrics.NewCustomRegistry();
        Registry.SetStaticLabels(new Dictionary<string, string> { ["prober"] = prober });
        var make = Prometheus.Metrics.WithCustomRegistry(Registry);

        Counter Counter(string name, string help, params string[] labels) => make.CreateCounter(name, help, new CounterConfiguration
        {
            LabelNames = labels,
            ExemplarBehavior = ExemplarBehavior.NoExemplars(),
        });
        Gauge Gauge(string name, string help, params string[] labels) => make.CreateGauge(name, help, labels);
        Histogram Histogram(string name, string help, double[] buckets, params string[] labels) => make.CreateHistogram(name, help, new HistogramConfiguration
        {
            LabelNames = labels,
            Buckets = buckets,
            ExemplarBehavior = ExemplarBehavior.NoExemplars(),
        });

        Disconnects = Counter(
            "cordum_nats_disconnect_total",
            "Times that a held link was lost, or (once) that its first connect failed. disconnect - reconnect = 1 - connected at every scrape after the first dial. Resets when the prober restarts.",
            LinkLabels);
        Reconnects = Counter(
            "cordum_nats_reconnect_total",
            "Times that a lost link came back. A first connect that succeeds counts nothing. Resets when the prober restarts.",
            LinkLabels);
        DisconnectCauses = Counter(
            "cordum_nats_disconnect_cause_total",
            "The disconnects by cause; the sum over causes is cordum_nats_disconnect_total. Resets when the prober restarts.",
            [.. LinkLabels, "cause"]);
        Closes = Counter(
            "cordum_nats_closed_total",
            "Times that a link's client ended for good and was made anew. Resets when the prober restarts.",
            LinkLabels);
        Connected = Gauge("cordum_nats_connected", "1 while the link is open, else 0.", LinkLabels);
        ReconnectDuration = Histogram(
            "cordum_nats_reconnect_duration_seconds",
            "Seconds from a loss being seen to the link being open again. Resets when the prober restarts.",
            DowntimeBuckets,
            LinkLabels);
        OutageDuration = Histogram(
            "cordum_nats_outage_duration_seconds",
            "Seconds that finished outages lasted, from the first bad to the first good round trip. Resets when the prober restarts.",
            DowntimeBuckets,
            LinkLabels);
        OutageSeconds = Counter(
            "cordum_nats_outage_seconds_total",
            "Seconds spent in outages; advances while one lasts. Resets when the prober restarts.",
            LinkLabels);
        OutageStart = Gauge(
            "cordum_nats_outage_start_timestamp_seconds",
            "Unix time in seconds at which the current outage began, 0 for none. A restarted prober knows only when it first saw it.",
            LinkLabels);
        ConnectAttempts = Counter(
            "cordum_nats_connect_attempt_total",
            "Dials of the link, the first included, by how they ended: success, a cause as in cordum_nats_disconnect_cause_total, or indeterminate (the prober itself was held up). Resets when the prober restarts.",
            [.. LinkLabels, "outcome"]);
        ConnectPhases = Histogram(
            "cordum_nats_connect_phase_duration_seconds",
            "Seconds that the completed stages of dials took, those of the link and those of the connect probe: dns, tcp, tls, info, auth. Resets when the prober restarts.",
            RoundTripBuckets,
            [.. LinkLabels, "phase"]);
        LameDucks = Counter(
            "cordum_nats_lame_duck_total",
            "Times that the broker announced on the link that it will drain. Resets when the prober restarts.",
            LinkLabels);
        IdentityMismatches = Counter(
            "cordum_nats_identity_mismatch_total",
            "Dials that reached another broker than this endpoint's. Resets when the prober restarts.",
            LinkLabels);
        Ticks = Counter(
            "cordum_nats_probe_total",
            "Scheduled probes by how they ended; the sum over outcomes is the number scheduled. Resets when the prober restarts.",
            [.. TickLabels, "outcome"]);
        TickDuration = Histogram(
            "cordum_nats_probe_duration_seconds",
            "Seconds that successful probes took; no other outcome is in it. Resets when the prober restarts.",
            RoundTripBuckets,
            TickLabels);
        TicksExpected = Gauge("cordum_nats_probe_expected_per_second", "Probes per second that the schedule promises.", TickLabels);
        LastCompleted = Gauge(
            "cordum_nats_probe_last_completed_timestamp_seconds",
            "Unix time in seconds at which a probe of the endpoint last ended, well or badly; the prober's start at first.",
            "cluster",
            "endpoint");
        DiscardedReplies = Counter(
            "cordum_nats_probe_reply_discarded_total",
            "Replies that were not the current probe's: late (its time was up), duplicate (answered before), stray (never asked). Resets when the prober restarts.",
            [.. TickLabels, "kind"]);
        ConnectFailures = Counter(
            "cordum_nats_connect_failure_total",
            "Fresh connects of the connect probe that failed, by cause as in cordum_nats_disconnect_cause_total. Resets when the prober restarts.",
            [.. PlaceLabels, "cause"]);
        ConnectFailurePhases = Counter(
            "cordum_nats_connect_failure_phase_total",
            "The same failures by the stage in which they happened: dns, tcp, tls, info, auth. Resets when the prober restarts.",
            [.. PlaceLabels, "phase"]);
        RouteTicks = Counter(
            "cordum_nats_route_probe_total",
            "Requests that enter at one broker and are answered at another, by how they ended; the sum over outcomes is the number scheduled. Resets when the prober restarts.",
            [.. RouteLabels, "outcome"]);
        RouteDuration = Histogram(
            "cordum_nats_route_duration_seconds",
            "Seconds that successful requests from broker to broker took, there and back. Resets when the prober restarts.",
            RoundTripBuckets,
            RouteLabels);
        MessagesReceived = Counter(
            "cordum_nats_messages_received_total",
            "Numbered messages published at one broker that arrived at the other, the late ones included, each once. Resets when the prober restarts.",
            RouteLabels);
        MessagesLost = Counter(
            "cordum_nats_messages_lost_total",
            "Numbered messages that did not arrive though both connections stood. Resets when the prober restarts.",
            RouteLabels);
        MessagesLate = Counter(
            "cordum_nats_messages_late_total",
            "Numbered messages that arrived after the probe's timeout. Resets when the prober restarts.",
            RouteLabels);
        MessagesDuplicated = Counter(
            "cordum_nats_messages_duplicated_total",
            "Arrivals of numbered messages that had arrived before. Resets when the prober restarts.",
            RouteLabels);
        MessagesReordered = Counter(
            "cordum_nats_messages_reordered_total",
            "Numbered messages that arrived in time, but after one that was sent later. Resets when the prober restarts.",
            RouteLabels);
        FailoversTo = Counter(
            "cordum_nats_failover_total",
            "Times that the link that fails over came back at another broker, by the endpoint that it went to; _other is a broker that the cluster gossiped. Resets when the prober restarts.",
            "cluster",
            "to");
        FailoverIsAt = Gauge(
            "cordum_nats_failover_at",
            "1 for the endpoint to which the link that fails over is, or was last, open, else 0.",
            "cluster",
            "to");
        DiscoveryLookups = Counter(
            "cordum_nats_discovery_total",
            "Times that DNS was asked for the cluster's endpoints: success, or error (the endpoints stay those of the last success). Resets when the prober restarts.",
            "cluster",
            "outcome");
        DiscoveryLastSuccess = Gauge(
            "cordum_nats_discovery_last_success_timestamp_seconds",
            "Unix time in seconds at which DNS last named the cluster's endpoints, 0 for never.",
            "cluster");
        DiscoveryEndpoints = Gauge("cordum_nats_discovery_endpoints", "Endpoints that are probed because DNS named them.", "cluster");
        DiscoveryLeftOut = Gauge("cordum_nats_discovery_endpoints_left_out", "Endpoints that DNS named beyond the configured number; they are not probed.", "cluster");
        CertificateExpiry = Gauge(
            "cordum_nats_tls_certificate_expiry_timestamp_seconds",
            "Unix time in seconds at which the certificate that the broker last showed expires, 0 while none was seen.",
            LinkLabels);
        CredentialsExpiry = Gauge(
            "cordum_nats_credentials_expiry_timestamp_seconds",
            "Unix time in seconds at which the prober's own credentials expire: jwt, or client_certificate; 0 for never or unknown.",
            "cluster",
            "kind");
        StallSeconds = Counter(
            "cordum_nats_prober_stall_seconds_total",
            "Seconds that the prober itself was held up: by the operating system's scheduler, its garbage collector, or for want of a thread. Resets when the prober restarts.",
            "kind");
        foreach (var kind in Enum.GetValues<StallKind>())
            StallSeconds.WithLabels(SnakeCase.Of(kind));
        Gauge("cordum_nats_prober_info", "1; its labels tell which prober this is.", "version").WithLabels(Version).Set(1);

        DotNetStats.Register(Registry);
        _runtime = new RuntimeSeries(make);
        Registry.AddBeforeCollectCallback(Publish);
    }

    /// <summary>What <c>/metrics</c> serves.</summary>
    public CollectorRegistry Registry { get; }

    /// <summary>The product's version, without build metadata.</summary>
    public static string Version { get; } =
        (Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];

    /// <summary>
    /// One scrape, or one change of which series there are, at a time. Two scrapes that overlap would copy two instants into the same series, and one
    /// that overlaps a change would show half of an endpoint.
    /// </summary>
    internal Task<IDisposable> TakeTurnAsync(CancellationToken stop) => _turns.TakeAsync(stop);

    /// <summary>Makes the series of one link, at zero.</summary>
    internal LinkSeries ForLink(LinkIdentity link, bool measuresConnects = false)
    {
        var series = new LinkSeries(this, link, measuresConnects);
        _links.Add(series);
        return series;
    }

    /// <summary>Makes the series of one route, at zero.</summary>
    internal RouteSeries ForRoute(string cluster, string from, string to, ProbeSeries ofEntry)
    {
        var series = new RouteSeries(this, cluster, from, to, ofEntry);
        _routes.Add(series);
        return series;
    }

    /// <summary>Makes the series of one cluster's link that fails over, at zero.</summary>
    internal FailoverSeries ForFailover(string cluster, Func<BrokerInfo, string?> endpointOf)
    {
        var series = new FailoverSeries(this, cluster, endpointOf);
        series.Add(FailoverSeries.Elsewhere);
        _failovers.Add(series);
        return series;
    }

    /// <summary>Unpublishes the series of a link. Within a turn.</summary>
    internal void Remove(LinkSeries link)
    {
        _links.Remove(link);
        link.Remove();
    }

    /// <summary>Unpublishes the series of a route. Within a turn.</summary>
    internal void Remove(RouteSeries route)
    {
        _routes.Remove(route);
        route.Remove();
    }

    /// <summary>Makes the series of one probe on one link, at zero.</summary>
    internal ProbeSeries ForProbe(LinkIdentity link, ProbeKind probe, TimeSpan every, DateTimeOffset startedAt) =>
        new(this, link, probe, 1 / every.TotalSeconds, startedAt);

    private void Publish()
    {
        var now = _clock.Now;
        foreach (var link in _links)
            link.Publish(now);
        foreach (var route in _routes)
            route.Publish();
        foreach (var failover in _failovers)
            failover.Publish();
        foreach (var kind in Enum.GetValues<StallKind>())
            StallSeconds.WithLabels(SnakeCase.Of(kind)).IncTo(_stalls.Total(kind).TotalSeconds);
        _runtime.Publish();
    }
}
