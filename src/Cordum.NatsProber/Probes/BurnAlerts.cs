namespace Cordum.NatsProber.Probes;

/// <summary>
/// What the burn-rate alerts look at, as far as a probe file must fit to it. An objective that they cannot judge would be a promise that nobody is woken for.
/// </summary>
internal static class BurnAlerts
{
    /// <summary>Times the budget's even rate that the fast page wants, over an hour and over <see cref="ShortestWindow"/>.</summary>
    public const decimal FastPage = 14.4m;

    /// <summary>The same for the slow page, over <see cref="SlowPageWindow"/>.</summary>
    public const decimal SlowPage = 6;

    /// <summary>Fewest ticks in the shortest window. With one, a single tick that was missed, or a scrape that failed, would look like the end of an outage.</summary>
    public const int FewestTicks = 2;

    /// <summary>The shortest window that is looked at.</summary>
    public static readonly TimeSpan ShortestWindow = TimeSpan.FromMinutes(5);

    /// <summary>The longer window of the slow page.</summary>
    public static readonly TimeSpan SlowPageWindow = TimeSpan.FromHours(6);

    /// <summary>
    /// The objective's window that the rates are made for: a ticket at the even rate over three days is a tenth of it. With a budget of ten failed ticks in this
    /// time, one alone in three days makes none.
    /// </summary>
    public static readonly TimeSpan MeantFor = TimeSpan.FromDays(30);
}
