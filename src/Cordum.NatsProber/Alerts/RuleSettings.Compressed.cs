namespace Cordum.NatsProber.Alerts;

public sealed partial record RuleSettings
{
    /// <summary>The fewest scrapes in a range.</summary>
    internal const int FewestScrapes = 4;

    /// <summary>Prometheus can scrape and evaluate faster than this, but not on a busy machine.</summary>
    private static readonly TimeSpan Fastest = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The same rules in less time: every window, <c>for</c>, <c>keep_firing_for</c> and interval divided by <paramref name="factor"/>. Names and counts stay: <c>ratio_rate1h</c>
    /// is then a window of <c>1h / factor</c>. With a factor of 15, five minutes are 20 seconds, and Prometheus must scrape every second.
    /// </summary>
    /// <remarks>
    /// No interval becomes shorter than a second, and no range shorter than four scrapes (<see cref="ScrapeInterval"/> of the result, with which Prometheus must be run). Beyond a factor of 15
    /// times are therefore no longer all in proportion; beyond 60 the shortest windows and waits are at this end, and what a rule waits for may be too short to be told from chance.
    /// </remarks>
    /// <param name="factor">1 to 1000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is out of range.</exception>
    public RuleSettings Compressed(double factor)
    {
        if (factor is not (>= 1 and <= 1000))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "A factor from 1 to 1000 is needed.");

        var scrape = Later(Divided(ScrapeInterval), Fastest);
        var evaluation = Later(Divided(EvaluationInterval), Fastest);
        var part = Window(ChurnPart);
        var (pages, tickets) = ((Rate(Pages.Fast), Rate(Pages.Slow)), (Rate(Tickets.Fast), Rate(Tickets.Slow)));
        var keep = Wait(KeepFiringFor);
        return this with
        {
            ScrapeInterval = scrape,
            EvaluationInterval = evaluation,
            BudgetInterval = Later(Divided(BudgetInterval), Fastest),
            LongBudgetInterval = Later(Divided(LongBudgetInterval), Fastest),
            Staleness = Range(Staleness),
            OutageFor = Wait(OutageFor),
            EndpointOutageFor = Wait(EndpointOutageFor),
            ClusterUnreachableFor = Wait(ClusterUnreachableFor),
            HealthyButUnreachableFor = Wait(HealthyButUnreachableFor),
            DisagreeFor = Wait(DisagreeFor),
            KeepFiringFor = keep,
            // Where the windows stopped at their shortest, it still has to outlast them.
            ClusterKeepFiringFor = Later(Wait(ClusterKeepFiringFor), pages.Item1.ShortWindow.Length + keep),
            ChurnWindow = ChurnWindow with { Length = 3 * part.Length },
            ChurnPart = part,
            ProberAbsentFor = Wait(ProberAbsentFor),
            ProberMemory = Range(ProberMemory),
            ProberLostAfter = Range(ProberLostAfter),
            StallWindow = Range(StallWindow),
            StalledFor = Wait(StalledFor),
            Pages = pages,
            Tickets = tickets,
            BurnFor = Wait(BurnFor),
            BurnTicketKeepFiringFor = Wait(BurnTicketKeepFiringFor),
            SloWindow = Window(SloWindow),
            ApplicationFor = Wait(ApplicationFor),
        };

        // Rule files know milliseconds.
        TimeSpan Divided(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds / factor));

        TimeSpan Wait(TimeSpan time) => time == TimeSpan.Zero ? time : Later(Divided(time), evaluation);

        TimeSpan Range(TimeSpan time) => Later(Divided(time), FewestScrapes * scrape);

        RuleWindow Window(RuleWindow window) => window with { Length = Range(window.Length) };

        BurnRate Rate(BurnRate rate) => rate with { LongWindow = Window(rate.LongWindow), ShortWindow = Window(rate.ShortWindow) };
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
