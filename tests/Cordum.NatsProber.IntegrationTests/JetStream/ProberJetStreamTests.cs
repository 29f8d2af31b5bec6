using Cordum.NatsProber.IntegrationTests.Commands;
using Cordum.NatsProber.IntegrationTests.Prober;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.JetStream;

/// <summary>The canaries in a whole prober, over the link that fails over: from probe file to series, and what <c>once</c> makes of them.</summary>
public sealed class ProberJetStreamTests
{
    private static readonly string[] Canaries = ["jetstream", "kv"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_lost_quorum_is_told_and_heals_and_once_takes_away_what_the_prober_made(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server, JetStream = true }, Stop);
        var file = ProbeFiles.Of(cluster, extra: "  jetstream: { every: 2s, timeout: 800ms, replicas: 3 }\nfailover: { reconnectWait: 100ms }");
        await using (var prober = await ProberProcess.StartAsync(file, "cleaner"))
        {
            var good = await prober.UntilAsync(s => Canaries.All(probe => Ticks(s, probe, "success") >= 2), $"both canaries sing on {version}", seconds: 60);

            cluster.Brokers[1].Kill();
            cluster.Brokers[2].Kill();
            await prober.UntilAsync(s => Canaries.All(probe => Ticks(s, probe, "no_quorum") >= 2), "no quorum", seconds: 40);
            // What applications without JetStream feel is another matter: the link has moved to the broker that is left, and its requests succeed.
            var moved = await prober.UntilAsync(s => s.IsConnected("_cluster"), "the link has moved");
            await prober.UntilAsync(s => Requests(s) > Requests(moved), "its requests succeed");

            await Task.WhenAll(cluster.Brokers[1].StartAsync(Stop), cluster.Brokers[2].StartAsync(Stop));
            var healed = await prober.UntilAsync(s => Canaries.All(probe => Ticks(s, probe, "success") >= Ticks(good, probe, "success") + 2), "healed", seconds: 60);
            Assert.All(Canaries, probe => Assert.Equal(0, Ticks(healed, probe, "not_enabled") + Ticks(healed, probe, "no_space")));
        }

        await File.WriteAllTextAsync(Path.Combine(cluster.Folder, "probes.yaml"), file, Stop);
        string[] once = ["once", "--probes", "probes.yaml", "--prober", "cleaner"];
        var pass = await NatsProberProcess.RunAsync(cluster.Folder, once);
        Assert.Contains("jetstream", pass.Output, StringComparison.Ordinal);
        Assert.Equal((0, "OK: 6 of 6 probes succeed"), (pass.ExitCode, pass.Output.TrimEnd().Split('\n')[^1]));

        var cleaned = await NatsProberProcess.RunAsync(cluster.Folder, [.. once, "--cleanup"]);
        Assert.Equal((0, "test: removed CORDUM_PROBE_cleaner_test\ntest: removed KV_CORDUM_PROBE_cleaner_test\n"), (cleaned.ExitCode, cleaned.Output));
        var again = await NatsProberProcess.RunAsync(cluster.Folder, [.. once, "--cleanup"]);
        Assert.Equal((0, "test: nothing to remove\n"), (again.ExitCode, again.Output));

        foreach (var broker in cluster.Brokers)
            broker.Kill();
        var inVain = await NatsProberProcess.RunAsync(cluster.Folder, [.. once, "--cleanup"]);
        Assert.Equal(2, inVain.ExitCode);
        Assert.StartsWith("test: not cleaned up, no connection: ", inVain.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_broker_denies_the_canary_hides_no_outage_of_the_link_that_it_shares()
    {
        const string Config = """
            accounts { APP { jetstream: enabled, users: [ { user: app, password: app, permissions: { publish: "_cordum.probe.>", subscribe: "_cordum.probe.>" } } ] } }
            no_auth_user: app
            """;
        await using var cluster = await LabCluster.StartAsync(
            new LabOptions { NatsServer = NatsServers.Any, Brokers = 1, Cluster = false, JetStream = true, ExtraConfig = Config }, Stop);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster, extra: "  jetstream: { every: 1s, timeout: 400ms, replicas: 1, kv: false }"));
        await prober.UntilAsync(s => Ticks(s, "jetstream", "error") >= 2 && Requests(s) >= 2, "JetStream is denied, and requests succeed");

        cluster.Brokers[0].Suspend();
        var hung = await prober.UntilAsync(s => Ticks(s, "request", "timeout") >= 2, "requests of the link that fails over time out");
        Assert.True(hung.Of("_cluster", "cordum_nats_outage_start_timestamp_seconds") > 0);
        Assert.Equal(0, Ticks(hung, "request", "error"));
        cluster.Brokers[0].Resume();
    }

    private static double Ticks(Scrape scrape, string probe, string outcome) => scrape["cordum_nats_probe_total", ("scope", "cluster"), ("probe", probe), ("outcome", outcome)];

    private static double Requests(Scrape scrape) => Ticks(scrape, "request", "success");
}
