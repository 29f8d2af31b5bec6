using Cordum.NatsProber.Drills;
using static Cordum.NatsProber.Tests.Drills.Readings;

namespace Cordum.NatsProber.Tests.Drills;

public sealed class MonitoringChecksTests
{
    private const string Outrun = "CordumNatsDisconnectsOutrunReconnects";

    private static readonly string[] Rules =
    [
        Outrun, "CordumNatsReconnectChurn", "CordumNatsEndpointOutage", "CordumNatsClusterUnreachable", "CordumNatsErrorBudgetBurn", "CordumNatsProberAbsent",
        "CordumNatsProberStalled", "CordumNatsWatchdog",
    ];

    [Theory]
    [InlineData("", "no such target", false)]
    [InlineData("a=1 b=1", "2 up", true)]
    [InlineData("a=1 b=0", "down: b", false)]
    public void Every_target_of_the_job_is_up(string targets, string seen, bool passes)
    {
        var up = targets.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(target => Series(target[^1] - '0', ("instance", target[..^2])));

        Assert.Equal((seen, passes), Told(MonitoringChecks.Scraped(Said(up))));
    }

    [Theory]
    [InlineData("a:x b:x", "x", "from x", true)]
    [InlineData("a:x b:y", "x", "none of b", false)]
    [InlineData("a:x b:y", null, "from x, y", true)]
    [InlineData("a:x", null, "none of b", false)]
    public void The_series_of_every_link_are_there(string series, string? prober, string seen, bool passes)
    {
        var all = series.Split(' ').Select(one => Series(0, ("cluster", "c"), ("endpoint", one[..1]), ("prober", one[2..])));

        Assert.Equal((seen, passes), Told(MonitoringChecks.Known(Said(all), [A, B], prober)));
    }

    [Theory]
    [InlineData("", "", "", "8 alerting rules", true)]
    [InlineData(Outrun, "", "", "missing: " + Outrun, false)]
    [InlineData("", Outrun, "many-to-many matching", Outrun + " is err: many-to-many matching", false)]
    [InlineData("CordumNatsWatchdog", Outrun, "", "missing: CordumNatsWatchdog; " + Outrun + " is err", false)]
    public void The_rules_are_there_and_evaluate(string without, string ill, string error, string seen, bool passes)
    {
        var rules = Rules.Where(rule => rule != without)
            .Select(rule => rule == ill ? Rule(rule) with { Health = "err", LastError = error } : Rule(rule))
            .Append(Rule("Somebody'sOwn") with { Health = "err" });

        Assert.Equal((seen, passes), Told(MonitoringChecks.RulesLoaded(Said(rules))));
    }

    [Theory]
    [InlineData(4, "", 0, true)]    // the drill's own: exactly
    [InlineData(3, "", 0, false)]
    [InlineData(5, "", 0, false)]
    [InlineData(4, "other", 7, true)]  // the drill's own is there: what others saw is told only
    [InlineData(null, "other", 8, true)]  // others only: something
    [InlineData(null, "other", 7, false)]
    [InlineData(null, "", 0, false)]    // nobody
    public void Prometheus_has_counted_what_the_drill_has(int? own, string other, double otherCount, bool passes)
    {
        var after = new List<PrometheusSeries>();
        if (own is { } count)
            after.Add(Disconnects("drill", count));
        if (other.Length > 0)
            after.Add(Disconnects(other, otherCount));

        var finding = MonitoringChecks.Counted(A, "a", [Disconnects("drill", 1), Disconnects("other", 7)], Said(after), "drill", counted: 3);

        Assert.True(passes == finding.Passed, $"{finding}");
    }

    [Theory]
    [InlineData("", 2, 1, true)]
    [InlineData(Outrun, 299, 1, false)]
    [InlineData(Outrun, 300, 1, true)]
    [InlineData("CordumNatsClusterUnreachable", 59, 1, false)]
    [InlineData("CordumNatsClusterUnreachable", 61, 1, true)]
    [InlineData("CordumNatsReconnectChurn", 2, 2, false)]
    [InlineData("CordumNatsReconnectChurn", 2, 5, true)]
    [InlineData("CordumNatsErrorBudgetBurn", 2, 1, true)]
    public void A_page_for_turbulence_that_was_too_short_for_it_is_wrong(string alert, double longest, double returns, bool passes)
    {
        var fired = alert.Length > 0 ? new[] { Series(1, ("alertname", alert), ("cluster", "c"), ("endpoint", "a")), Series(1, ("alertname", Outrun), ("cluster", "of another team")) } : [];
        PrometheusRule[] rules = [Rule(Outrun) with { For = TimeSpan.FromMinutes(5) }, Rule("CordumNatsClusterUnreachable") with { For = TimeSpan.FromMinutes(1) }];

        var finding = MonitoringChecks.NotPaged(
            Said(fired), rules, [], new Dictionary<string, TimeSpan> { ["c"] = TimeSpan.FromSeconds(longest) }, new Dictionary<string, double> { ["c"] = returns });

        Assert.True(passes == finding.Passed, $"{finding}");
    }

