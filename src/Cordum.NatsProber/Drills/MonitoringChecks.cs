using System.Globalization;
using Cordum.NatsProber.Alerts;

namespace Cordum.NatsProber.Drills;

/// <summary>What Prometheus and Alertmanager have to show, from what they answered. Pure.</summary>
internal static class MonitoringChecks
{
    /// <summary>The scrape job that the rules name.</summary>
    public const string Job = "cordum-nats-prober";

    /// <summary>The rules without which there is no page. Those of applications may be left out.</summary>
    private static readonly string[] Needed =
    [
        AlertName.DisconnectsOutrunReconnects, AlertName.ReconnectChurn, AlertName.EndpointOutage, AlertName.ClusterUnreachable, AlertName.ErrorBudgetBurn,
        AlertName.ProberAbsent, AlertName.ProberStalled, AlertName.Watchdog,
    ];

    /// <summary>With so few returns, nobody has set the rule to call it churn.</summary>
    private const double NoChurn = 2;

    /// <summary>The scrape job is there, and all its targets answer.</summary>
    public static Finding Scraped(Answer<IReadOnlyList<PrometheusSeries>> up) => From(up, $"every target of the scrape job `{Job}` is up", targets =>
    {
        var down = targets.Where(target => target.Value != 1).Select(target => target["instance"]).Order(StringComparer.Ordinal).ToList();
        var seen = targets.Count == 0 ? "no such target" : down.Count > 0 ? $"down: {string.Join(", ", down)}" : $"{targets.Count} up";
        return (seen, targets.Count > 0 && down.Count == 0);
    });

    /// <summary>The links' series are there: those of the drill's own prober where it must be scraped, else those of any.</summary>
    public static Finding Known(Answer<IReadOnlyList<PrometheusSeries>> disconnects, IReadOnlyCollection<LinkKey> links, string? prober) =>
        From(disconnects, $"Prometheus has `cordum_nats_disconnect_total` of {new LinkNames(links).Of(links)}{(prober is null ? "" : $" from the drill's prober `{prober}`")}", series =>
        {
            var missing = links.Where(link => !series.Any(one => one.Link == link && (prober is null || one["prober"] == prober))).ToList();
            var probers = series.Select(one => one["prober"]).Distinct().Order(StringComparer.Ordinal);
            return (missing.Count > 0 ? $"none of {new LinkNames(links).Of(missing)}" : $"from {string.Join(", ", probers)}", missing.Count == 0);
        });

    /// <summary>The clusters of which there is no series: whatever happens to them, no rule can see it.</summary>
    public static IReadOnlyList<string> Unseen(Answer<IReadOnlyList<PrometheusSeries>> disconnects, IEnumerable<string> clusters, string? prober) =>
        [.. clusters.Where(cluster => disconnects.Value?.Any(one => one.Link.Cluster == cluster && (prober is null || one["prober"] == prober)) != true).Order(StringComparer.Ordinal)];

    /// <summary>That an alert is over says nothing if it had never begun.</summary>
    public static Finding NeverBegun(string expected) => new(expected, "not judged: it was never there", false);

    /// <summary>The rules are loaded, and each could be evaluated.</summary>
    public static Finding RulesLoaded(Answer<IReadOnlyList<PrometheusRule>> rules) => From(rules, "the `CordumNats…` rules are loaded, and evaluate without error", loaded =>
    {
        var missing = Needed.Except(loaded.Select(rule => rule.Name)).ToList();
        var ill = loaded.Where(rule => IsOurs(rule.Name) && rule.Health != "ok").Select(rule => $"{rule.Name} is {rule.Health}{(rule.LastError.Length > 0 ? $": {rule.LastError}" : "")}").Distinct().ToList();
        string[] wrong = [.. missing.Count > 0 ? [$"missing: {string.Join(", ", missing)}"] : Array.Empty<string>(), .. ill];
        return (wrong.Length > 0 ? string.Join("; ", wrong) : string.Create(CultureInfo.InvariantCulture, $"{loaded.Count(rule => IsOurs(rule.Name))} alerting rules"), wrong.Length == 0);
    });

    /// <summary>Nothing pages before anything was done.</summary>
    public static Finding Quiet(Answer<IReadOnlyList<PrometheusSeries>> firing, IReadOnlySet<string> clusters) =>
        From(firing, $"no `CordumNats…` page is firing for {string.Join(", ", clusters.Order(StringComparer.Ordinal))}", all =>
        {
            var ours = all.Where(alert => clusters.Contains(alert["cluster"])).Select(Named).ToList();
            return (ours.Count > 0 ? string.Join(", ", ours) : "none", ours.Count == 0);
        });

