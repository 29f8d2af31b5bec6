using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>What the connect probe sees and a held link cannot.</summary>
public sealed class ConnectTests
{
    private const string Probes = "  connect: { every: 1s, timeout: 500ms }";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task With_the_connection_limit_reached_links_stand_and_fresh_connects_fail(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server, Brokers = 1 }, Stop);
        var broker = cluster.Brokers[0];
        var open = await File.ReadAllTextAsync(broker.ConfigFile, Stop);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster, Probes));
        var good = await prober.UntilAsync(s => Connects(s, "success") >= 2 && Requests(s, "success") >= 2, "all is well");
        Assert.True(good["cordum_nats_connect_phase_duration_seconds_count", ("endpoint", "n1"), ("phase", "auth")] >= 3, "the link and two fresh connects");

        // Link, responder and the link that fails over are three. A reload closes no connection that fits.
        await ReloadAsync(broker, open + "\nmax_connections: 3\n");
        var full = await prober.UntilAsync(s => Failures(s, "max_connections") >= 3, $"fresh connects are refused, {version}");
        Assert.Equal((0, true), (full.Disconnects("n1"), full.IsConnected("n1")));
        Assert.Equal((0, true), (full.Disconnects("_cluster"), full.IsConnected("_cluster")));
        Assert.Equal(Failures(full, "max_connections"), Connects(full, "error"));
        Assert.Equal(Connects(full, "error"), full["cordum_nats_connect_failure_phase_total", ("endpoint", "n1")]);
        await prober.UntilAsync(s => Requests(s, "success") >= Requests(full, "success") + 2, "requests go on");

        await ReloadAsync(broker, open);
        await prober.UntilAsync(s => Connects(s, "success") > Connects(full, "success") + 1, "fresh connects work again");
        Assert.Single(await prober.EventsAsync("n1", 34, 1)); // one line, not one for each tick
        Assert.Single(await prober.EventsAsync("n1", 35, 1));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Each_phase_that_fails_is_told(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server, Brokers = 2, Cluster = false }, Stop);
        await using var prober = await ProberProcess.StartAsync(
            ProbeFiles.Of([("hung", cluster.Brokers[0].Url, null), ("dead", cluster.Brokers[1].Url, null), ("unnamed", "nats://no-such-broker.invalid:4222", null)], Probes));
        await prober.UntilAsync(s => ((string[])["hung", "dead"]).All(e => s["cordum_nats_probe_total", ("endpoint", e), ("probe", "connect"), ("outcome", "success")] >= 1), "two are well");

        cluster.Brokers[0].Suspend();
        cluster.Brokers[1].Kill();
        await prober.UntilAsync(
            s => Phase(s, "hung", "info") >= 2 && s["cordum_nats_probe_total", ("endpoint", "hung"), ("probe", "connect"), ("outcome", "timeout")] >= 2
                && Phase(s, "dead", "tcp") >= 2 && Phase(s, "unnamed", "dns") >= 2,
            $"info, tcp and dns, {version}");
        cluster.Brokers[0].Resume();
    }

    private static async Task ReloadAsync(LabBroker broker, string configuration)
    {
        await File.WriteAllTextAsync(broker.ConfigFile, configuration, Stop);
        broker.Reload();
    }

    private static double Phase(Scrape scrape, string endpoint, string phase) => scrape["cordum_nats_connect_failure_phase_total", ("endpoint", endpoint), ("phase", phase)];

    private static double Failures(Scrape scrape, string cause) => scrape["cordum_nats_connect_failure_total", ("endpoint", "n1"), ("cause", cause)];

    private static double Connects(Scrape scrape, string outcome) => scrape["cordum_nats_probe_total", ("endpoint", "n1"), ("probe", "connect"), ("outcome", outcome)];

    private static double Requests(Scrape scrape, string outcome) => scrape["cordum_nats_probe_total", ("endpoint", "n1"), ("probe", "request"), ("outcome", outcome)];
}
