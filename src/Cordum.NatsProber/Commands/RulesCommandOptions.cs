using System.Globalization;
using System.Text.RegularExpressions;
using Cordum.NatsProber.Alerts;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Commands;

/// <summary>How <c>natsprober rules</c> prints them.</summary>
public enum RulesFormat
{
    /// <summary>A rule file of Prometheus.</summary>
    Prometheus,

    /// <summary>A PrometheusRule of the Prometheus operator.</summary>
    Operator,
}

/// <summary>The options of <c>natsprober rules</c>, as typed; null where the default of <see cref="RuleSettings"/> is meant.</summary>
public sealed partial record RulesCommandOptions
{
    /// <summary><c>--format</c>.</summary>
    public RulesFormat Format { get; init; }

    /// <summary><c>--only</c>.</summary>
    public RulePart Part { get; init; }

    /// <summary><c>--job</c>.</summary>
    public string? Job { get; init; }

    /// <summary><c>--runbook-base</c>.</summary>
    public string? RunbookBase { get; init; }

    /// <summary><c>--scrape-interval</c>.</summary>
    public string? ScrapeInterval { get; init; }

    /// <summary><c>--staleness</c>.</summary>
    public string? Staleness { get; init; }

    /// <summary><c>--quorum</c>.</summary>
    public double? Quorum { get; init; }

    /// <summary><c>--outage-for</c>.</summary>
    public string? OutageFor { get; init; }

    /// <summary><c>--churn-count</c>.</summary>
    public int? ChurnCount { get; init; }

    /// <summary><c>--churn-window</c>.</summary>
    public string? ChurnWindow { get; init; }

    /// <summary><c>--objective</c>.</summary>
    public double? Objective { get; init; }

    /// <summary><c>--latency-objective</c>.</summary>
    public double? LatencyObjective { get; init; }

    /// <summary><c>--slo-window</c>.</summary>
    public string? SloWindow { get; init; }

    /// <summary><c>--burn-factors</c>: four numbers and three commas.</summary>
    public string? BurnFactors { get; init; }

    /// <summary><c>--minimum-failures</c>.</summary>
    public int? MinimumFailures { get; init; }

    /// <summary><c>--application-labels</c>: names and commas.</summary>
    public string? ApplicationLabels { get; init; }

    /// <summary><c>--application-page-ratio</c>.</summary>
    public double? ApplicationPageRatio { get; init; }

    /// <summary><c>--application-ticket-ratio</c>.</summary>
    public double? ApplicationTicketRatio { get; init; }

    /// <summary><c>--application-floor</c>.</summary>
    public int? ApplicationFloor { get; init; }

    /// <summary><c>--operator-label</c>, each <c>KEY=VALUE</c>.</summary>
    public IReadOnlyList<string> OperatorLabels { get; init; } = [];

    /// <summary>The resource's labels, as far as they make sense.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> ResourceLabels() =>
        [.. OperatorLabels.Where(label => ResourceLabel().IsMatch(label)).Select(label => label.Split('=', 2)).Select(pair => new KeyValuePair<string, string>(pair[0], pair[1]))];

    /// <summary>The settings that are meant.</summary>
    /// <param name="errors">All that is wrong, a line each, with what to write instead; with any, the settings are not to be used.</param>
    internal RuleSettings ToSettings(out IReadOnlyList<string> errors)
    {
        var usual = new RuleSettings();
        var wrong = new List<string>();
        var churn = Time("--churn-window", ChurnWindow, usual.ChurnWindow.Length);
        // In whole milliseconds; what cannot be parted so is refused with the settings.
        var third = TimeSpan.FromMilliseconds(Math.Floor(churn.TotalMilliseconds / 3));
        var slo = Time("--slo-window", SloWindow, usual.ObjectiveWindow);
        var factors = Factors();
        var settings = usual with
        {
            Job = Job ?? usual.Job,
            RunbookBase = RunbookBase ?? usual.RunbookBase,
            ScrapeInterval = Time("--scrape-interval", ScrapeInterval, usual.ScrapeInterval),
            Staleness = Time("--staleness", Staleness, usual.Staleness),
            Quorum = Quorum ?? usual.Quorum,
            OutageFor = Time("--outage-for", OutageFor, usual.OutageFor),
            ChurnCount = ChurnCount ?? usual.ChurnCount,
            ChurnWindow = RuleWindow.Of(churn),
            ChurnPart = RuleWindow.Of(third),
            AvailabilityObjective = Objective,
            LatencyObjective = LatencyObjective,
            ObjectiveWindow = slo,
            SloWindow = RuleWindow.Of(slo),
            Pages = (usual.Pages.Fast with { Factor = factors[0] }, usual.Pages.Slow with { Factor = factors[1] }),
            Tickets = (usual.Tickets.Fast with { Factor = factors[2] }, usual.Tickets.Slow with { Factor = factors[3] }),
            MinimumFailures = MinimumFailures ?? usual.MinimumFailures,
            ApplicationLabels = ApplicationLabels is null ? usual.ApplicationLabels : [.. ApplicationLabels.Split(',').Prepend("component").Distinct()],
            ApplicationPageRatio = ApplicationPageRatio ?? usual.ApplicationPageRatio,
            ApplicationTicketRatio = ApplicationTicketRatio ?? usual.ApplicationTicketRatio,
            ApplicationFloor = ApplicationFloor ?? usual.ApplicationFloor,
        };
        foreach (var label in OperatorLabels.Where(label => !ResourceLabel().IsMatch(label)))
            wrong.Add($"--operator-label '{label}': write KEY=VALUE as Kubernetes has labels, such as release=prometheus");
        if (OperatorLabels.Count > 0 && Format != RulesFormat.Operator)
            wrong.Add("--operator-label: only --format operator has labels");
        // What could not be read stands at its default by now, and does not hide what else is wrong.
        wrong.AddRange(settings.Errors());
        errors = wrong;
        return settings;

        TimeSpan Time(string option, string? text, TimeSpan otherwise)
        {
            if (text is null)
                return otherwise;
            if (Durations.Parse(text) is { } time && time <= TimeSpan.FromDays(10_000))
                return time;
            wrong.Add($"{option} '{text}': write a time such as 30s, 5m or 30d");
            return otherwise;
        }

        double[] Factors()
        {
            double[] usually = [usual.Pages.Fast.Factor, usual.Pages.Slow.Factor, usual.Tickets.Fast.Factor, usual.Tickets.Slow.Factor];
            if (BurnFactors is null)
                return usually;
            var given = BurnFactors.Split(',');
            double[] read = [.. given.Select(text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor) ? factor : double.NaN)];
            if (read.Length == usually.Length && !read.Any(double.IsNaN))
                return read;
            wrong.Add($"--burn-factors '{BurnFactors}': write four numbers and commas, those of the pages first, such as 14.4,6,3,1");
            return usually;
        }
    }

    [GeneratedRegex(@"\A([a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?=([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?\z")]
    private static partial Regex ResourceLabel();
}
