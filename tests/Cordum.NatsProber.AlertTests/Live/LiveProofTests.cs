using Cordum.NatsProber.AlertTests.Monitoring;
using Cordum.NatsProber.IntegrationTests;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.AlertTests.Live;

/// <summary>
/// From a broker's death to the pager, with nothing played: real brokers, the real prober, real Prometheus and Alertmanager with the shipped rules and routes. Only
/// time is compressed.
/// </summary>
public sealed class LiveProofTests : IAsyncLifetime
{
    /// <summary>A minute takes four seconds: five minutes of outage 20 s, the two minutes that bridge a prober's restart 8 s.</summary>
    private const double Factor = 15;

    private const string Outrun = "CordumNatsDisconnectsOutrunReconnects";
    private const string Absent = "CordumNatsProberAbsent";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-live-").FullName;
    private readonly List<IAsyncDisposable> _started = [];

    public static TheoryData<string, string, string> Releases =>
        [.. PrometheusReleases.All.Zip(NatsServers.Paths.Concat(NatsServers.Paths)).Select(pair => new TheoryDataRow<string, string, string>(pair.First.Folder, pair.First.Version, pair.Second))];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var started in Enumerable.Reverse(_started))
            await started.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task An_outage_is_one_page_and_one_resolve_a_flap_is_none_and_a_prober_that_is_gone_is_its_own(string folder, string version, string natsServer)
    {
        var pager = await With(Pager.StartAsync());
        // Three clusters: one has an outage, one has the same outage while its prober is killed, one flaps.
        var (plain, plainProber) = await ClusterAsync("plain", natsServer);
        var (blind, blindProber) = await ClusterAsync("blind", natsServer);
        var (flappy, flappyProber) = await ClusterAsync("flappy", natsServer);
        LiveProber[] probers = [plainProber, blindProber, flappyProber];
        var (rules, every) = LiveRules.Compressed(Factor);
        var stack = await With(MonitoringStack.StartAsync(
            new PrometheusRelease(folder, version), _http, _folder, rules, LiveRules.Alertmanager(Factor, pager.UrlFor), every, probers.Select(p => p.Target)));
        await stack.UntilAsync("cordum_nats_connected", all => all.Length == 9 && all.All(value => value == 1), "every link open, and scraped", Limit);
        await pager.UntilAsync(n => n.Receiver == "deadman", "the watchdog's first sign", Limit);

        // The outage: the second broker of two clusters is killed. The third's is killed and back, again and again.
        await KillAsync(plain);
        await KillAsync(blind);
        await FlapAsync(flappy, stack);
        await stack.UntilAsync($"ALERTS{{alertname=\"{Outrun}\", alertstate=\"pending\"}}", all => all.Length >= 2, "both outages pending", Limit);
        await blindProber.KillAsync();
        await stack.UntilAsync($"up{{instance=\"{blindProber.Target}\"}}", all => all is [0], "the prober's death seen", Limit);
        await blindProber.StartAsync();

        foreach (var cluster in (string[])["plain", "blind"])
        {
            var page = await pager.UntilAsync(n => n.Receiver == "pager" && n.Cluster == cluster && n.Firing, $"the page for {cluster}", Limit);
            Assert.Equal([(Outrun, "n2", "firing")], page.Alerts);
        }

        // Resolved, and only then: both brokers come back.
        var told = pager.Received.Count;
        await plain.Brokers[1].StartAsync(TestContext.Current.CancellationToken);
        await blind.Brokers[1].StartAsync(TestContext.Current.CancellationToken);
        foreach (var cluster in (string[])["plain", "blind"])
            await pager.UntilAsync(n => n.Receiver == "pager" && n.Cluster == cluster && !n.Firing, $"the resolve for {cluster}", Limit, told);

        // All probers gone: a page of its own, and it resolves.
        foreach (var prober in probers)
            await prober.KillAsync();
        var absent = await pager.UntilAsync(n => n.Receiver == "pager" && n.Alerts.Any(alert => alert.Name == Absent) && n.Firing, "the page for the probers", Limit);
        Assert.Equal([(Absent, "", "firing")], absent.Alerts);
        told = pager.Received.Count;
        foreach (var prober in probers)
            await prober.StartAsync();
        await pager.UntilAsync(n => n.Receiver == "pager" && n.Group == absent.Group && !n.Firing, "the resolve for the probers", Limit, told);

        // Whatever else was on its way has come by now: the watchdog's signs go the same way.
        var signs = pager.Received.Count;
        for (var i = 0; i < 3; i++, signs++)
            await pager.UntilAsync(n => n.Receiver == "deadman", "the watchdog's further signs", Limit, signs);

        Assert.Equal((1, 1), pager.Rang("pager", n => n.Cluster == "plain"));
        Assert.Equal((1, 1), pager.Rang("pager", n => n.Cluster == "blind"));
        Assert.Equal((0, 0), pager.Rang("pager", n => n.Cluster == "flappy"));
        Assert.Equal((1, 1), pager.Rang("pager", n => n.Group == absent.Group));
        Assert.DoesNotContain(pager.Received, n => n.Receiver == "pager" && n.Group != absent.Group && n.Cluster is not ("plain" or "blind"));
        TestContext.Current.SendDiagnosticMessage($"Prometheus {version}:\n{string.Join('\n', pager.Received.Where(n => n.Receiver != "deadman"))}");
    }

    private async Task<(LabCluster Brokers, LiveProber Prober)> ClusterAsync(string name, string natsServer)
    {
        var brokers = await With(LabCluster.StartAsync(new LabOptions { Brokers = 2, NatsServer = natsServer, ClusterName = name }, TestContext.Current.CancellationToken));
        return (brokers, await With(LiveProber.StartAsync(_http, _folder, name, brokers)));
    }

    private static async Task KillAsync(LabCluster cluster)
    {
        cluster.Brokers[1].Kill();
        await cluster.Brokers[1].ExitedAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Three losses, each over within a second or two, and each seen by Prometheus: fewer than make churn.</summary>
    private static async Task FlapAsync(LabCluster cluster, MonitoringStack stack)
    {
        for (var i = 1; i <= 3; i++)
        {
            await KillAsync(cluster);
            await cluster.Brokers[1].StartAsync(TestContext.Current.CancellationToken);
            var times = i;
            await stack.UntilAsync(
                "cordum_nats_reconnect_total{cluster=\"flappy\", endpoint=\"n2\"}", all => all.Length == 1 && all[0] == times, $"flap {times} seen", Limit);
        }
    }

    private async Task<T> With<T>(Task<T> starting)
        where T : IAsyncDisposable
    {
        var started = await starting;
        _started.Add(started);
        return started;
    }
}
