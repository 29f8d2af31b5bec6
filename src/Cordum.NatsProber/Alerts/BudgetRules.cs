using static Cordum.NatsProber.Alerts.Alerting;

namespace Cordum.NatsProber.Alerts;

/// <summary>Rules about objectives: the share of requests that fail or are slow, how fast that uses up the error budget, and what is left of it.</summary>
internal static class BudgetRules
{
    private const string Latency = "latency";
    private const string Budget = "cluster:cordum_nats_error_budget:ratio";
    private const string Burn = "cluster:cordum_nats_error_budget_burn:rate";
    private const string Remains = "cluster:cordum_nats_error_budget_remaining:ratio";
    private const string Failures = "cluster:cordum_nats_budget_failures:increase";
    private const string PromisedByProber = "cluster_prober:cordum_nats_probe_expected_per_second:max";
    private const string Promised = "cluster:cordum_nats_probe_expected_per_second:max";
    private const string PromisedSeries = "cordum_nats_probe_expected_per_second{probe=\"request\", scope=\"cluster\"}";

    private const string OfMedian =
        "The median prober. An even number has two in the middle; a further zero makes the lower one the median, so that one of two that is cut off is outvoted here as everywhere.";

    /// <summary>Both objectives have the same rules, but for what they count.</summary>
    private static readonly Indicator[] Indicators =
    [
        new("availability", "probe_errors", "cordum_nats_probe_total{probe=\"request\", scope=\"cluster\", outcome!~\"success|missed|indeterminate\"}", "cordum_nats_slo_error_budget_ratio"),
        new(Latency, "probe_slow", "cordum_nats_slo_slow_total", "cordum_nats_slo_latency_error_budget_ratio"),
    ];

    public static IEnumerable<RuleGroup> Groups(RuleSettings settings)
    {
        var (pages, tickets) = (settings.Pages, settings.Tickets);
        RuleWindow[] windows = [pages.Fast.ShortWindow, pages.Slow.ShortWindow, pages.Fast.LongWindow, tickets.Fast.ShortWindow, pages.Slow.LongWindow];
        yield return new(
            "cordum-nats-slo",
            settings.BudgetInterval,
            """
            What an application feels: requests over the link that fails over. Bad are those that failed; what the prober itself missed or could not judge is no failure. Divided by what the
            schedule promised in the whole window, not by what was counted: so a window with little history (a new prober, one that was down) reads low, not loud. Slow ones likewise: of a new
            prober's first requests some are slow.
            """,
            [.. Bases(settings), .. windows.DistinctBy(window => window.Name).SelectMany((window, index) => Ratios(window, withReasons: index == 0)), .. Floors(pages), Page(settings)]);
        yield return new(
            "cordum-nats-slo-days",
            settings.LongBudgetInterval,
            "The same over days, less often, for it is dear.",
            [.. new[] { tickets.Fast.LongWindow, tickets.Slow.LongWindow }.SelectMany(window => Ratios(window, withReasons: false)), .. Floors(tickets), Ticket(settings)]);
        yield return new(
            "cordum-nats-slo-window",
            settings.LongBudgetInterval,
            "What is left of the budget. Needs data for as long as the window is: --storage.tsdb.retention.time, which is 15 days by default.",
            [.. IsRecorded(settings) ? [] : Ratios(settings.SloWindow, withReasons: false), .. Indicators.Select(indicator => Remaining(settings, indicator))]);
    }

    /// <summary>Whether the objectives' window is one of those that the burn rates look at anyway.</summary>
    private static bool IsRecorded(RuleSettings settings) =>
        new[] { settings.Pages.Fast, settings.Pages.Slow, settings.Tickets.Fast, settings.Tickets.Slow }.Any(rate => settings.SloWindow.Name == rate.LongWindow.Name || settings.SloWindow.Name == rate.ShortWindow.Name);

    private static IEnumerable<Rule> Bases(RuleSettings settings)
    {
        var stale = Promql.Duration(settings.Staleness);
        yield return Record(PromisedByProber, $"max by (cluster, prober) (last_over_time({PromisedSeries}[{stale}]))", "The probers that report now, and how many requests a second they promise.");
        yield return Record(Promised, $"max by (cluster) ({PromisedByProber})");
        foreach (var indicator in Indicators)
        {
            yield return indicator.GivenObjective(settings) is { } objective
                // Decimal, so that 99.9 % leaves exactly a thousandth.
                ? Record(Budget, $"{Promql.Number((double)(1 - ((decimal)objective / 100)))} * group by (cluster) ({Promised})", "", indicator.Objective)
                : Record(Budget, $"max by (cluster) (last_over_time({indicator.BudgetSeries}[{stale}]))", "", indicator.Objective);
        }
    }

