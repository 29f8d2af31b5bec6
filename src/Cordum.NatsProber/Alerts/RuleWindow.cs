namespace Cordum.NatsProber.Alerts;

/// <summary>A window, and what the series over it are called after.</summary>
/// <param name="Name">As in <c>ratio_rate1h</c>. A time-compressed copy of the rules keeps it, so that whatever reads the series finds them.</param>
/// <param name="Length">How long it really is.</param>
public readonly record struct RuleWindow(string Name, TimeSpan Length)
{
    /// <summary>A window that is called what it is.</summary>
    public static RuleWindow Of(TimeSpan length) => new(Promql.Duration(length), length);

    /// <summary>The range, as in <c>rate(series[1h])</c>.</summary>
    public override string ToString() => Promql.Duration(Length);
}

/// <summary>When an error budget burns too fast: in a long window, which tells that it matters, and in a short one, which tells that it goes on.</summary>
/// <param name="LongWindow">How far back the burning must reach.</param>
/// <param name="ShortWindow">How recent it must be; a twelfth of the long one, so that the alert ends soon after the burning does.</param>
/// <param name="Factor">How many times as fast as the budget allows. Over the long window that uses <c>Factor * LongWindow / SloWindow</c> of the budget.</param>
public sealed record BurnRate(RuleWindow LongWindow, RuleWindow ShortWindow, double Factor);
