namespace Cordum.NatsProber.AlertTests.Alertmanager;

/// <summary>What silences what, and what comes as one page, by a running Alertmanager of each release.</summary>
public sealed class InhibitionTests
{
    private const string Unreachable = "alertname=CordumNatsClusterUnreachable cluster=c severity=critical";
    private const string Outrun = "alertname=CordumNatsDisconnectsOutrunReconnects cluster=c endpoint=n1 severity=critical";
    private const string Churn = "alertname=CordumNatsReconnectChurn cluster=c endpoint=n1 severity=critical";
    private const string Outage = "alertname=CordumNatsEndpointOutage cluster=c endpoint=n1 severity=warning";
    private const string Burn = "alertname=CordumNatsErrorBudgetBurn cluster=c objective=availability severity=critical";
    private const string BurnTicket = "alertname=CordumNatsErrorBudgetBurn cluster=c objective=availability severity=warning";
    private const string SlowBurn = "alertname=CordumNatsErrorBudgetBurn cluster=c objective=latency severity=critical";
    private const string SlowBurnTicket = "alertname=CordumNatsErrorBudgetBurn cluster=c objective=latency severity=warning";
    private const string Absent = "alertname=CordumNatsProberAbsent job=cordum-nats-prober severity=critical";
    private const string AbsentFromCluster = "alertname=CordumNatsProberAbsent cluster=c job=cordum-nats-prober severity=critical";
    private const string Lost = "alertname=CordumNatsProberLost prober=a severity=warning";
    private const string Stalled = "alertname=CordumNatsProberStalled cluster=c endpoint=n1 severity=critical";
    private const string StalledTicket = "alertname=CordumNatsProberStalled cluster=c prober=a severity=warning";
    private const string Application = "alertname=CordumNatsApplicationDisconnectsOutrunReconnects component=api severity=critical";
    private const string ApplicationTicket = "alertname=CordumNatsApplicationDisconnectsOutrunReconnects component=api severity=warning";
    private const string Watchdog = "alertname=CordumNatsWatchdog severity=none";
    private const string PlannedUnreachable = "alertname=CordumNatsClusterUnreachable cluster=c planned=true severity=critical";
    private const string PlannedOutrun = "alertname=CordumNatsDisconnectsOutrunReconnects cluster=c endpoint=n2 planned=true severity=critical";
    private const string Foreign = "alertname=SomethingElse severity=warning";

    public static TheoryData<string, string[], string[]> Cases => new()
    {
        { "an unreachable cluster speaks for its endpoints and its budget; tickets stay", [Unreachable, Outrun, Churn, Burn, SlowBurn, Outage], [Unreachable, Outage] },
        { "and so do tickets about its budget", [Unreachable, BurnTicket], [Unreachable, BurnTicket] },
        { "but not for another cluster", [Unreachable, Outrun.Replace("=c ", "=d ", StringComparison.Ordinal)], [Unreachable, Outrun.Replace("=c ", "=d ", StringComparison.Ordinal)] },
        { "and not if it is planned: a ticket silences no page", [PlannedUnreachable, Outrun, Churn, Burn], [PlannedUnreachable, Outrun, Churn, Burn] },
        { "nor does it silence the ticket of a planned one", [Unreachable, PlannedOutrun, Outrun], [Unreachable, PlannedOutrun] },
        { "nor for applications, the watchdog and others' alerts", [Unreachable, Application, ApplicationTicket, Watchdog, Foreign], [Unreachable, Application, Watchdog, Foreign] },
        { "no prober at all: which one is lost is no news, and nothing else is silenced", [Absent, Lost, Unreachable, Burn, Application, Watchdog, Foreign], [Absent, Unreachable, Application, Watchdog, Foreign] },
        { "probers of one cluster absent: others are lost still", [AbsentFromCluster, Lost], [AbsentFromCluster, Lost] },
        { "what flaps where nobody measures is the probers; what burns burns", [Stalled, Churn, Outrun, Burn, StalledTicket], [Stalled, Outrun, Burn, StalledTicket] },
        { "another endpoint's churn is none of theirs", [Stalled, Churn.Replace("n1", "n2", StringComparison.Ordinal)], [Stalled, Churn.Replace("n1", "n2", StringComparison.Ordinal)] },
        { "a fast burn is a slow one, too", [Burn, BurnTicket], [Burn] },
        { "failures come before slowness, page for page; what is silenced silences still", [Burn, SlowBurn, SlowBurnTicket], [Burn] },
        { "a slow ticket of another objective is none of theirs", [Burn, SlowBurnTicket], [Burn, SlowBurnTicket] },
        { "slowness alone is told", [SlowBurn, BurnTicket], [SlowBurn, BurnTicket] },
        { "an application's page is its ticket, too, and no other's", [Application, ApplicationTicket, ApplicationTicket.Replace("api", "web", StringComparison.Ordinal)], [Application, ApplicationTicket.Replace("api", "web", StringComparison.Ordinal)] },
    };

    [Theory]
    [MemberData(nameof(PrometheusReleases.Rows), MemberType = typeof(PrometheusReleases))]
    public async Task What_a_page_says_already_is_not_told_again(string folder, string version)
    {
        var stop = TestContext.Current.CancellationToken;
        foreach (var row in Cases)
        {
            var (what, raised, told) = row.Data;
            await using var alertmanager = await RunningAlertmanager.StartAsync(new PrometheusRelease(folder, version));
            await alertmanager.RaiseAsync(raised, stop);

            var really = await alertmanager.ToldAsync(stop);
            Assert.True(told.Order(StringComparer.Ordinal).SequenceEqual(really), $"{version}: {what}: {string.Join("; ", really)}");
        }
    }

    [Theory]
    [MemberData(nameof(PrometheusReleases.Rows), MemberType = typeof(PrometheusReleases))]
    public async Task A_cluster_makes_one_page_and_so_do_all_applications_together(string folder, string version)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var alertmanager = await RunningAlertmanager.StartAsync(new PrometheusRelease(folder, version));

        await alertmanager.RaiseAsync(
            [
                Outrun, Outrun.Replace("n1", "n2", StringComparison.Ordinal), Churn, Burn, Outrun.Replace("=c ", "=d ", StringComparison.Ordinal),
                Outage, Outage.Replace("n1", "n2", StringComparison.Ordinal),
                Application, Application.Replace("api", "web", StringComparison.Ordinal), Absent, Watchdog,
            ],
            stop);

        Assert.Equal(
            [
                "deadman alertname=CordumNatsWatchdog: 1",
                "pager : 1", // no prober at all: of no cluster
                "pager alertname=CordumNatsApplicationDisconnectsOutrunReconnects: 2",
                "pager cluster=c: 4",
                "pager cluster=d: 1",
                "ticket alertname=CordumNatsEndpointOutage cluster=c: 2",
            ],
            await alertmanager.GroupsAsync(11, stop));
    }
}
