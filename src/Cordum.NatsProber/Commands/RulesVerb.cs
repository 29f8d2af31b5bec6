using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Cordum.NatsProber.Alerts;

namespace Cordum.NatsProber.Commands;

/// <summary>The command line of <c>natsprober rules</c>.</summary>
internal static class RulesVerb
{
    private static readonly RuleSettings Usual = new();

    public static Command Create()
    {
        var format = new Option<string>("--format") { Description = "prometheus: a rule file; operator: a PrometheusRule of the Prometheus operator", HelpName = "FORMAT", DefaultValueFactory = _ => "prometheus" }
            .AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Names<RulesFormat>());
        var only = new Option<string>("--only") { Description = "Which rules: all, prober, objectives or applications", HelpName = "PART", DefaultValueFactory = _ => "all" }
            .AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Names<RulePart>());
        var job = Text("--job", "NAME", $"The probers' scrape job (default: {Usual.Job})");
        var runbookBase = Text("--runbook-base", "URL", $"Where the runbooks are; the alert's name and .md are added (default: {Usual.RunbookBase})");
        var scrapeInterval = Text("--scrape-interval", "TIME", $"How often Prometheus scrapes the probers (default: {Promql.Duration(Usual.ScrapeInterval)})");
        var staleness = Text("--staleness", "TIME", $"For how long a prober's last word counts (default: {Promql.Duration(Usual.Staleness)})");
        var quorum = Share("--quorum", $"A finding counts where more than this share of the probers have it (default: {Promql.Number(Usual.Quorum)})");
        var outageFor = Text("--outage-for", "TIME", $"For how long a connection must be lost to page (default: {Promql.Duration(Usual.OutageFor)})");
        var churnCount = Count("--churn-count", $"How many reconnects within the churn window page (default: {Usual.ChurnCount})");
        var churnWindow = Text("--churn-window", "TIME", $"The churn window (default: {Usual.ChurnWindow})");
        var objective = Number<double>("--objective", "PERCENT", "Availability objective of all clusters, in place of the probe files'; whether their intervals can measure it is not checked then");
        var latency = Number<double>("--latency-objective", "PERCENT", "How many percent of requests must be fast, in place of the probe files'; likewise");
        var sloWindow = Text("--slo-window", "TIME", $"Over how long the objectives are (default: {Usual.SloWindow})");
        var factors = Text("--burn-factors", "F,F,F,F", "Burn rates that page (1h, 6h) and make tickets (1d, 3d) (default: 14.4,6,3,1)");
        var failures = Count("--minimum-failures", $"How many failures a burn rate needs at least (default: {Usual.MinimumFailures})");
        var labels = Text("--application-labels", "LABEL,…", "Labels that tell applications apart, beside component (default: none)");
        var pageRatio = Share("--application-page-ratio", $"More than this share of an application's replicas pages (default: {Promql.Number(Usual.ApplicationPageRatio)})");
        var ticketRatio = Share("--application-ticket-ratio", $"More than this share makes a ticket (default: {Promql.Number(Usual.ApplicationTicketRatio)})");
        var floor = Count("--application-floor", $"So many replicas at least, or all (default: {Usual.ApplicationFloor})");
        var operatorLabels = new Option<string[]>("--operator-label") { Description = "A label of the PrometheusRule, as the operator's ruleSelector wants it; may be given several times", HelpName = "KEY=VALUE" };

        var rules = new Command("rules", "Prints the alerting and recording rules for Prometheus. Exit code 0, or 2 for values that make no sense.")
        {
            format, only, job, runbookBase, scrapeInterval, staleness, quorum, outageFor, churnCount, churnWindow, objective, latency, sloWindow, factors, failures,
            labels, pageRatio, ticketRatio, floor, operatorLabels,
        };
        rules.SetAction(parsed => RulesCommand.Run(
            new RulesCommandOptions
            {
                Format = Enum.Parse<RulesFormat>(parsed.GetValue(format)!, ignoreCase: true),
                Part = Enum.Parse<RulePart>(parsed.GetValue(only)!, ignoreCase: true),
                Job = parsed.GetValue(job),
                RunbookBase = parsed.GetValue(runbookBase),
                ScrapeInterval = parsed.GetValue(scrapeInterval),
                Staleness = parsed.GetValue(staleness),
                Quorum = parsed.GetValue(quorum),
                OutageFor = parsed.GetValue(outageFor),
                ChurnCount = parsed.GetValue(churnCount),
                ChurnWindow = parsed.GetValue(churnWindow),
                Objective = parsed.GetValue(objective),
                LatencyObjective = parsed.GetValue(latency),
                SloWindow = parsed.GetValue(sloWindow),
                BurnFactors = parsed.GetValue(factors),
                MinimumFailures = parsed.GetValue(failures),
                ApplicationLabels = parsed.GetValue(labels),
                ApplicationPageRatio = parsed.GetValue(pageRatio),
                ApplicationTicketRatio = parsed.GetValue(ticketRatio),
                ApplicationFloor = parsed.GetValue(floor),
                OperatorLabels = parsed.GetValue(operatorLabels) ?? [],
            },
            [.. parsed.Tokens.Skip(1).Select(token => token.Value)],
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return rules;
    }

    private static string[] Names<T>()
        where T : struct, Enum =>
        [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];

    private static Option<string?> Text(string name, string helpName, string description) => new(name) { Description = description, HelpName = helpName };

    private static Option<double?> Share(string name, string description) => Number<double>(name, "SHARE", description);

    private static Option<int?> Count(string name, string description) => Number<int>(name, "N", description);

    /// <summary>With a point, whatever the language: 9,9 is no 99, as which the usual parser takes it.</summary>
    private static Option<T?> Number<T>(string name, string helpName, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                var text = result.Tokens.Single().Value;
                if (T.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                    return number;
                result.AddError($"{name} '{text}': write a number, such as {(typeof(T) == typeof(int) ? "5" : "0.5")}");
                return null;
            },
        };
}
