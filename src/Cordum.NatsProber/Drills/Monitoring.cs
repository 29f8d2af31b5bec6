using System.Globalization;
using Cordum.NatsProber.Alerts;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Drills;

/// <summary>Prometheus and Alertmanager, where their addresses were given: what they must know before the turbulence, and what they must have seen of it.</summary>
/// <param name="prometheus">Prometheus; null if its address was not given.</param>
/// <param name="alertmanager">Alertmanager; likewise.</param>
/// <param name="prober">The drill's prober.</param>
/// <param name="files">Its clusters.</param>
/// <param name="mustBeScraped">Whether the drill's own prober must be scraped, since no other knows these brokers.</param>
/// <param name="time">The clock.</param>
/// <param name="progress">Where people are told what is waited for.</param>
internal sealed class Monitoring(
    PrometheusApi? prometheus, AlertmanagerApi? alertmanager, DrillProber prober, IReadOnlyList<ProbeFile> files, bool mustBeScraped, TimeProvider time, TextWriter progress)
{
    /// <summary>Some scrapes and evaluations at the usual 15 s; and Prometheus sends an alert that lasts once more after a minute.</summary>
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>The pages that fire.</summary>
    private const string Pages = "ALERTS{alertname=~\"CordumNats.+\", alertstate=\"firing\", severity=\"critical\"}";

    private IReadOnlyList<PrometheusSeries> _before = [];
    private Reading _readingBefore = Reading.Empty;
    private int _linesBefore;
    private long _since;

    /// <summary>Why no alert could fire, whatever happens; null if one could, or before it is known.</summary>
    public string? Blind { get; private set; }

    /// <summary>Whose series must be there; null for those of any prober.</summary>
    private string? Witness => mustBeScraped ? prober.Name : null;

    private HashSet<string> Clusters => [.. files.Select(file => file.Cluster)];

    /// <summary>Before the turbulence.</summary>
    public IEnumerable<DrillAct> Before => prometheus is null && alertmanager is null ? [] : [new($"{Names}: scrapes, rules and the way to the pager, before", BeforeAsync)];

    /// <summary>After it.</summary>
    public IEnumerable<DrillAct> After => prometheus is null ? [] : [new("Prometheus: saw the same, and paged nobody", AfterAsync)];

    private string Names => (prometheus, alertmanager) switch
    {
        (not null, not null) => "Prometheus and Alertmanager",
        (not null, null) => "Prometheus",
        _ => "Alertmanager",
    };

    /// <summary>Versions, for the report.</summary>
    public async Task<IReadOnlyList<KeyValuePair<string, string>>> VersionsAsync(CancellationToken stop)
    {
        var facts = new List<KeyValuePair<string, string>>();
        if (prometheus is not null)
            facts.Add(new("Prometheus", Told(await prometheus.VersionAsync(stop).ConfigureAwait(false))));
        if (alertmanager is not null)
            facts.Add(new("Alertmanager", Told(await alertmanager.VersionAsync(stop).ConfigureAwait(false))));
        return facts;

        static string Told(Answer<string> version) => version.Value ?? version.Problem!;
    }

    private async Task<bool> BeforeAsync(ICollection<Finding> findings, CancellationToken stop)
    {
        if (prometheus is not null)
        {
            var links = prober.Latest.Links.Keys.Where(link => mustBeScraped || !link.IsFailover).ToList();
            if (mustBeScraped)
                await progress.WriteLineAsync($"  waiting until Prometheus has scraped {prober.Metrics} as a target of job {MonitoringChecks.Job}").ConfigureAwait(false);
            var known = await UntilAsync(
                () => DisconnectsAsync(stop),
                series => MonitoringChecks.Known(new(series, null), links, Witness).Passed && (!mustBeScraped || links.TrueForAll(link => IsUpToDate(link, series))),
                CatchUp,
                stop).ConfigureAwait(false);
            _before = known.Value ?? [];
            findings.Add(MonitoringChecks.Scraped(await prometheus.QueryAsync($"up{{job=\"{MonitoringChecks.Job}\"}}", stop).ConfigureAwait(false)));
            findings.Add(MonitoringChecks.Known(known, links, Witness));
            var unseen = MonitoringChecks.Unseen(known, Clusters, Witness);
            if (unseen.Count == Clusters.Count)
                Blind = $"Prometheus has no series of {string.Join(", ", unseen)}{(mustBeScraped ? " from the drill's prober" : "")}, so that no alert of it can fire";
            var rules = await UntilAsync(() => prometheus.AlertRulesAsync(stop), all => MonitoringChecks.RulesLoaded(new(all, null)).Passed, TimeSpan.FromSeconds(30), stop).ConfigureAwait(false);
            findings.Add(MonitoringChecks.RulesLoaded(rules));
            findings.Add(MonitoringChecks.Quiet(await prometheus.QueryAsync(Pages, stop).ConfigureAwait(false), Clusters));
            if (alertmanager is not null)
            {
                findings.Add(MonitoringChecks.From(await prometheus.AlertmanagersAsync(stop).ConfigureAwait(false), "Prometheus sends its alerts to an Alertmanager", all =>
                    (all.Count > 0 ? string.Join(", ", all) : "to none", all.Count > 0)));
            }
        }

        if (alertmanager is not null)
        {
            var watchdog = await UntilAsync(() => alertmanager.AlertsAsync(AlertName.Watchdog, stop), all => all.Count > 0, CatchUp, stop).ConfigureAwait(false);
            findings.Add(MonitoringChecks.Armed(watchdog));
        }

        _readingBefore = await prober.ReadAsync(stop).ConfigureAwait(false);
        findings.Add(prober.Scrapes.Take());
        (_linesBefore, _since) = (prober.Lines.Count, time.GetTimestamp());
        // What they do not know or have is a finding, and no reason to break nothing.
        return true;
    }

    private async Task<bool> AfterAsync(ICollection<Finding> findings, CancellationToken stop)
    {
        var now = prober.Latest;
        var lost = now.Links.Keys.Where(link => now[link].Disconnects > _readingBefore[link].Disconnects && (mustBeScraped || !link.IsFailover)).Order().ToList();
        var after = await UntilAsync(() => DisconnectsAsync(stop), series => lost.TrueForAll(link => Counted(link, new(series, null)).Passed), CatchUp, stop).ConfigureAwait(false);
        foreach (var link in lost)
            findings.Add(Counted(link, after));
        if (lost.Count == 0)
            findings.Add(MonitoringChecks.From(after, "there was turbulence that Prometheus could see", _ => ("none", false)));

        var rules = await prometheus!.AlertRulesAsync(stop).ConfigureAwait(false);
        var window = Math.Ceiling(time.GetElapsedTime(_since).TotalSeconds);
        var fired = await prometheus.QueryAsync(string.Create(CultureInfo.InvariantCulture, $"max_over_time({Pages}[{window:0}s])"), stop).ConfigureAwait(false);
        var lines = prober.Lines.Skip(_linesBefore).ToList();
        findings.Add(MonitoringChecks.NotPaged(
            rules.Problem is null ? fired : new(null, rules.Problem),
            rules.Value ?? [],
            MonitoringChecks.Unseen(after, Clusters, Witness),
            Clusters.ToDictionary(cluster => cluster, cluster => TurbulenceChecks.Longest(lines, cluster)),
            Clusters.ToDictionary(cluster => cluster, cluster => now.Links.Where(one => one.Key.Cluster == cluster && !one.Key.IsFailover).Select(one => one.Value.Reconnects - _readingBefore[one.Key].Reconnects).DefaultIfEmpty().Max())));
        return true;

        Finding Counted(LinkKey link, Answer<IReadOnlyList<PrometheusSeries>> series) =>
            MonitoringChecks.Counted(link, now.Names.Of(link), _before, series, prober.Name, now[link].Disconnects - _readingBefore[link].Disconnects);
    }

    /// <summary>Asks until an answer is as wanted, the time is up, or there is none at all.</summary>
    private async Task<Answer<T>> UntilAsync<T>(Func<Task<Answer<T>>> ask, Func<T, bool> isWanted, TimeSpan limit, CancellationToken stop)
        where T : class
    {
        var since = time.GetTimestamp();
        while (true)
        {
            var answer = await ask().ConfigureAwait(false);
            if (answer.Value is not { } value || isWanted(value) || time.GetElapsedTime(since) > limit)
                return answer;
            await Task.Delay(Every, time, stop).ConfigureAwait(false);
        }
    }

    /// <summary>A drill that ran a moment ago had the same labels, and other counts.</summary>
    private bool IsUpToDate(LinkKey link, IReadOnlyList<PrometheusSeries> series) =>
        series.Where(one => one.Link == link && one["prober"] == prober.Name).All(one => one.Value == prober.Latest[link].Disconnects);

    private async Task<Answer<IReadOnlyList<PrometheusSeries>>> DisconnectsAsync(CancellationToken stop)
    {
        var all = new List<PrometheusSeries>();
        foreach (var file in files)
        {
            var answer = await prometheus!.QueryAsync($"cordum_nats_disconnect_total{{component=\"natsprober\", cluster=\"{file.Cluster}\"}}", stop).ConfigureAwait(false);
            if (answer.Value is not { } series)
                return answer;
            all.AddRange(series);
        }

        return new(all, null);
    }
}
