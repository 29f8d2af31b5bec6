using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>Brokers that lose each other while every client keeps its broker.</summary>
public sealed class RouteTests
{
    private const string Probes = "  route: { every: 1s, timeout: 700ms, messages: 5 }";
    private const string Sent = "cordum_nats_route_probe_total";

    private static readonly (string From, string To)[] Cut = [("n1", "n2"), ("n2", "n1")];
    private static readonly (string From, string To)[] Whole = [("n1", "n3"), ("n3", "n1"), ("n2", "n3"), ("n3", "n2")];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_cut_between_two_brokers_fails_exactly_their_two_routes_and_heals(string server, string version)
    {
        await using var way = new RouteProxies("n1", "n2", "n3");
        await using var cluster = await LabCluster.StartAsync(way.Options(server), Stop);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster, Probes));
        await prober.UntilAsync(s => Cut.Concat(Whole).All(route => Ticks(s, route, "success") >= 2), $"all routes good, {version}", seconds: 30);

        // Refused: the brokers know at once that they have lost each other.
        var before = await prober.ScrapeAsync();
        await way.RefuseAsync("n1", "n2");
        await prober.UntilAsync(s => Cut.All(route => Failed(s, route) - Failed(before, route) >= 3), "both routes fail");
        var cut = await prober.UntilAsync(s => Whole.All(route => Ticks(s, route, "success") - Ticks(before, route, "success") >= 3), "the others go on");
        Assert.All(Whole, route => Assert.Equal(0, Failed(cut, route)));
        Assert.All(Cut, route => Assert.True(Ticks(cut, route, "no_responders") > 0, $"{route} has no_responders"));
        AssertEveryEndpointLooksWell(cut);

        way.Allow("n1", "n2");
        await prober.UntilAsync(s => Cut.All(route => Ticks(s, route, "success") > Ticks(cut, route, "success") + 1), "healed", seconds: 60);

        // Dropped: nobody knows, messages vanish until the brokers' own pings give up.
        before = await prober.ScrapeAsync();
        way.Drop("n1", "n2");
        var silent = await prober.UntilAsync(s => Cut.All(route => Ticks(s, route, "timeout") - Ticks(before, route, "timeout") >= 3), "both routes time out");
        Assert.All(Whole, route => Assert.Equal(0, Failed(silent, route)));
        AssertEveryEndpointLooksWell(silent);
        var lost = await prober.UntilAsync(s => Cut.All(route => Messages(s, route, "lost") > 0), "lost messages are counted", seconds: 30);
        Assert.All(Whole, route => Assert.Equal(0, Messages(lost, route, "lost") + Messages(lost, route, "duplicated") + Messages(lost, route, "reordered")));

        await way.RefuseAsync("n1", "n2"); // what was swallowed is gone with its connection
        way.Allow("n1", "n2");
        await prober.UntilAsync(s => Cut.All(route => Ticks(s, route, "success") > Ticks(lost, route, "success") + 1), "healed again", seconds: 60);
        prober.AssertParityHeldThroughout(atLeastScrapes: 50);
        Assert.Contains(prober.Log, line => line.Contains("route from n1 to n2 fails, outcome no_responders", StringComparison.Ordinal));
        Assert.Contains(prober.Log, line => line.Contains("route from n1 to n2 is good again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_that_is_down_is_no_route_that_is_cut()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any }, Stop);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster, Probes));
        var first = await prober.UntilAsync(s => Cut.Concat(Whole).All(route => Ticks(s, route, "success") >= 2), "all routes good", seconds: 30);

        cluster.Brokers[1].Kill();
        await cluster.Brokers[1].ExitedAsync(Stop);
        var down = await prober.UntilAsync(s => Ticks(s, ("n1", "n2"), "disconnected") >= 2 && Ticks(s, ("n2", "n3"), "disconnected") >= 2, "routes of n2 are disconnected");
        await cluster.Brokers[1].StartAsync(Stop);
        var last = await prober.UntilAsync(s => Ticks(s, ("n1", "n2"), "success") > Ticks(down, ("n1", "n2"), "success") + 2, "n2 is back", seconds: 30);

        Assert.Equal(0, Failed(last, ("n1", "n3")) + Failed(last, ("n3", "n1")));
        // What was under way when a connection was lost went with it: the disconnect tells of it, and no message is called lost for it.
        Assert.Equal(0, Cut.Concat(Whole).Sum(route => Messages(last, route, "lost")));
        Assert.True(Cut.Concat(Whole).All(route => Messages(last, route, "received") > Messages(first, route, "received")));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Requests_cross_gateways_and_leaf_nodes_where_the_probe_file_names_the_other_side(string server, string version)
    {
        // Two clusters of one broker each, joined by a gateway; and a leaf node below the first.
        const string Accounts = """
            accounts { SYS { }, APP { users: [ { user: app, password: app } ] } }
            system_account: SYS
            no_auth_user: app
            """;
        var (eastGateway, westGateway, leafPort) = (FreePorts.Take(), FreePorts.Take(), FreePorts.Take());
        try
        {
            await using var east = await LabCluster.StartAsync(Alone(server, "east", $$"""
                gateway { name: east, listen: "127.0.0.1:{{eastGateway}}", gateways: [ { name: west, url: "nats://127.0.0.1:{{westGateway}}" } ] }
                leafnodes { listen: "127.0.0.1:{{leafPort}}" }
                {{Accounts}}
                """), Stop);
            await using var west = await LabCluster.StartAsync(Alone(server, "west", $$"""
                gateway { name: west, listen: "127.0.0.1:{{westGateway}}", gateways: [ { name: east, url: "nats://127.0.0.1:{{eastGateway}}" } ] }
                {{Accounts}}
                """), Stop);
            await using var leaf = await LabCluster.StartAsync(Alone(server, "leaf", $$"""
                leafnodes { remotes: [ { url: "nats://app:app@127.0.0.1:{{leafPort}}" } ] }
                """), Stop);
            await using var prober = await ProberProcess.StartAsync(
                [
                    $$"""
                        cluster: east
                        endpoints:
                          - { name: hub, url: "{{east.Brokers[0].Url}}" }
                          - { name: leaf, url: "{{leaf.Brokers[0].Url}}" }
                        probes:
                          route: { every: 500ms, timeout: 300ms, toClusters: [west] }
                        """,
                    $$"""
                        cluster: west
                        endpoints:
                          - { name: hub, url: "{{west.Brokers[0].Url}}" }
                        probes:
                          route: { every: 500ms, timeout: 300ms, toClusters: [east] }
                        """,
                ]);

            (string Cluster, string From, string To)[] routes =
            [
                ("east", "hub", "leaf"), ("east", "leaf", "hub"), ("east", "hub", "west/hub"), ("east", "leaf", "west/hub"), ("west", "hub", "east/hub"), ("west", "hub", "east/leaf"),
            ];
            var good = await prober.UntilAsync(
                s => routes.All(r => s[Sent, ("cluster", r.Cluster), ("from", r.From), ("to", r.To), ("outcome", "success")] >= 3), $"all good, {version}", seconds: 40);

            await west.Brokers[0].DisposeAsync();
            await prober.UntilAsync(s => s[Sent, ("from", "hub"), ("to", "west/hub"), ("outcome", "disconnected")] > 0, "west is gone");
            Assert.Equal(0, good[Sent, ("from", "hub"), ("to", "leaf"), ("outcome", "timeout")]);
        }
        finally
        {
            FreePorts.Release([eastGateway, westGateway, leafPort]);
        }

        static LabOptions Alone(string server, string name, string more) =>
            new() { NatsServer = server, Brokers = 1, Cluster = false, ExtraConfig = $"server_name: {name}\n{more}" };
    }

    private static double Ticks(Scrape scrape, (string From, string To) route, string outcome) =>
        scrape[Sent, ("from", route.From), ("to", route.To), ("outcome", outcome)];

    private static double Failed(Scrape scrape, (string From, string To) route) =>
        ((string[])["timeout", "no_responders", "wrong_server", "error"]).Sum(outcome => Ticks(scrape, route, outcome));

    private static double Messages(Scrape scrape, (string From, string To) route, string fate) =>
        scrape[$"cordum_nats_messages_{fate}_total", ("from", route.From), ("to", route.To)];

    private static void AssertEveryEndpointLooksWell(Scrape scrape)
    {
        foreach (var endpoint in (string[])["n1", "n2", "n3"])
        {
            Assert.Equal((0, true), (scrape.Disconnects(endpoint), scrape.IsConnected(endpoint)));
            Assert.Equal(0, scrape["cordum_nats_probe_total", ("endpoint", endpoint), ("probe", "request"), ("outcome", "timeout")]);
        }
    }
}