    private static IEnumerable<Rule> Ratios(RuleWindow window, bool withReasons)
    {
        foreach (var indicator in Indicators)
        {
            var (ofProber, ratio) = ($"cluster_prober:cordum_nats_{indicator.Name}:ratio_rate{window.Name}", indicator.Ratio(window));
            yield return Record(
                ofProber,
                $"""
                sum by (cluster, prober) (rate({indicator.Bad}[{window}]))
                /
                avg by (cluster, prober) (avg_over_time({PromisedSeries}[{window}]))
                and
                {PromisedByProber} > 0
                """);
            yield return Record(
                ratio,
                $"""
                quantile by (cluster) (0.5,
                  {ofProber}
                  or
                  count by (cluster) ({ofProber}) % 2 == 0
                )
                """,
                withReasons ? OfMedian : "");
            yield return Record(
                Burn + window.Name,
                $$"""
                {{ratio}}
                / on (cluster) group_left (objective)
                {{Budget}}{objective="{{indicator.Objective}}"}
                """,
                "",
                indicator.Objective);
        }
    }

    /// <summary>How many failures the long windows hold, for the floor.</summary>
    private static IEnumerable<Rule> Floors((BurnRate Fast, BurnRate Slow) rates) =>
        from rate in (BurnRate[])[rates.Fast, rates.Slow]
        from indicator in Indicators
        select Record(Failures + rate.LongWindow.Name, $"{indicator.Ratio(rate.LongWindow)} * on (cluster) {Promised} * {Promql.Seconds(rate.LongWindow.Length)}", "", indicator.Objective);

    private static AlertingRule Page(RuleSettings settings)
    {
        var (fast, slow) = settings.Pages;
        return BurnAlert(
            settings,
            Severity.Critical,
            $$"""
            (
            {{Burning(settings, fast)}}
            )
            or
            (
            {{Burning(settings, slow)}}
              unless on (cluster)
              max_over_time(ALERTS{alertname="{{AlertName.ClusterUnreachable}}", alertstate="firing"}[{{slow.ShortWindow}}])
            )
            """) with
        {
            For = settings.BurnFor,
            KeepFiringFor = settings.KeepFiringFor,
            Why = $"""
                {Promql.Number(fast.Factor)} times for {fast.LongWindow.Name}, or {Promql.Number(slow.Factor)} times for {slow.LongWindow.Name}, and still so in the short
                window; or nearly all requests, where the budget is so large that it cannot burn that fast.
                The {slow.ShortWindow.Name} remember a total outage, which had its own page, long after it is over: then only the {fast.ShortWindow.Name} count.
                """,
        };
    }

    private static AlertingRule Ticket(RuleSettings settings)
    {
        var (fast, slow) = settings.Tickets;
        return BurnAlert(
            settings,
            Severity.Warning,
            $"""
            (
            {Burning(settings, fast)}
            )
            or
            (
            {Burning(settings, slow)}
            )
            """) with
        { KeepFiringFor = settings.BurnTicketKeepFiringFor };
    }

    private static string Burning(RuleSettings settings, BurnRate rate)
    {
        var tooFast = $"clamp_max({Promql.Number(settings.NearlyAll)} / {Budget}, {Promql.Number(rate.Factor)})";
        return $"""
              {Burn}{rate.LongWindow.Name} > {tooFast}
              and
              {Burn}{rate.ShortWindow.Name} > {tooFast}
              and
              {Failures}{rate.LongWindow.Name} >= {Promql.AtLeast(settings.MinimumFailures)}
            """;
    }

    private static AlertingRule BurnAlert(RuleSettings settings, string severity, string expression) => settings.Alert(
        AlertName.ErrorBudgetBurn,
        severity,
        expression,
        "A NATS cluster burns its error budget too fast.",
        """{{ $labels.cluster }} uses up the error budget of its {{ $labels.objective }} objective {{ $value | printf "%.1f" }} times as fast as it may.""");

    private static RecordingRule Remaining(RuleSettings settings, Indicator indicator)
    {
        var left = $"1 - {Burn}{settings.SloWindow.Name}{{objective=\"{indicator.Objective}\"}}";
        var window = $"max by (cluster) (last_over_time(cordum_nats_slo_window_seconds[{Promql.Duration(settings.Staleness)}]))";
        return indicator.GivenObjective(settings) is not null
            ? Record(Remains, left, "1 is all of it; below 0 the objective is missed.", indicator.Objective)
            : Record(
                Remains,
                $"""
                {left}
                and on (cluster)
                {window} == {Promql.Seconds(settings.ObjectiveWindow)}
                """,
                "1 is all of it; below 0 the objective is missed. Not for a cluster whose probe file names another window: no number is better than a wrong one.",
                indicator.Objective);
    }

    /// <param name="Objective">The label's value.</param>
    /// <param name="Name">In the names of series.</param>
    /// <param name="Bad">The counter of what the budget allows few of.</param>
    /// <param name="BudgetSeries">The budget, as the prober exports it.</param>
    private sealed record Indicator(string Objective, string Name, string Bad, string BudgetSeries)
    {
        /// <summary>What the settings say in place of the probe files, in percent.</summary>
        public double? GivenObjective(RuleSettings settings) => Objective == Latency ? settings.LatencyObjective : settings.AvailabilityObjective;

        public string Ratio(RuleWindow window) => $"cluster:cordum_nats_{Name}:ratio_rate{window.Name}";
    }
}
