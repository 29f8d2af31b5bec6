using System.Text.RegularExpressions;
using Cordum.NatsProber.Alerts;
using Cordum.NatsProber.Tests.Probes;

namespace Cordum.NatsProber.Tests.Alerts;

/// <summary>What all rules have in common, whatever they say. What each says is tested by promtool.</summary>
public sealed partial class RuleBookTests
{
    /// <summary>Series that are no part of a page at start-up: of Prometheus itself, of the brokers' view and of objectives.</summary>
    private static readonly string[] OtherSeries =
    [
        "up", "ALERTS", "cordum_nats_broker_healthy", "cordum_nats_slo_error_budget_ratio", "cordum_nats_slo_window_seconds", "cordum_nats_slo_latency_error_budget_ratio", "cordum_nats_slo_slow_total",
    ];

    private static readonly IReadOnlyList<RuleGroup> Groups = RuleBook.Groups(new RuleSettings());

    private static IEnumerable<Rule> Rules => Groups.SelectMany(group => group.Rules);

    private static IEnumerable<AlertingRule> Alerts => Rules.OfType<AlertingRule>();

    [Fact]
    public void Every_alert_is_there_with_its_severities() =>
        Assert.Equal(
            [
                "CordumNatsApplicationDisconnectsOutrunReconnects critical", "CordumNatsApplicationDisconnectsOutrunReconnects warning",
                "CordumNatsApplicationReconnectChurn critical", "CordumNatsApplicationReconnectChurn warning",
                "CordumNatsBrokerHealthyButUnreachable warning", "CordumNatsClusterUnreachable critical", "CordumNatsDisconnectsOutrunReconnects critical", "CordumNatsEndpointOutage warning",
                "CordumNatsErrorBudgetBurn critical", "CordumNatsErrorBudgetBurn warning", "CordumNatsProberAbsent critical", "CordumNatsProberLost warning",
                "CordumNatsProberStalled critical", "CordumNatsProberStalled warning", "CordumNatsProbersDisagree warning", "CordumNatsReconnectChurn critical", "CordumNatsWatchdog none",
            ],
            Alerts.Select(alert => $"{alert.Alert} {alert.Labels.Single(label => label.Key == "severity").Value}").Order(StringComparer.Ordinal));

    [Fact]
    public void Each_name_is_in_use_and_each_use_is_a_name() => Assert.Equal(AlertName.All.Order(), Alerts.Select(alert => alert.Alert).Distinct().Order());

    [Fact]
    public void Every_alert_tells_what_it_is_in_fixed_words_what_happened_in_templated_ones_and_where_to_read_on() => Assert.All(Alerts, alert =>
    {
        Assert.DoesNotContain("{{", alert.Summary, StringComparison.Ordinal);
        Assert.EndsWith(".", alert.Summary, StringComparison.Ordinal);
        Assert.True(alert.Description.Contains("{{ $", StringComparison.Ordinal) || alert.Description.Contains("{{ if $", StringComparison.Ordinal) || alert.Alert == AlertName.Watchdog, alert.Description);
        Assert.Equal($"https://github.com/cordum/natsprober/blob/main/docs/runbooks/{alert.Alert}.md", alert.Runbook);
    });

    [Fact]
    public void Alerts_of_one_name_have_one_summary() =>
        Assert.All(Alerts.Where(alert => alert.Alert != AlertName.ProberStalled).GroupBy(alert => alert.Alert), same => Assert.Single(same.Select(alert => alert.Summary).Distinct()));

    [Fact]
    public void Nothing_that_is_recorded_is_read_before_it_is_there()
    {
        var recorded = new HashSet<string>();
        foreach (var group in Groups)
        {
            // Groups run beside each other: what another records may be an evaluation old, and that is fine for alerts alone.
            var here = new HashSet<string>();
            foreach (var rule in group.Rules)
            {
                var ownAlready = here.ToHashSet();
                Assert.All(RecordedName().Matches(rule.Expression).Select(match => match.Value), name => Assert.True(ownAlready.Contains(name) || recorded.Contains(name), $"{group.Name} reads {name} too early"));
                if (rule is RecordingRule { Record: var record })
                    here.Add(record);
            }

            recorded.UnionWith(here);
        }
    }

    [Fact]
    public void What_is_recorded_is_called_level_metric_operation() =>
        Assert.All(Rules.OfType<RecordingRule>(), rule => Assert.Matches("^[a-z_]+:cordum_nats_[a-z_]+:[a-z]+(_rate|[a-z])*[0-9]*[a-z]*$", rule.Record));

    [Fact]
    public void Only_series_that_exist_are_read()
    {
        var page = File.ReadAllText(Path.Combine(ProbeFolder.Repository, "tests", "Cordum.NatsProber.Tests", "Metrics", "start-up.prom"));
        var known = TypeLine().Matches(page).Select(match => match.Groups[1].Value).Concat(OtherSeries).ToHashSet();

        var read = Rules.SelectMany(rule => RawName().Matches(RecordedName().Replace(rule.Expression, "")).Select(match => match.Value)).Distinct().ToArray();

        Assert.Contains("cordum_nats_disconnect_total", read);
        Assert.All(read, name => Assert.Contains(name, known));
    }

