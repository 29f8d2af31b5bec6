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
    private static readonly string[] TickLabels = ["cluster", "endpoint", "scope", "probe"];

    /// <summary>From the fastest reconnect on loopback to outages that last a working day. Seconds.</summary>
    private static readonly double[] DowntimeBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 28800];

    /// <summary>From a round trip on loopback to the longest timeout that is of use. Seconds.</summary>
    private static readonly double[] RoundTripBuckets = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    private readonly List<LinkSeries> _links = [];
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
            "Seconds that the completed stages of dials took: dns, tcp, tls, info, auth. Resets when the prober restarts.",
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

    /// <summary>Makes the series of one link, at zero.</summary>
    internal LinkSeries ForLink(LinkIdentity link)
    {
        var series = new LinkSeries(this, link);
        _links.Add(series);
        return series;
    }

    /// <summary>Makes the series of one probe on one link, at zero.</summary>
    internal ProbeSeries ForProbe(LinkIdentity link, ProbeKind probe, TimeSpan every, DateTimeOffset startedAt) => new(this, link, probe, every, startedAt);

    private void Publish()
    {
        var now = _clock.Now;
        foreach (var link in _links)
            link.Publish(now);
        foreach (var kind in Enum.GetValues<StallKind>())
            StallSeconds.WithLabels(SnakeCase.Of(kind)).IncTo(_stalls.Total(kind).TotalSeconds);
        _runtime.Publish();
    }
}
