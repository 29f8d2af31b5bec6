using Cordum.NatsProber.Hosting;

namespace Cordum.NatsProber.Drills;

/// <summary>Which link.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Endpoint">The endpoint's name, or <c>_cluster</c>.</param>
internal readonly record struct LinkKey(string Cluster, string Endpoint) : IComparable<LinkKey>
{
    /// <summary>Whether it is the one that fails over.</summary>
    public bool IsFailover => Endpoint == ClusterAccess.FailoverEndpoint;

    public int CompareTo(LinkKey other) => (string.CompareOrdinal(Cluster, other.Cluster), string.CompareOrdinal(Endpoint, other.Endpoint)) switch
    {
        (0, var byEndpoint) => byEndpoint,
        (var byCluster, _) => byCluster,
    };

    public override string ToString() => $"{Cluster}/{Endpoint}";
}

/// <summary>What one scrape says of one link. Seconds where the series have them.</summary>
internal sealed record LinkReading
{
    public double Disconnects { get; init; }

    public double Reconnects { get; init; }

    public bool Connected { get; init; }

    /// <summary>Disconnects by cause; those that never happened are in it, at zero.</summary>
    public IReadOnlyDictionary<string, double> Causes { get; init; } = new Dictionary<string, double>();

    /// <summary>Outages that have ended.</summary>
    public double Outages { get; init; }

    /// <summary>How long they were, together.</summary>
    public double OutageSeconds { get; init; }

    public double LameDucks { get; init; }

    /// <summary>Requests by outcome.</summary>
    public IReadOnlyDictionary<string, double> Requests { get; init; } = new Dictionary<string, double>();

    /// <summary>Time spent in handshakes.</summary>
    public double HandshakeSeconds { get; init; }

    public double Answered => Requests.GetValueOrDefault("success");

    /// <summary>Requests that failed for another reason than the prober's own.</summary>
    public double Failed => Requests.Where(one => one.Key is not ("success" or "missed" or "indeterminate")).Sum(one => one.Value);

    /// <summary>
    /// Whether the counters keep the law: disconnects less reconnects is 1 less connected (all three 0 before the first dial has ended), and the causes sum up to
    /// the disconnects.
    /// </summary>
    public bool KeepsParity =>
        Causes.Values.Sum() == Disconnects
        && (Disconnects - Reconnects == (Connected ? 0 : 1) || (Disconnects == 0 && Reconnects == 0 && !Connected));
}

/// <summary>What one scrape says: all links at one instant.</summary>
/// <param name="Links">By cluster and endpoint.</param>
/// <param name="FailoverAt">The endpoint at which a cluster's failing-over link is, or was last.</param>
/// <param name="StallSeconds">Time for which the prober itself has been held up since it started.</param>
/// <param name="Series">How many samples the page has.</param>
internal sealed record Reading(IReadOnlyDictionary<LinkKey, LinkReading> Links, IReadOnlyDictionary<string, string> FailoverAt, double StallSeconds, int Series)
{
    public static Reading Empty { get; } = new(new Dictionary<LinkKey, LinkReading>(), new Dictionary<string, string>(), 0, 0);

    /// <summary>The reading of one link; all zero if the page has no series of it.</summary>
    public LinkReading this[LinkKey link] => Links.GetValueOrDefault(link, new LinkReading());

    /// <summary>What the links are called before people.</summary>
    public LinkNames Names => new(Links.Keys);

    /// <summary>Whether every link is open.</summary>
    public bool AllConnected => Links.Count > 0 && Links.Values.All(link => link.Connected);

    /// <summary>The links whose counters contradict each other, in words.</summary>
    public IEnumerable<string> ParityBreaches => Links.Where(one => !one.Value.KeepsParity).OrderBy(one => one.Key).Select(one =>
        $"{one.Key}: disconnect_total {one.Value.Disconnects}, by cause {one.Value.Causes.Values.Sum()}, reconnect_total {one.Value.Reconnects}, connected {(one.Value.Connected ? 1 : 0)}");

    /// <summary>Reads a page of <c>/metrics</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Reading Of(string page)
    {
        var samples = ScrapedPage.Read(page);
        var links = samples.Where(IsOfLink)
            .GroupBy(sample => new LinkKey(sample["cluster"], sample["endpoint"]))
            .ToDictionary(group => group.Key, group => Link([.. group]));
        var failoverAt = samples.Where(sample => sample is { Name: "cordum_nats_failover_at", Value: 1 })
            .ToDictionary(sample => sample["cluster"], sample => sample["to"]);
        return new Reading(links, failoverAt, samples.Where(sample => sample.Name == "cordum_nats_prober_stall_seconds_total").Sum(sample => sample.Value), samples.Count);
    }

    private static bool IsOfLink(ScrapedSample sample) =>
        sample["component"] == "natsprober" || sample is { Name: "cordum_nats_probe_total" } && sample["probe"] == "request";

    private static LinkReading Link(IReadOnlyList<ScrapedSample> samples)
    {
        var byName = samples.ToLookup(sample => sample.Name);
        return new LinkReading
        {
            Disconnects = Sum("cordum_nats_disconnect_total"),
            Reconnects = Sum("cordum_nats_reconnect_total"),
            Connected = Sum("cordum_nats_connected") == 1,
            Causes = byName["cordum_nats_disconnect_cause_total"].ToDictionary(sample => sample["cause"], sample => sample.Value),
            Outages = Sum("cordum_nats_outage_duration_seconds_count"),
            OutageSeconds = Sum("cordum_nats_outage_duration_seconds_sum"),
            LameDucks = Sum("cordum_nats_lame_duck_total"),
            Requests = byName["cordum_nats_probe_total"].ToDictionary(sample => sample["outcome"], sample => sample.Value),
            HandshakeSeconds = Sum("cordum_nats_connect_phase_duration_seconds_sum"),
        };

        double Sum(string name) => byName[name].Sum(sample => sample.Value);
    }
}