    [Fact]
    public void Whatever_counts_probes_says_which() => Assert.All(Rules.SelectMany(rule => ProbeSelector().Matches(rule.Expression)), selector =>
        Assert.Contains("probe=\"request\"", selector.Groups[1].Value, StringComparison.Ordinal));

    [Fact]
    public void Objectives_look_at_what_applications_feel_and_blame_nobody_for_the_probers_faults()
    {
        var selectors = Groups.Where(group => group.Name.StartsWith("cordum-nats-slo", StringComparison.Ordinal))
            .SelectMany(group => group.Rules)
            .SelectMany(rule => ProbeSelector().Matches(rule.Expression).Select(match => match.Value))
            .ToArray();

        Assert.NotEmpty(selectors);
        Assert.All(selectors, selector => Assert.Contains("probe=\"request\", scope=\"cluster\"", selector, StringComparison.Ordinal));
        Assert.All(selectors.Where(s => s.StartsWith("cordum_nats_probe_total", StringComparison.Ordinal)), s => Assert.Contains("outcome!~\"success|missed|indeterminate\"", s, StringComparison.Ordinal));
    }

    [Fact]
    public void Probers_and_applications_never_mix() => Assert.All(
        Groups.SelectMany(group => group.Rules.SelectMany(rule => LinkSelector().Matches(rule.Expression).Select(match => (group.Name, Labels: match.Groups[1].Value)))),
        selector => Assert.StartsWith(
            selector.Name == "cordum-nats-applications" ? "{component!=\"\", component!=\"natsprober\"" : "{component=\"natsprober\"",
            selector.Labels,
            StringComparison.Ordinal));

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(100)]
    public void No_range_holds_fewer_than_four_scrapes(double factor)
    {
        var settings = new RuleSettings().Compressed(factor);
        var ranges = RuleBook.Groups(settings).SelectMany(group => group.Rules).SelectMany(rule => Range().Matches(rule.Expression)).ToArray();

        Assert.NotEmpty(ranges);
        Assert.All(ranges, range => Assert.True(Read(range) >= 4 * settings.ScrapeInterval, range.Value));
    }

    [Fact]
    public void Objectives_that_are_given_replace_the_probers()
    {
        var rules = RuleBook.Groups(new RuleSettings { AvailabilityObjective = 99.9, LatencyObjective = 90 }).SelectMany(group => group.Rules).ToArray();

        Assert.Equal(
            ["0.001 * group by (cluster) (cluster:cordum_nats_probe_expected_per_second:max)", "0.1 * group by (cluster) (cluster:cordum_nats_probe_expected_per_second:max)"],
            rules.OfType<RecordingRule>().Where(rule => rule.Record == "cluster:cordum_nats_error_budget:ratio").Select(rule => rule.Expression));
        Assert.DoesNotContain(rules, rule => rule.Expression.Contains("cordum_nats_slo_error_budget_ratio", StringComparison.Ordinal));
        Assert.DoesNotContain(rules, rule => rule.Expression.Contains("cordum_nats_slo_window_seconds", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(RulePart.Prober, "cordum-nats-state", "cordum-nats-prober")]
    [InlineData(RulePart.Objectives, "cordum-nats-slo", "cordum-nats-slo-days", "cordum-nats-slo-window")]
    [InlineData(RulePart.Applications, "cordum-nats-applications")]
    public void The_parts_are_to_be_had_alone(RulePart part, params string[] groups) =>
        Assert.Equal(groups, RuleBook.Groups(new RuleSettings(), part).Select(group => group.Name));

    private static TimeSpan Read(Match range) => int.Parse(range.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) * range.Groups[2].Value switch
    {
        "ms" => TimeSpan.FromMilliseconds(1),
        "s" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        _ => TimeSpan.FromDays(1),
    };

    [GeneratedRegex(@"[a-z_]+:cordum_nats_[a-z_]+:[a-z0-9_]+")]
    private static partial Regex RecordedName();

    [GeneratedRegex(@"\b(cordum_nats_[a-z_]+|up|ALERTS)\b")]
    private static partial Regex RawName();

    [GeneratedRegex(@"^# TYPE (\w+) ", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"(?<!:)\bcordum_nats_probe_(?:total|expected_per_second)\b(?!:)(\{[^}]*\})?")]
    private static partial Regex ProbeSelector();

    [GeneratedRegex(@"\bcordum_nats_(?:disconnect_total|reconnect_total|connected|outage_start_timestamp_seconds)(\{[^}]*\})?")]
    private static partial Regex LinkSelector();

    [GeneratedRegex(@"\[(\d+)(ms|s|m|h|d)\]")]
    private static partial Regex Range();
}
