using Cordum.NatsProber.IntegrationTests.Prober;

namespace Cordum.NatsProber.IntegrationTests.Verdicts;

/// <summary>The broker is well, and what is between it and the prober is not.</summary>
public sealed class PathVerdictTests
{
    private static readonly VerdictLabOptions Options = new();
    private static readonly VerdictLabOptions WithoutMonitors = new() { Monitors = false };

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_connection_that_is_cut_from_outside(string server, string version)
    {
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}");
        await using var lab = await VerdictLab.StartAsync(server, Options);

        await lab.ProvokeAsync(Options, "path_cut", _ => lab.Proxy.CutAsync());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Packets_that_are_dropped_both_ways_or_one_way(string server, string version)
    {
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}");
        await using var lab = await VerdictLab.StartAsync(server, Options);

        await lab.ProvokeAsync(Options, "path_cut", _ => DropAsync(lab, drop => lab.Proxy.Swallow = drop));
        await lab.ProvokeAsync(Options, "path_cut", _ => DropAsync(lab, drop => lab.Proxy.SwallowFromClients = drop));
        await lab.ProvokeAsync(Options, "path_cut", _ => DropAsync(lab, drop => lab.Proxy.SwallowFromBroker = drop));
    }

    /// <summary>The broker is heard of through its siblings, with the credentials that the prober has anyway.</summary>
    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Packets_that_are_dropped_where_no_monitor_tells(string server, string version)
    {
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}");
        await using var lab = await VerdictLab.StartAsync(server, WithoutMonitors);

        await lab.ProvokeAsync(WithoutMonitors, "path_cut", _ => DropAsync(lab, drop => lab.Proxy.Swallow = drop));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_broker_that_is_alive_and_cannot_be_reached_is_a_disagreement_while_it_lasts(string server, string version)
    {
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}");
        await using var lab = await VerdictLab.StartAsync(server, Options);

        lab.Proxy.Swallow = true;
        await lab.Prober.UntilAsync(scrape => Disagree(scrape, "link_down_broker_alive") && Disagree(scrape, "broker_counts_dead_link"), "both disagreements", seconds: 20);
        lab.Proxy.Swallow = false;
        await lab.Prober.UntilAsync(scrape => scrape.IsConnected("n1") && !Disagree(scrape, "link_down_broker_alive"), "agreement about the link");

        static bool Disagree(Scrape scrape, string kind) => scrape.Of("n1", "cordum_nats_view_disagreement", ("kind", kind)) == 1;
    }

    private static async Task DropAsync(VerdictLab lab, Action<bool> drop)
    {
        var before = await lab.Prober.ScrapeAsync();
        drop(true);
        await lab.Prober.UntilAsync(scrape => !scrape.IsConnected("n1"), "the loss");
        // Long enough for the broker to be heard of from elsewhere, as any outage is that wakes somebody.
        await lab.Prober.UntilAsync(scrape => scrape.Dials("n1", "timeout") > before.Dials("n1", "timeout") && scrape.Of("n1", "cordum_nats_view_disagreement", ("kind", "link_down_broker_alive")) == 1, "the broker's sign of life");
        drop(false);
    }
}