    [Fact]
    public void That_nobody_was_paged_says_nothing_where_nothing_could_fire()
    {
        var finding = MonitoringChecks.NotPaged(
            Said<PrometheusSeries>([]), [], ["c"], new Dictionary<string, TimeSpan> { ["c"] = TimeSpan.Zero }, new Dictionary<string, double>());

        Assert.Equal(("not judged: Prometheus has no series of c, so that nothing could fire; otherwise no page", false), Told(finding));
    }

    [Theory]
    [InlineData("drill", null, "")]
    [InlineData("drill", "drill", "")]
    [InlineData("other", "drill", "c")]
    [InlineData(null, null, "c")]
    public void A_cluster_of_which_there_is_no_series_is_unseen(string? has, string? prober, string unseen)
    {
        var answer = Said(has is null ? [] : new[] { Disconnects(has, 0) });

        Assert.Equal([.. unseen.Length > 0 ? [unseen] : Array.Empty<string>(), "d"], MonitoringChecks.Unseen(answer, ["d", "c"], prober));
        Assert.Equal(["c", "d"], MonitoringChecks.Unseen(new(null, "is down"), ["d", "c"], prober));
    }

    [Fact]
    public void What_never_fired_is_not_resolved() => Assert.Equal(("not judged: it was never there", false), Told(MonitoringChecks.NeverBegun("Prometheus resolves it")));

    [Fact]
    public void What_fires_before_the_drill_is_told()
    {
        var clusters = new HashSet<string> { "c" };

        Assert.Equal(("none", true), Told(MonitoringChecks.Quiet(Said([Series(1, ("alertname", Outrun), ("cluster", "d"))]), clusters)));
        Assert.Equal((Outrun + " (c/a)", false), Told(MonitoringChecks.Quiet(Said([Series(1, ("alertname", Outrun), ("cluster", "c"), ("endpoint", "a"))]), clusters)));
    }

    [Theory]
    [InlineData("active", 0, 0, "active, to pager", true)]
    [InlineData("suppressed", 1, 0, "suppressed: a silence holds it back", false)]
    [InlineData("suppressed", 0, 1, "suppressed: another alert holds it back", false)]
    [InlineData("", 0, 0, "it has not", false)]
    public void An_alert_that_is_held_back_pages_nobody(string state, int silenced, int inhibited, string seen, bool passes)
    {
        HeldAlert[] alerts = state.Length > 0 ? [new(new Dictionary<string, string>(), state, silenced, inhibited, ["pager"])] : [];

        Assert.Equal((seen, passes), Told(MonitoringChecks.Paged(Outrun, Said(alerts))));
        Assert.Equal(passes, MonitoringChecks.Armed(Said(alerts)).Passed);
    }

    [Theory]
    [InlineData("c", "a", true)]
    [InlineData("c", null, true)]
    [InlineData("c", "b", false)]
    [InlineData("d", "a", false)]
    [InlineData("d", null, false)]
    public void An_alert_is_of_a_link_by_cluster_and_by_endpoint_if_it_has_one(string cluster, string? endpoint, bool isOf)
    {
        var labels = new Dictionary<string, string> { ["cluster"] = cluster };
        if (endpoint is not null)
            labels["endpoint"] = endpoint;

        Assert.Equal(isOf, MonitoringChecks.IsOf(labels, A));
    }

    [Fact]
    public void Who_does_not_answer_fails_with_the_reason()
    {
        var none = new Answer<IReadOnlyList<PrometheusSeries>>(null, "Prometheus at http://h does not answer: Connection refused");

        foreach (var finding in (Finding[])[MonitoringChecks.Scraped(none), MonitoringChecks.Known(none, [A], null), MonitoringChecks.Counted(A, "a", [], none, "drill", 1), MonitoringChecks.Quiet(none, new HashSet<string>())])
            Assert.Equal(("Prometheus at http://h does not answer: Connection refused", false), Told(finding));
    }

    private static (string Seen, bool Passed) Told(Finding finding) => (finding.Seen, finding.Passed);

    private static Answer<IReadOnlyList<T>> Said<T>(IEnumerable<T> what) => new([.. what], null);

    private static PrometheusSeries Series(double value, params (string Name, string Value)[] labels) => new(labels.ToDictionary(label => label.Name, label => label.Value), value);

    private static PrometheusSeries Disconnects(string prober, double count) => Series(count, ("cluster", "c"), ("endpoint", "a"), ("prober", prober));

    private static PrometheusRule Rule(string name) => new(name, "critical", TimeSpan.Zero, "ok", "");
}
