using System.Globalization;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.Alerts;

public sealed partial record RuleSettings
{
    /// <summary>At ten requests a second, the most that a probe file may ask for, a higher one leaves fewer than 26 failed requests in 30 days; rounded to 100 it would leave none to divide by.</summary>
    private const double HighestObjective = 99.9999;

    /// <summary>
    /// Everything that is impossible in the settings, a line each, with what to write instead. Empty: rules can be made. Settings are called by their options of
    /// <c>natsprober rules</c>.
    /// </summary>
    public IReadOnlyList<string> Errors()
    {
        var errors = new List<string>();

        Check(JobName().IsMatch(Job), $"--job '{Job}': write the job's name in letters, digits, '_', '.', '-', ':' or '/'");
        Check(
            Uri.TryCreate(RunbookBase, UriKind.Absolute, out var runbooks) && runbooks.Scheme is "http" or "https" && !RunbookBase.Any(c => char.IsWhiteSpace(c) || c is '{' or '}'),
            $"--runbook-base '{RunbookBase}': write an http or https address, such as https://wiki.example.com/nats/");
        Check(runbooks?.UserInfo is not { Length: > 0 }, "--runbook-base: write it without user and password, for everybody reads it");

        Number("--quorum", Quorum, Quorum is >= 0 and < 1, "a share from 0 to below 1; 0.5 is a majority");
        Number("--churn-count", ChurnCount, ChurnCount is >= 2 and <= 1000, "a number from 2 to 1000");
        Number("--minimum-failures", MinimumFailures, MinimumFailures is >= 1 and <= 1000, "a number from 1 to 1000");
        Number("--objective", AvailabilityObjective, AvailabilityObjective is null or (> 0 and <= HighestObjective), "a percentage above 0 and 99.9999 at most, such as 99.95");
        Number("--latency-objective", LatencyObjective, LatencyObjective is null or (> 0 and <= HighestObjective), "a percentage above 0 and 99.9999 at most, such as 99");
        Number("--application-page-ratio", ApplicationPageRatio, ApplicationPageRatio is >= 0 and < 1, "a share from 0 to below 1");
        Number(
            "--application-ticket-ratio", ApplicationTicketRatio, ApplicationTicketRatio >= 0 && ApplicationTicketRatio <= ApplicationPageRatio, "a share from 0 to that of --application-page-ratio");
        Number("--application-floor", ApplicationFloor, ApplicationFloor is >= 1 and <= 1000, "a number from 1 to 1000");
        Number("MeasuredShare", MeasuredShare, MeasuredShare is > 0 and < 1, "a share above 0 and below 1");
        Number("FewestPromised", FewestPromised, FewestPromised is >= 1 and <= 100, "a number from 1 to 100");
        Number("NearlyAll", NearlyAll, NearlyAll is > 0.1 and < 1, "a share above 0.1 and below 1");
        foreach (var factor in (double[])[Pages.Fast.Factor, Pages.Slow.Factor, Tickets.Fast.Factor, Tickets.Slow.Factor])
            Number("--burn-factors", factor, factor is > 0 and <= 1000, "four numbers above 0, 1000 at most, such as 14.4,6,3,1");
        Check(
            Pages.Fast.Factor >= Pages.Slow.Factor && Pages.Slow.Factor >= Tickets.Fast.Factor && Tickets.Fast.Factor >= Tickets.Slow.Factor,
            "--burn-factors: write them in falling order, those of the pages first, such as 14.4,6,3,1");
        Check(
            ApplicationLabels.Contains("component") && ApplicationLabels.All(label => LabelName().IsMatch(label)) && ApplicationLabels.Distinct().Count() == ApplicationLabels.Count,
            $"--application-labels '{string.Join(',', ApplicationLabels)}': write names of labels, each once, such as namespace");

        Time("--scrape-interval", ScrapeInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        foreach (var (name, interval) in Intervals())
            Time(name, interval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(4));
        foreach (var (name, wait) in Waits())
            Time(name, wait, TimeSpan.Zero, TimeSpan.FromDays(1));
        foreach (var (name, range) in Ranges())
        {
            var least = FewestScrapes * ScrapeInterval;
            Check(range >= least, $"{name} {Promql.Duration(range)}: write at least {Promql.Duration(least)}, {FewestScrapes} times the --scrape-interval");
            Check(range <= TimeSpan.FromDays(90), $"{name} {Promql.Duration(range)}: write 90d at most");
        }

        Check(ObjectiveWindow > TimeSpan.Zero && ObjectiveWindow <= TimeSpan.FromDays(90), $"--slo-window {Promql.Duration(ObjectiveWindow)}: write 90d at most");
        Check(3 * ChurnPart.Length == ChurnWindow.Length, $"--churn-window {ChurnWindow}: write a time with three equal parts in whole milliseconds, such as 15m");
        var calm = Pages.Fast.ShortWindow.Length + KeepFiringFor;
        Check(
            ClusterKeepFiringFor >= calm,
            $"ClusterKeepFiringFor {Promql.Duration(ClusterKeepFiringFor)}: write at least {Promql.Duration(calm)}, so that no burn rate pages after the recovery");
        return errors;

        void Check(bool possible, string error)
        {
            if (!possible)
                errors.Add(error);
        }

        void Number(string name, double? value, bool possible, string write) =>
            Check(possible, string.Create(CultureInfo.InvariantCulture, $"{name} {value}: write {write}"));

        void Time(string name, TimeSpan time, TimeSpan least, TimeSpan most) => Check(
            time >= least && time <= most && time.Ticks % TimeSpan.TicksPerMillisecond == 0,
            $"{name} {Promql.Duration(time)}: write a time from {Promql.Duration(least)} to {Promql.Duration(most)}, in whole milliseconds");
    }

    private IEnumerable<(string Name, TimeSpan Interval)> Intervals() =>
    [
        (nameof(EvaluationInterval), EvaluationInterval), (nameof(BudgetInterval), BudgetInterval), (nameof(LongBudgetInterval), LongBudgetInterval),
    ];

    private IEnumerable<(string Name, TimeSpan Wait)> Waits() =>
    [
        ("--outage-for", OutageFor), (nameof(EndpointOutageFor), EndpointOutageFor), (nameof(ClusterUnreachableFor), ClusterUnreachableFor),
        (nameof(HealthyButUnreachableFor), HealthyButUnreachableFor), (nameof(DisagreeFor), DisagreeFor), (nameof(KeepFiringFor), KeepFiringFor),
        (nameof(ClusterKeepFiringFor), ClusterKeepFiringFor), (nameof(ProberAbsentFor), ProberAbsentFor), (nameof(StalledFor), StalledFor), (nameof(BurnFor), BurnFor),
        (nameof(BurnTicketKeepFiringFor), BurnTicketKeepFiringFor), (nameof(ApplicationFor), ApplicationFor),
    ];

    private IEnumerable<(string Name, TimeSpan Range)> Ranges() =>
    [
        ("--staleness", Staleness), ("A third of --churn-window,", ChurnPart.Length), (nameof(ProberMemory), ProberMemory), (nameof(ProberLostAfter), ProberLostAfter),
        (nameof(StallWindow), StallWindow), ("--slo-window", SloWindow.Length),
        .. ((BurnRate[])[Pages.Fast, Pages.Slow, Tickets.Fast, Tickets.Slow])
            .SelectMany(rate => (RuleWindow[])[rate.ShortWindow, rate.LongWindow])
            .Select(window => ($"The window {window.Name}", window.Length)),
    ];

    [GeneratedRegex(@"\A[A-Za-z0-9_.:/-]{1,200}\z")]
    private static partial Regex JobName();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,99}\z")]
    private static partial Regex LabelName();
}
