using System.Globalization;

namespace Cordum.NatsProber.Probes;

/// <summary>Judges whether requests at an interval can tell that an objective is kept, and whether the burn-rate alerts can tell that it is not.</summary>
/// <param name="window">The objective's window.</param>
/// <param name="every">The request probe's interval.</param>
internal sealed class Measurability(TimeSpan window, TimeSpan every)
{
    /// <summary>With a budget of fewer failed ticks, one or two unlucky ones would already look like a breach.</summary>
    public const int FewestBudgetTicks = 10;

    private static readonly TimeSpan MinEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>A longer window may have a larger budget, but the alerts look back no further for it.</summary>
    private readonly TimeSpan _judged = window < BurnAlerts.MeantFor ? window : BurnAlerts.MeantFor;

    /// <summary>Reports a percentage whose budget is too small to be counted in ticks, and one whose budget is too large to be burnt fast.</summary>
    /// <param name="section">Where it stands.</param>
    /// <param name="key">Its key.</param>
    /// <param name="percent">The percentage: above 0, below 100.</param>
    public void Judge(Section section, string key, double percent)
    {
        var budget = ErrorBudget.Of(percent);
        if (budget.Ticks(_judged, every) < FewestBudgetTicks)
            TooFine(section, key, budget);
        if (!budget.CanBurnFasterThan(BurnAlerts.FastPage))
            TooCoarse(section, key, budget);
    }

    /// <summary>Reports an interval and a window that the burn-rate alerts are not made for.</summary>
    /// <param name="objective">The section <c>objective</c>.</param>
    public void JudgeTimes(Section objective)
    {
        var longest = BurnAlerts.ShortestWindow / BurnAlerts.FewestTicks;
        if (every > longest)
        {
            objective.Error(
                objective.Key("availability"),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{objective.Label("availability")} cannot be measured: the burn-rate alerts look at {Durations.Format(BurnAlerts.ShortestWindow)}, in which {BurnAlerts.FewestTicks} requests are needed, and there is one every {Durations.Format(every)}"),
                $"write probes.request.every of at most {Durations.Format(longest)}");
        }

        var paged = BurnAlerts.SlowPageWindow * (double)BurnAlerts.SlowPage;
        if (window < paged)
        {
            objective.Warning(
                objective.Key("window"),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{objective.Label("window")} is short for the burn-rate alerts: what burns {BurnAlerts.SlowPage} times too fast is paged within {Durations.Format(BurnAlerts.SlowPageWindow)}, and spends the budget of {Durations.Format(window)} up to {paged / window:0.#} times by then"),
                $"write at least {Durations.Format(paged)}");
        }
    }

    private static decimal PercentThatCanBurn(decimal rate) => Math.Ceiling(100 * 100 * (1 - (1 / rate))) / 100;

    private static void TooCoarse(Section section, string key, ErrorBudget budget)
    {
        var neither = !budget.CanBurnFasterThan(BurnAlerts.SlowPage);
        var (fast, slow) = (PercentThatCanBurn(BurnAlerts.FastPage), PercentThatCanBurn(BurnAlerts.SlowPage));
        section.Warning(
            section.Value(key)!,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{section.Label(key)} leaves a budget of {100 * budget.Ratio:0.###} %, which not even a total failure burns {(neither ? BurnAlerts.SlowPage : BurnAlerts.FastPage)} times too fast: ")
            + (neither ? "no burn-rate page can ever fire, only tickets" : "the fast burn-rate page (over 1h) can never fire, only the slow one (over 6h)"),
            string.Create(CultureInfo.InvariantCulture, $"write at least {fast}{(neither ? $", or {slow} for the slow page alone" : "")}"));
    }

    private void TooFine(Section section, string key, ErrorBudget budget)
    {
        var ticks = (decimal)_judged.Ticks / every.Ticks;
        var remedies = new List<string>();
        var enoughEvery = TimeSpan.FromMilliseconds(Math.Floor((double)(_judged.Ticks * budget.Ratio / FewestBudgetTicks / TimeSpan.TicksPerMillisecond)));
        if (enoughEvery >= MinEvery)
            remedies.Add($"probes.request.every of at most {Durations.Format(enoughEvery)}");
        var enoughPercent = Math.Floor(1000 * 100 * (1 - (FewestBudgetTicks / ticks))) / 1000;
        if (enoughPercent > 0)
            remedies.Add(string.Create(CultureInfo.InvariantCulture, $"{key} of at most {enoughPercent}"));
        if (budget.Ratio > 0 && Math.Ceiling(FewestBudgetTicks * every.Ticks / budget.Ratio / TimeSpan.TicksPerHour) is var hours && hours <= (decimal)BurnAlerts.MeantFor.TotalHours)
            remedies.Add($"a window of at least {Durations.Format(TimeSpan.FromHours((double)hours))}");

        section.Error(
            section.Value(key)!,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{section.Label(key)} cannot be measured: {Durations.Format(_judged)}{(window > _judged ? " of the window" : "")} at one request every {Durations.Format(every)} allow {budget.Ticks(_judged, every):0.###} failed ticks, and {FewestBudgetTicks} are needed"),
            remedies.Count > 0 ? $"write {string.Join(", or ", remedies)}" : $"shorten every, widen the window and lower {key}");
    }
}
