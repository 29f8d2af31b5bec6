using Cordum.NatsProber.Alerts;

namespace Cordum.NatsProber.AlertTests.Alertmanager;

/// <summary>Who is told of what, by each release's own reading of the shipped configuration.</summary>
public sealed class RoutesTests
{
    public static TheoryData<string, string> Routes => new()
    {
        { "alertname=CordumNatsDisconnectsOutrunReconnects severity=critical cluster=c endpoint=n1", "pager" },
        { "alertname=CordumNatsReconnectChurn severity=critical cluster=c endpoint=n1", "pager" },
        { "alertname=CordumNatsClusterUnreachable severity=critical cluster=c", "pager" },
        { "alertname=CordumNatsErrorBudgetBurn severity=critical cluster=c objective=availability", "pager" },
        { "alertname=CordumNatsErrorBudgetBurn severity=critical cluster=c objective=latency", "pager" },
        { "alertname=CordumNatsErrorBudgetBurn severity=warning cluster=c objective=latency", "ticket" },
        { "alertname=CordumNatsEndpointOutage severity=warning cluster=c endpoint=n1", "ticket" },
        { "alertname=CordumNatsBrokerHealthyButUnreachable severity=warning cluster=c endpoint=n1", "ticket" },
        { "alertname=CordumNatsProbersDisagree severity=warning cluster=c endpoint=n1", "ticket" },
        { "alertname=CordumNatsProberAbsent severity=critical job=cordum-nats-prober", "pager" },
        { "alertname=CordumNatsProberAbsent severity=critical job=cordum-nats-prober cluster=c", "pager" },
        { "alertname=CordumNatsProberLost severity=warning prober=a", "ticket" },
        { "alertname=CordumNatsProberStalled severity=critical cluster=c endpoint=n1", "pager" },
        { "alertname=CordumNatsProberStalled severity=warning cluster=c prober=a", "ticket" },
        { "alertname=CordumNatsWatchdog severity=none", "deadman" },
        { "alertname=CordumNatsApplicationDisconnectsOutrunReconnects severity=critical component=api", "pager" },
        { "alertname=CordumNatsApplicationDisconnectsOutrunReconnects severity=warning component=api", "ticket" },
        { "alertname=CordumNatsApplicationReconnectChurn severity=critical component=api", "pager" },
        { "alertname=CordumNatsApplicationReconnectChurn severity=warning component=api", "ticket" },
        { "alertname=CordumNatsDisconnectsOutrunReconnects severity=critical cluster=c endpoint=n1 planned=true", "ticket" },
        { "alertname=CordumNatsReconnectChurn severity=critical cluster=c endpoint=n1 planned=true", "ticket" },
        { "alertname=CordumNatsClusterUnreachable severity=critical cluster=c planned=true", "ticket" },
        { "alertname=CordumNatsEndpointOutage severity=warning cluster=c endpoint=n1 planned=true", "ticket" },
        { "alertname=SomethingElse severity=critical cluster=c", "ticket" },
    };

    [Theory]
    [MemberData(nameof(PrometheusReleases.Rows), MemberType = typeof(PrometheusReleases))]
    public async Task The_configuration_is_accepted(string folder, string version)
    {
        var run = await ProgramRun.OfAsync(Path.Combine(folder, "amtool"), "check-config", RepositoryFiles.Alertmanager);

        Assert.True(run.ExitCode == 0, $"{version}: {run.Text}");
        Assert.Contains("3 receivers", run.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Each_alert_finds_its_receiver(string labels, string receiver)
    {
        foreach (var release in PrometheusReleases.All)
        {
            string[] alert = labels.Split(' ');
            var run = await ProgramRun.OfAsync(release.Amtool, ["config", "routes", "test", $"--config.file={RepositoryFiles.Alertmanager}", $"--verify.receivers={receiver}", .. alert]);
            Assert.True(run.ExitCode == 0, $"{release.Version}: {labels}: {run.Text}");
        }
    }

    [Fact]
    public void No_alert_is_left_out() => Assert.Equal(
        RuleBook.Groups(new RuleSettings()).SelectMany(group => group.Rules).OfType<AlertingRule>().Select(alert => $"alertname={alert.Alert} severity={alert.Labels.First(label => label.Key == "severity").Value}").Distinct().Order(StringComparer.Ordinal),
        Routes.Select(row => string.Join(' ', row.Data.Item1.Split(' ').Take(2))).Where(alert => alert.Contains("CordumNats", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
}
