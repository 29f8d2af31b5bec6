namespace Cordum.NatsProber.Alerts;

/// <summary>
/// What the rules are made with. The defaults are those of the shipped files, for a scrape every 15 seconds. <see cref="Errors"/> tells what is impossible;
/// <see cref="Compressed"/> gives the same rules for a test that cannot wait.
/// </summary>
public sealed partial record RuleSettings
{
    /// <summary>The scrape job of the probers, as Prometheus's label <c>job</c> names it. Only <c>up</c> is asked for by it.</summary>
    /// <value>cordum-nats-prober</value>
    public string Job { get; init; } = "cordum-nats-prober";

    /// <summary>Where the runbooks are; the alert's name and <c>.md</c> are added. An absolute http or https address.</summary>
    /// <value>The pages of this repository.</value>
    public string RunbookBase { get; init; } = "https://github.com/cordum/natsprober/blob/main/docs/runbooks/";

    /// <summary>How often Prometheus scrapes the probers, 1s to 1m. No range may hold fewer than four scrapes: one that fails must not leave a range empty, or with one sample.</summary>
    /// <value>15 s</value>
    public TimeSpan ScrapeInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the rules about states are evaluated.</summary>
    /// <value>15 s</value>
    public TimeSpan EvaluationInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the rules about error budgets are evaluated.</summary>
    /// <value>30 s</value>
    public TimeSpan BudgetInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often the rules with windows of days are evaluated, which are dear. Well under the five minutes for which Prometheus takes a sample for the present.
    /// </summary>
    /// <value>2 min</value>
    public TimeSpan LongBudgetInterval { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For how long a prober's last word counts when it says nothing: bridges failed scrapes, and a prober that restarts.</summary>
    /// <value>2 min</value>
    public TimeSpan Staleness { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// A finding counts where <em>more</em> than this share of the reporting probers have it, 0 to below 1. A half means a majority: 1 of 1, 2 of 2, 2 of 3, 3 of 4;
    /// 1 of 2 is no majority and makes a ticket (<see cref="AlertName.ProbersDisagree"/>), not a page. 0 lets any one prober page.
    /// </summary>
    /// <value>0.5</value>
    public double Quorum { get; init; } = 0.5;

    /// <summary>For how long a connection must be lost before <see cref="AlertName.DisconnectsOutrunReconnects"/> pages: longer than a broker's planned restart takes.</summary>
    /// <value>5 min</value>
    public TimeSpan OutageFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For how long an endpoint must be in an outage before <see cref="AlertName.EndpointOutage"/> makes a ticket.</summary>
    /// <value>2 min</value>
    public TimeSpan EndpointOutageFor { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For how long every endpoint must be in an outage before <see cref="AlertName.ClusterUnreachable"/> pages: nothing planned does that, so not long.</summary>
    /// <value>1 min</value>
    public TimeSpan ClusterUnreachableFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// For how long a broker must praise itself in vain before <see cref="AlertName.BrokerHealthyButUnreachable"/> makes a ticket: a starting broker is healthy before it is reached.
    /// </summary>
    /// <value>3 min</value>
    public TimeSpan HealthyButUnreachableFor { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>For how long probers must disagree before <see cref="AlertName.ProbersDisagree"/> makes a ticket; longer than <see cref="OutageFor"/>, whose page says it all.</summary>
    /// <value>10 min</value>
    public TimeSpan DisagreeFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// For how long an alert goes on when its condition is gone. Longer than <see cref="ProberAbsentFor"/>, so that a page whose probers died is not called resolved before their
    /// absence has a page of its own.
    /// </summary>
    /// <value>3 min</value>
    public TimeSpan KeepFiringFor { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// The same for <see cref="AlertName.ClusterUnreachable"/>, under whose page the others hide: until the shortest window of the burn rates has forgotten the outage, and what remembers
    /// it has ended. Otherwise they would page after all is well again.
    /// </summary>
    /// <value>10 min</value>
    public TimeSpan ClusterKeepFiringFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many reconnects of one endpoint within <see cref="ChurnWindow"/> are churn, 2 to 1000. A rolling restart makes one.</summary>
    /// <value>5</value>
    public int ChurnCount { get; init; } = 5;

    /// <summary>The window of <see cref="ChurnCount"/>, in three parts: both the first and the last must have a reconnect, for a burst that is over needs nobody.</summary>
    /// <value>15 min</value>
    public RuleWindow ChurnWindow { get; init; } = RuleWindow.Of(TimeSpan.FromMinutes(15));

    /// <summary>A third of <see cref="ChurnWindow"/>.</summary>
    /// <value>5 min</value>
    public RuleWindow ChurnPart { get; init; } = RuleWindow.Of(TimeSpan.FromMinutes(5));

    /// <summary>How long all probers must be silent, after <see cref="Staleness"/>, before <see cref="AlertName.ProberAbsent"/> pages: longer than the only prober takes to be replaced.</summary>
    /// <value>2 min</value>
    public TimeSpan ProberAbsentFor { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a prober that has gone is missed. Prometheus knows of it only what it once reported; one that was removed on purpose is missed as long.</summary>
    /// <value>6 h</value>
    public TimeSpan ProberMemory { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How long a prober must be silent to be lost; then, as long again before <see cref="AlertName.ProberLost"/> makes a ticket.</summary>
    /// <value>5 min</value>
    public TimeSpan ProberLostAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The window in which a prober must have measured, to be no <see cref="AlertName.ProberStalled"/>.</summary>
    /// <value>5 min</value>
    public TimeSpan StallWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For how long nothing must have been measured before it pages; a ticket about one prober of many takes as long as <see cref="StallWindow"/>.</summary>
    /// <value>2 min</value>
    public TimeSpan StalledFor { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The share of its scheduled probes that a prober must have measured, above 0 and below 1.</summary>
    /// <value>0.5</value>
    public double MeasuredShare { get; init; } = 0.5;

    /// <summary>How many probes <see cref="StallWindow"/> must promise, 1 to 100: with fewer, silence is no sign.</summary>
    /// <value>4</value>
    public int FewestPromised { get; init; } = 4;

    /// <summary>The burn rates that page. 14.4 times for one hour uses 2 % of a budget of 30 days, 6 times for six hours 5 %.</summary>
    /// <value>14.4 (1 h and 5 min), 6 (6 h and 30 min)</value>
    public (BurnRate Fast, BurnRate Slow) Pages { get; init; } = (Burn(60, 5, 14.4), Burn(360, 30, 6));

    /// <summary>The burn rates that make a ticket. 3 times for a day or once for three days uses 10 % of a budget of 30 days.</summary>
    /// <value>3 (1 d and 2 h), 1 (3 d and 6 h)</value>
    public (BurnRate Fast, BurnRate Slow) Tickets { get; init; } = (Burn(24 * 60, 120, 3), Burn(72 * 60, 360, 1));

    /// <summary>For how long a page's burn rate must last: longer than <see cref="ClusterUnreachableFor"/>, so that a total outage is paged as what it is.</summary>
    /// <value>2 min</value>
    public TimeSpan BurnFor { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>As <see cref="KeepFiringFor"/>, for the tickets of <see cref="AlertName.ErrorBudgetBurn"/>.</summary>
    /// <value>15 min</value>
    public TimeSpan BurnTicketKeepFiringFor { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// This share of failures, above 0.1 and below 1, is too fast whatever the factor. An objective of 90 % leaves a budget of 10 %: ten times as fast is everything, and 14.4 times never comes.
    /// </summary>
    /// <value>0.9</value>
    public double NearlyAll { get; init; } = 0.9;

    /// <summary>How many failures the long window must hold, 1 to 1000: where there is one probe a minute, one or two are no trend.</summary>
    /// <value>5</value>
    public int MinimumFailures { get; init; } = 5;

    /// <summary>Availability objective for all clusters in percent, above 0 and below 100; null: what each probe file says.</summary>
    public double? AvailabilityObjective { get; init; }

    /// <summary>How many percent of requests must be fast, above 0 and below 100; null: what each probe file says. How fast is said by the probe file alone.</summary>
    public double? LatencyObjective { get; init; }

    /// <summary>
    /// Over how long the objectives are, as the probe files say it, up to 90 days. Clusters whose probe file names another window get no number for what is left of the budget, rather than a
    /// wrong one.
    /// </summary>
    /// <value>30 d</value>
    public TimeSpan ObjectiveWindow { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How far back the rules look for it: as far, except in a <see cref="Compressed"/> copy. Prometheus must keep its data for as long (<c>--storage.tsdb.retention.time</c>, 15 days by default).
    /// </summary>
    /// <value>30 d</value>
    public RuleWindow SloWindow { get; init; } = RuleWindow.Of(TimeSpan.FromDays(30));

    /// <summary>The labels that tell applications apart: <c>component</c> and, where one Prometheus scrapes several environments, those that tell these apart, such as <c>namespace</c>.</summary>
    /// <value>component</value>
    public IReadOnlyList<string> ApplicationLabels { get; init; } = ["component"];

    /// <summary>More than this share of an application's replicas pages, 0 to below 1.</summary>
    /// <value>0.5</value>
    public double ApplicationPageRatio { get; init; } = 0.5;

    /// <summary>More than this share makes a ticket, 0 to <see cref="ApplicationPageRatio"/>.</summary>
    /// <value>0.1</value>
    public double ApplicationTicketRatio { get; init; } = 0.1;

    /// <summary>So many replicas at least, 1 to 1000, or all that there are: one replica of many is its own trouble.</summary>
    /// <value>2</value>
    public int ApplicationFloor { get; init; } = 2;

    /// <summary>For how long an application's replicas must be in trouble.</summary>
    /// <value>5 min</value>
    public TimeSpan ApplicationFor { get; init; } = TimeSpan.FromMinutes(5);

    private static BurnRate Burn(int longMinutes, int shortMinutes, double factor) =>
        new(RuleWindow.Of(TimeSpan.FromMinutes(longMinutes)), RuleWindow.Of(TimeSpan.FromMinutes(shortMinutes)), factor);
}
