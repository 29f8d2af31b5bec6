using System.Text.Json;
using Cordum.NatsProber.IntegrationTests.Prober;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Verdicts;

/// <summary>What is no broker's and no link's fault: a prober that was killed, and routes that are cut between brokers.</summary>
public sealed class ProberVerdictTests
{
    private static readonly VerdictLabOptions Options = new();
    private static readonly HttpClient Http = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    /// <summary>It could not count its own end; its successor finds it in the broker's records, and remembers it beside the disconnects.</summary>
    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_prober_that_was_killed_is_found_by_its_successor(string server, string version)
    {
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}");
        await using var lab = await VerdictLab.StartAsync(server, Options);
        await lab.Prober.KillAsync();

        for (var round = 0; round < VerdictLab.Times; round++)
        {
            await using var next = await lab.StartProberAsync(Options);
            foreach (var broker in lab.Cluster.Brokers)
            {
                var found = (await next.EventsAsync(broker.Name, 87, 1))[0];
                Assert.Equal("prober_fault", found.GetProperty("Verdict").GetString());
            }

            var report = JsonDocument.Parse(await Http.GetStringAsync(new Uri(next.Metrics, "/compare"), Stop)).RootElement;
            var past = report.GetProperty("clusters")[0].GetProperty("past").EnumerateArray().ToList();
            Assert.Equal(3, past.Count);
            Assert.All(past, one => Assert.Equal("prober_fault", one.GetProperty("verdict").GetString()));

            // What this one did not see it does not count.
            var scrape = await next.ScrapeAsync();
            Assert.All(scrape.PinnedEndpoints, endpoint => Assert.Equal(0, scrape.Disconnects(endpoint)));
            Assert.Equal(0, scrape["cordum_nats_view_verdict_total"]);
            await next.KillAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Routes_that_are_cut_cost_no_link_and_show_in_the_brokers_peers(string server, string version)
    {
        await using var way = new RouteProxies("n1", "n2", "n3");
        await using var cluster = await LabCluster.StartAsync(way.Options(server), Stop);
        await using var prober = await ProberProcess.StartAsync($$"""
            cluster: test
            endpoints:
            {{string.Join('\n', cluster.Brokers.Select(broker => $"  - {{ name: {broker.Name}, url: \"{broker.Url}\", monitor: \"{broker.MonitorUrl}\" }}"))}}
            probes:
              request: { every: 1s, timeout: 500ms }
              broker: { every: 1s, timeout: 800ms }
            """);

        for (var round = 0; round < VerdictLab.Times; round++)
        {
            await prober.UntilAsync(scrape => Peers(scrape, "n1") == 2 && Peers(scrape, "n2") == 2 && Peers(scrape, "n3") == 2, $"all routes, {version}", seconds: 30);
            await way.RefuseAsync("n1", "n2");
            await prober.UntilAsync(scrape => Peers(scrape, "n1") == 1 && Peers(scrape, "n2") == 1 && Peers(scrape, "n3") == 2, "the cut");
            way.Allow("n1", "n2");
        }

        var last = await prober.ScrapeAsync();
        Assert.Equal(0, last["cordum_nats_disconnect_total"] + last["cordum_nats_view_verdict_total"]);

        static double Peers(Scrape scrape, string endpoint) => scrape.Of(endpoint, "cordum_nats_broker_route_peers");
    }
}
