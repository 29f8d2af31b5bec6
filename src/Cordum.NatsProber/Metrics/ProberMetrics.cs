using System.IO.Pipelines;
using System.Reflection;
using System.Text;
using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Slo;
using Cordum.NatsProber.TextFormat;
using Cordum.NatsProber.Timing;
using Prometheus;

namespace Cordum.NatsProber.Metrics;

/// <summary>
/// Every series of the prober, declared in its families and nowhere else. What is not declared there is not exported; what is declared exists, at zero, from
/// the first scrape on. What it says of itself as a process is the general library's.
/// </summary>
public sealed class ProberMetrics
{
    private readonly Turns _turns = new();
    private readonly List<LinkSeries> _links = [];
    private readonly HashSet<ProbeSeries> _probes = [];
    private readonly List<RouteSeries> _routes = [];
    private readonly List<FailoverSeries> _failovers = [];
    private readonly List<BrokerSeries> _brokers = [];
    private readonly ProberClock _clock;
    private readonly StallRecord _stalls;
    private readonly MetricPage _page;
    private readonly CollectorRegistry _process;
    private readonly RuntimeSeries _runtime;
    private readonly CounterFamily _stallSeconds;

    /// <summary>Declares everything.</summary>
    /// <param name="prober">The vantage point's name, a label on every series.</param>
    /// <param name="clock">For the outages that last at the time of a scrape.</param>
    /// <param name="stalls">The prober's own faults.</param>
    /// <param name="buckets">How finely histograms tell sizes apart.</param>
    public ProberMetrics(string prober, ProberClock clock, StallRecord stalls, BucketDetail buckets = BucketDetail.All)
    {
        _clock = clock;
        _stalls = stalls;
        const string ProberLabel = "prober";
        _page = new MetricPage(ProberLabel, prober);
        var make = new SeriesMaker(_page, buckets);
        Links = new LinkFamilies(make);
        Probes = new ProbeFamilies(make);
        Routes = new RouteFamilies(make);
        Clusters = new ClusterFamilies(make);
        Slo = new SloFamilies(make);
        Brokers = new BrokerFamilies(make);
        Verdicts = new VerdictFamilies(make);
        _stallSeconds = make.Counter(
            "cordum_nats_prober_stall_seconds_total",
            "Seconds that the prober itself was held up: by the operating system's scheduler, its garbage collector, or for want of a thread. Resets when the prober restarts.",
            "kind");
        foreach (var kind in Enum.GetValues<StallKind>())
            _stallSeconds.WithLabels(SnakeCase.Of(kind));
        make.Gauge("cordum_nats_prober_info", "1; its labels tell which prober this is.", "version").WithLabels(Version).Set(1);

        _process = Prometheus.Metrics.NewCustomRegistry();
        _process.SetStaticLabels(new Dictionary<string, string> { [ProberLabel] = prober });
        DotNetStats.Register(_process);
        _runtime = new RuntimeSeries(Prometheus.Metrics.WithCustomRegistry(_process));
    }

    internal LinkFamilies Links { get; }

    internal ProbeFamilies Probes { get; }

    internal RouteFamilies Routes { get; }

    internal ClusterFamilies Clusters { get; }

    internal SloFamilies Slo { get; }

    internal BrokerFamilies Brokers { get; }

    internal VerdictFamilies Verdicts { get; }

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

    /// <summary>Makes the series of one broker's own view of itself.</summary>
    internal BrokerSeries ForBroker(LinkIdentity broker, IReadOnlyList<AskedSource> sources)
    {
        var series = new BrokerSeries(this, broker, sources);
        _brokers.Add(series);
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

    /// <summary>Unpublishes the series of a broker's own view. Within a turn.</summary>
    internal void Remove(BrokerSeries broker)
    {
        _brokers.Remove(broker);
        broker.Remove();
    }

    /// <summary>Unpublishes the series of a probe. Within a turn.</summary>
    internal void Remove(ProbeSeries probe)
    {
        _probes.Remove(probe);
        probe.Remove();
    }

    /// <summary>Makes the series of one probe on one link, at zero, and those of the objective that it measures, if any.</summary>
    internal ProbeSeries ForProbe(LinkIdentity link, ProbeKind probe, TimeSpan every, DateTimeOffset startedAt, ServiceLevel? level = null)
    {
        var series = new ProbeSeries(this, link, probe, 1 / every.TotalSeconds, startedAt, level);
        _probes.Add(series);
        return series;
    }

    /// <summary>Writes what <c>/metrics</c> serves, of this instant, and completes the writer. Within a turn.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="format">How.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Its length in bytes.</returns>
    internal async Task<long> WriteAsync(PipeWriter to, PageFormat format, CancellationToken stop)
    {
        Publish();
        _page.Write(to, format);
        var own = to.UnflushedBytes;
        using var process = new MemoryStream();
        await _process.CollectAndExportAsTextAsync(process, format == PageFormat.OpenMetrics ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText, stop).ConfigureAwait(false);
        await to.WriteAsync(process.ToArray(), stop).ConfigureAwait(false);
        await to.CompleteAsync().ConfigureAwait(false);
        return own + process.Length;
    }

    /// <summary>The same page as text.</summary>
    internal async Task<string> ReadAsync(PageFormat format, CancellationToken stop)
    {
        using var page = new MemoryStream();
        using (await TakeTurnAsync(stop).ConfigureAwait(false))
            await WriteAsync(PipeWriter.Create(page, new StreamPipeWriterOptions(leaveOpen: true)), format, stop).ConfigureAwait(false);
        return Encoding.UTF8.GetString(page.GetBuffer(), 0, (int)page.Length);
    }

    /// <summary>Copies what was counted into the series.</summary>
    internal void Publish()
    {
        var now = _clock.Now;
        foreach (var link in _links)
            link.Publish(now);
        foreach (var probe in _probes)
            probe.Publish();
        foreach (var route in _routes)
            route.Publish();
        foreach (var failover in _failovers)
            failover.Publish();
        foreach (var broker in _brokers)
            broker.Publish();
        foreach (var kind in Enum.GetValues<StallKind>())
            _stallSeconds.WithLabels(SnakeCase.Of(kind)).IncTo(_stalls.Total(kind).TotalSeconds);
        _runtime.Publish();
    }
}