    /// <summary>
    /// Prometheus has counted the disconnects of one link as the drill's prober has: exactly, where it scrapes that one; where it scrapes others, they have seen the
    /// turbulence, each in its own way.
    /// </summary>
    /// <param name="link">The link.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="before">The disconnects that Prometheus had before.</param>
    /// <param name="after">And has now.</param>
    /// <param name="prober">The drill's prober.</param>
    /// <param name="counted">What it has counted meanwhile.</param>
    public static Finding Counted(LinkKey link, string name, IReadOnlyList<PrometheusSeries> before, Answer<IReadOnlyList<PrometheusSeries>> after, string prober, double counted) =>
        From(after, string.Create(CultureInfo.InvariantCulture, $"{name}: `cordum_nats_disconnect_total` rose in Prometheus as for the drill's prober, by {counted:0}"), series =>
        {
            var rises = series.Where(one => one.Link == link)
                .Select(one => (Prober: one["prober"], Rise: one.Value - (before.FirstOrDefault(other => other.Link == link && other["prober"] == one["prober"])?.Value ?? 0)))
                .OrderBy(one => one.Prober, StringComparer.Ordinal)
                .ToList();
            var own = rises.Where(one => one.Prober == prober).ToList();
            var seen = rises.Count == 0 ? "no series" : string.Join(", ", rises.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Prober} +{one.Rise:0}")));
            return (seen, own.Count > 0 ? own.TrueForAll(one => one.Rise == counted) : rises.Count > 0 && rises.TrueForAll(one => counted > 0 ? one.Rise >= 1 : one.Rise == 0));
        });

    /// <summary>Nobody was paged for turbulence that is too short for it.</summary>
    /// <param name="fired">Pages that were firing at any time since the drill began.</param>
    /// <param name="rules">The rules, for the time after which each fires.</param>
    /// <param name="unseen">The clusters whose series Prometheus does not have, so that nothing could fire.</param>
    /// <param name="longest">The longest outage of any endpoint, by cluster.</param>
    /// <param name="returns">The most returns of any endpoint, by cluster.</param>
    public static Finding NotPaged(
        Answer<IReadOnlyList<PrometheusSeries>> fired,
        IReadOnlyList<PrometheusRule> rules,
        IReadOnlyCollection<string> unseen,
        IReadOnlyDictionary<string, TimeSpan> longest,
        IReadOnlyDictionary<string, double> returns)
    {
        var lengths = longest.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}: {FaultChecks.Seconds(one.Value.TotalSeconds)} at most");
        return From(fired, $"nobody is paged for turbulence this short ({string.Join(", ", lengths)})", all =>
        {
            var ours = all.Where(alert => longest.ContainsKey(alert["cluster"])).ToList();
            var seen = ours.Count == 0 ? "no page" : string.Join(", ", ours.Select(alert => IsWrong(alert) ? Named(alert) : $"{Named(alert)}, which may be right"));
            return unseen.Count > 0
                ? ($"not judged: Prometheus has no series of {string.Join(", ", unseen)}, so that nothing could fire; otherwise {seen}", false)
                : (seen, !ours.Exists(IsWrong));
        });

        bool IsWrong(PrometheusSeries alert) => alert["alertname"] switch
        {
            AlertName.DisconnectsOutrunReconnects or AlertName.ClusterUnreachable => longest[alert["cluster"]] < rules.Where(rule => rule.Name == alert["alertname"]).Select(rule => rule.For).DefaultIfEmpty().Max(),
            AlertName.ReconnectChurn => returns.GetValueOrDefault(alert["cluster"]) <= NoChurn,
            // Those of the budget are not about the length of an outage, those of the prober not about brokers.
            _ => false,
        };
    }

    /// <summary>Alertmanager is there, and the alert that always fires has arrived at it.</summary>
    public static Finding Armed(Answer<IReadOnlyList<HeldAlert>> watchdog) => From(watchdog, $"Alertmanager has `{AlertName.Watchdog}`: the dead man's switch is armed", alerts =>
        (alerts.Count > 0 ? Held(alerts) : "it has not: nobody would notice if Prometheus stopped alerting", alerts.Any(alert => alert.State == "active")));

    /// <summary>An alert that fires has arrived at Alertmanager, which does not hold it back.</summary>
    public static Finding Paged(string alert, Answer<IReadOnlyList<HeldAlert>> held) => From(held, $"Alertmanager has `{alert}`, and holds it back for nothing", alerts =>
        (alerts.Count > 0 ? Held(alerts) : "it has not", alerts.Any(one => one.State == "active")));

    /// <summary>Whether an alert is of a cluster, and of an endpoint where it names one.</summary>
    public static bool IsOf(IReadOnlyDictionary<string, string> labels, LinkKey link) =>
        labels.GetValueOrDefault("cluster") == link.Cluster && (labels.GetValueOrDefault("endpoint") is not { Length: > 0 } endpoint || endpoint == link.Endpoint);

    /// <summary>A finding from an answer; that there is none is a failure with the reason as what was seen.</summary>
    public static Finding From<T>(Answer<T> answer, string expected, Func<T, (string Seen, bool Passed)> judge)
        where T : class
    {
        if (answer.Value is not { } value)
            return new(expected, answer.Problem!, false);
        var (seen, passed) = judge(value);
        return new(expected, seen, passed);
    }

    private static bool IsOurs(string alert) => alert.StartsWith("CordumNats", StringComparison.Ordinal);

    private static string Named(PrometheusSeries alert) => alert["endpoint"] is { Length: > 0 } endpoint ? $"{alert["alertname"]} ({alert["cluster"]}/{endpoint})" : $"{alert["alertname"]} ({alert["cluster"]})";

    private static string Held(IReadOnlyList<HeldAlert> alerts) => string.Join("; ", alerts.Select(alert => $"{alert.State}{Fate(alert)}").Distinct());

    private static string Fate(HeldAlert alert) => alert switch
    {
        { SilencedBy: > 0 } => ": a silence holds it back",
        { InhibitedBy: > 0 } => ": another alert holds it back",
        _ => $", to {string.Join(", ", alert.Receivers)}",
    };
}
