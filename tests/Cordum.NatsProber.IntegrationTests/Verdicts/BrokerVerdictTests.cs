using Cordum.NatsProber.IntegrationTests.Prober;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Verdicts;

/// <summary>Real faults of real brokers, each provoked again and again: the verdict must be the same each time. <c>eng/verdicts.sh</c> does it twenty times.</summary>
public sealed class BrokerVerdictTests
{
    private static readonly VerdictLabOptions WithSystemAccount = new() { SystemAccount = true };
    private static readonly VerdictLabOptions WithoutSystemAccount = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_broker_that_is_killed_has_crashed_and_one_that_is_terminated_has_restarted(string server, string version)
    {
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}");
        await using var lab = await VerdictLab.StartAsync(server, WithSystemAccount);

        await lab.ProvokeAsync(WithSystemAccount, "broker_crashed", _ => RestartAsync(lab.Broker, lab.Broker.Kill));
        await lab.ProvokeAsync(WithSystemAccount, "broker_restarted", _ => RestartAsync(lab.Broker, lab.Broker.Terminate));

        // The others have lost nothing.
        var last = await lab.Prober.ScrapeAsync();
        Assert.Equal(0, last.Disconnects("n2") + last.Disconnects("n3"));
        Assert.Equal(VerdictLab.Times * 2, last.Of("n1", "cordum_nats_broker_identity_change_total"));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Without_the_system_account_nobody_can_say_whether_it_crashed(string server, string version)
    {
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}");
        await using var lab = await VerdictLab.StartAsync(server, WithoutSystemAccount);

        await lab.ProvokeAsync(WithoutSystemAccount, "broker_restarted", round => RestartAsync(lab.Broker, round % 2 == 0 ? lab.Broker.Kill : lab.Broker.Terminate));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_broker_that_drains_says_so_and_its_outage_is_planned(string server, string version)
    {
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}");
        await using var lab = await VerdictLab.StartAsync(server, WithoutSystemAccount);

        await lab.ProvokeAsync(WithoutSystemAccount, "broker_drained", async _ =>
        {
            lab.Broker.EnterLameDuck();
            await lab.Prober.UntilAsync(scrape => scrape.Of("n1", "cordum_nats_broker_lame_duck") == 1, "lame duck");
            await lab.Broker.ExitedAsync(Stop);
            await lab.Prober.UntilAsync(scrape => scrape.Of("n1", "cordum_nats_outage_planned") == 1, "a planned outage");
            await lab.Broker.StartAsync(Stop);
        });

        var last = await lab.Prober.UntilAsync(scrape => scrape.Of("n1", "cordum_nats_broker_lame_duck") == 0 && scrape.IsConnected("n1"), "the drained one's successor");
        Assert.Equal(last.Of("n1", "cordum_nats_outage_seconds_total"), last.Of("n1", "cordum_nats_planned_outage_seconds_total"), 6);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_broker_that_is_suspended_has_hung(string server, string version)
    {
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}");
        await using var lab = await VerdictLab.StartAsync(server, WithoutSystemAccount);

        await lab.ProvokeAsync(WithoutSystemAccount, "broker_hung", async round =>
        {
            lab.Broker.Suspend();
            var seen = await lab.Prober.UntilAsync(scrape => !scrape.IsConnected("n1"), "the hang");
            // Now for a moment, now until dials have failed.
            if (round % 2 == 0)
                await lab.Prober.UntilAsync(scrape => scrape.Dials("n1", "timeout") > seen.Dials("n1", "timeout"), "a dial that nobody answers");
            lab.Broker.Resume();
        });
    }

    /// <summary>Where no other broker is, an announcement that is not heard may have died with the connection: nobody can say that there was none.</summary>
    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_broker_alone_is_never_said_to_have_crashed_and_refused_credentials_are_called_denied(string server, string version)
    {
        await using var alone = await LabCluster.StartAsync(new LabOptions { NatsServer = server, Brokers = 1, Cluster = false, ExtraConfig = VerdictLab.Accounts() }, Stop);
        var broker = alone.Brokers[0];
        var folder = Directory.CreateTempSubdirectory("natsprober-alone-");
        var (app, right, wrong) = (Path.Combine(folder.FullName, "app"), Path.Combine(folder.FullName, "right"), Path.Combine(folder.FullName, "wrong"));
        await File.WriteAllTextAsync(app, "app-password", Stop);
        await File.WriteAllTextAsync(right, "sys-password", Stop);
        await File.WriteAllTextAsync(wrong, "no-password", Stop);
        try
        {
            await using var prober = await ProberProcess.StartAsync([ProbeFile("right", right), ProbeFile("wrong", wrong)]);
            await prober.UntilAsync(
                scrape => scrape.Endpoints.All(scrape.IsConnected)
                    && scrape["cordum_nats_broker_source_up", ("cluster", "right"), ("source", "system")] == 1
                    && scrape["cordum_nats_broker_query_total", ("cluster", "wrong"), ("source", "system"), ("outcome", "denied")] >= 2
                    && scrape["cordum_nats_broker_view", ("cluster", "wrong"), ("state", "denied")] == 1,
                $"one source is up, the other denied, {version}",
                seconds: 30);

            for (var round = 1; round <= 2; round++)
            {
                broker.Kill();
                await broker.ExitedAsync(Stop);
                await broker.StartAsync(Stop);
                await prober.UntilAsync(
                    scrape => scrape["cordum_nats_disconnect_total", ("cluster", "right")] == 2 * round && scrape["cordum_nats_view_verdict_pending"] == 0 && scrape.Endpoints.All(scrape.IsConnected),
                    "the verdicts",
                    seconds: 30);
            }

            var last = await prober.ScrapeAsync();
            Assert.Equal(last["cordum_nats_disconnect_total"], last["cordum_nats_view_verdict_total", ("verdict", "broker_restarted")]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        string ProbeFile(string cluster, string systemPassword) => $$"""
            cluster: {{cluster}}
            endpoints: [ { name: n1, url: "{{broker.Url}}", serverName: n1 } ]
            auth: { user: app, passwordFile: "{{app}}" }
            systemAuth: { user: sys, passwordFile: "{{systemPassword}}" }
            probes:
              request: { every: 1s, timeout: 500ms }
              broker: { every: 1s, timeout: 800ms }
            """;
    }

    private static async Task RestartAsync(LabBroker broker, Func<long> end)
    {
        end();
        await broker.ExitedAsync(Stop);
        await broker.StartAsync(Stop);
    }
}
