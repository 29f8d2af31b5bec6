using Cordum.NatsProber.IntegrationTests.Commands;
using Cordum.NatsProber.IntegrationTests.Prober;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Brokers;

/// <summary>The broker's own word in a whole prober, from probe file to series.</summary>
public sealed class BrokerProbeTests
{
    private static readonly string[] Views = ["healthy", "unhealthy", "alive", "unreachable", "timeout", "denied", "tls", "malformed", "none"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    private static string File(params (string Name, string Url, string? Monitor)[] endpoints) => $$"""
        cluster: test
        endpoints:
        {{string.Join('\n', endpoints.Select(e => $"  - {{ name: {e.Name}, url: \"{e.Url}\"{(e.Monitor is null ? "" : $", monitor: \"{e.Monitor}\"")} }}"))}}
        probes:
          request: { every: 1s, timeout: 900ms }
          broker: { every: 1s, timeout: 500ms }
        """;

    private static string File(LabCluster cluster) => File([.. cluster.Brokers.Select(b => (b.Name, b.Url, (string?)b.MonitorUrl))]);

    /// <summary>The one view that is 1. Health must agree with it in every scrape.</summary>
    private static string View(Scrape scrape, string endpoint)
    {
        var view = Assert.Single(Views, state => scrape.Of(endpoint, "cordum_nats_broker_view", ("state", state)) == 1);
        Assert.Equal(view == "healthy" ? 1 : 0, scrape.Of(endpoint, "cordum_nats_broker_healthy"));
        return view;
    }

    private static double Ticks(Scrape scrape, string endpoint, string outcome) =>
        scrape.Of(endpoint, "cordum_nats_probe_total", ("probe", "broker"), ("scope", "endpoint"), ("outcome", outcome));

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_broker_that_drains_says_so_and_one_that_is_killed_or_hangs_does_not_say_that_it_is_well(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server }, Stop);
        await using var prober = await ProberProcess.StartAsync(File(cluster));
        var (draining, killed, hung) = (cluster.Brokers[0], cluster.Brokers[1], cluster.Brokers[2]);
        await prober.UntilAsync(s => s.Endpoints.All(s.IsConnected) && cluster.Brokers.All(b => View(s, b.Name) == "healthy"), "all are well");

        draining.EnterLameDuck();
        var drains = await prober.UntilAsync(s => View(s, draining.Name) == "unhealthy", $"it drains, {version}");
        Assert.True(drains.IsConnected(draining.Name)); // it lets its clients go one by one, much later
        using (var http = new HttpClient())
            Assert.True((await http.GetAsync(new Uri($"{draining.MonitorUrl}/varz"), Stop)).IsSuccessStatusCode);
        var told = Assert.Single(await prober.EventsAsync(draining.Name, 80, 1));
        Assert.Contains("failed to be ready for connections", told.GetProperty("Detail").GetString(), StringComparison.Ordinal);

        killed.Kill();
        hung.Suspend();
        await prober.UntilAsync(s => View(s, killed.Name) == "unreachable" && View(s, hung.Name) == "timeout", "one is gone, one hangs");
        // A tick is counted when all its questions have ended, which is later than its first word.
        await prober.UntilAsync(s => Ticks(s, killed.Name, "unreachable") >= 1 && Ticks(s, hung.Name, "timeout") >= 1 && Ticks(s, draining.Name, "unhealthy") >= 1, "the ticks are counted");

        hung.Resume();
        await killed.StartAsync(Stop);
        await prober.UntilAsync(s => View(s, killed.Name) == "healthy" && View(s, hung.Name) == "healthy", "both are back");
    }

    [Fact]
    public async Task Series_exist_before_the_first_word_and_an_endpoint_without_a_monitor_is_alive_by_its_account()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any, Brokers = 2 }, Stop);
        var (asked, other) = (cluster.Brokers[0], cluster.Brokers[1]);
        // A port that nobody answers at, so that the view is one of two at most, whenever it is looked at.
        await using var silent = new MonitorServer((_, _) => Task.CompletedTask);
        await using var prober = await ProberProcess.StartAsync(File((asked.Name, asked.Url, $"{silent.Url}"), (other.Name, other.Url, null)));

        var first = await prober.ScrapeAsync();

        Assert.Contains(View(first, asked.Name), (string[])["none", "timeout"]);
        Assert.Contains(View(first, other.Name), (string[])["none", "unreachable", "alive"]);
        Assert.False(first.Has("cordum_nats_broker_source", ("endpoint", other.Name), ("source", "monitor")));
        var then = await prober.UntilAsync(s => View(s, other.Name) == "alive", "the account tells that it lives");
        Assert.Equal(1, then.Of(other.Name, "cordum_nats_broker_source", ("source", "account")));
        Assert.Equal(0, then.Of(asked.Name, "cordum_nats_broker_source", ("source", "monitor")));
        await prober.UntilAsync(s => s.Of(asked.Name, "cordum_nats_broker_source_up", ("source", "account")) == 1, "the other's monitor does not keep the account from telling the same");
    }

    /// <summary>Two lines changed places in a probe file: what the wrong broker says of itself is nobody's word, and no verdict.</summary>
    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_monitor_of_another_broker_is_not_believed(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server }, Stop);
        var (one, other, third) = (cluster.Brokers[0], cluster.Brokers[1], cluster.Brokers[2]);
        await using var prober = await ProberProcess.StartAsync(File((one.Name, one.Url, other.MonitorUrl), (other.Name, other.Url, one.MonitorUrl), (third.Name, third.Url, third.MonitorUrl)));

        await prober.UntilAsync(s => s.Endpoints.All(s.IsConnected) && View(s, one.Name) == "malformed" && View(s, other.Name) == "malformed" && View(s, third.Name) == "healthy", $"two are found out, {version}");
        var told = (await prober.EventsAsync(one.Name, 81, 1))[^1];
        Assert.Contains($"this is the monitor of {other.Name}", told.GetProperty("Detail").GetString(), StringComparison.Ordinal);

        // One is cut off for a moment by its own restart; the other, whose monitor the first one's line names, goes on.
        one.Kill();
        await one.ExitedAsync(Stop);
        await one.StartAsync(Stop);
        var after = await prober.UntilAsync(s => s.IsConnected(one.Name) && s.Of(one.Name, "cordum_nats_view_verdict_total") == 1, "a verdict");
        Assert.Equal(1, after.Of(one.Name, "cordum_nats_view_verdict_total", ("verdict", "broker_restarted")));
        Assert.Equal(0, after.Of(other.Name, "cordum_nats_broker_identity_change_total"));
    }

    /// <summary>While the link has not been open, nobody can tell whose monitor it is. When it turns out to be another's, no broker has been replaced.</summary>
    [Fact]
    public async Task A_monitor_of_another_broker_that_was_heard_before_the_link_was_open_has_not_been_replaced()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any }, Stop);
        var (one, other) = (cluster.Brokers[0], cluster.Brokers[1]);
        other.Kill();
        await other.ExitedAsync(Stop);
        await using var prober = await ProberProcess.StartAsync(File((one.Name, one.Url, one.MonitorUrl), (other.Name, other.Url, one.MonitorUrl)));
        await prober.UntilAsync(
            s => View(s, other.Name) == "healthy" && s.Of(other.Name, "cordum_nats_broker_start_timestamp_seconds") > 0, "the stranger is heard, and told what it says of itself");

        await other.StartAsync(Stop);

        var after = await prober.UntilAsync(s => s.IsConnected(other.Name) && View(s, other.Name) == "malformed", "it is found out");
        Assert.Equal(0, after.Of(other.Name, "cordum_nats_broker_identity_change_total"));
    }

    /// <summary>Monitors of the worst kind beside brokers that are well: nothing of it reaches the links, their requests or the scrape.</summary>
    [Fact]
    public async Task A_monitor_that_misbehaves_harms_nothing_else()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any, Brokers = 5, Cluster = false }, Stop);
        await using var hangs = new MonitorServer((_, _) => Task.CompletedTask);
        await using var floods = new MonitorServer(async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n"u8.ToArray(), stop);
            await stream.WriteAsync(new byte[10 * 1024 * 1024], stop);
        });
        await using var denies = MonitorServer.Responding("401 Unauthorized", "");
        await using var babbles = MonitorServer.Saying("INFO {}\r\n");
        var absent = FreePorts.Take();
        string[] monitors = [$"{hangs.Url}", $"{floods.Url}", $"{denies.Url}", $"{babbles.Url}", $"http://127.0.0.1:{absent}"];
        string[] views = ["timeout", "malformed", "denied", "malformed", "unreachable"];
        await using var prober = await ProberProcess.StartAsync(File([.. cluster.Brokers.Zip(monitors, (b, monitor) => (b.Name, b.Url, (string?)monitor))]));
        string[] pinned = [.. cluster.Brokers.Select(broker => broker.Name)];
        var before = await prober.UntilAsync(
            s => s.Endpoints.All(s.IsConnected) && pinned.Zip(views).All(pair => View(s, pair.First) == pair.Second) && pinned.All(name => s.Of(name, "cordum_nats_probe_total", ("probe", "request"), ("outcome", "success")) >= 1),
            "all monitors have shown what they are");

        var after = await prober.UntilAsync(
            s => pinned.All(name => s.Of(name, "cordum_nats_probe_total", ("probe", "request"), ("outcome", "success")) >= before.Of(name, "cordum_nats_probe_total", ("probe", "request"), ("outcome", "success")) + 5),
            "requests go on");

        string[] outcomes = ["timeout", "malformed", "denied", "malformed", "unreachable"];
        Assert.All(pinned.Zip(outcomes), pair =>
        {
            Assert.Equal(0, after.Of(pair.First, "cordum_nats_broker_source_up", ("source", "monitor")));
            Assert.True(after.Of(pair.First, "cordum_nats_broker_query_total", ("source", "monitor"), ("outcome", pair.Second)) >= 1);
            Assert.Equal(after.Of(pair.First, "cordum_nats_broker_query_total", ("source", "monitor")), after.Of(pair.First, "cordum_nats_broker_query_total", ("source", "monitor"), ("outcome", pair.Second)));
        });
        Assert.All(pinned, name =>
        {
            Assert.Equal((before.Disconnects(name), before.Outages(name)), (after.Disconnects(name), after.Outages(name)));
            Assert.Equal(FailedRequests(before, name), FailedRequests(after, name));
            Assert.Equal(0, Ticks(after, name, "success"));
        });
        // It came back for more each second, one question at a time.
        Assert.InRange(hangs.Accepted, 2, 60);
        FreePorts.Release([absent]);

        static double FailedRequests(Scrape scrape, string name) =>
            Scrape.Failures.Sum(outcome => scrape.Of(name, "cordum_nats_probe_total", ("probe", "request"), ("outcome", outcome)));
    }

    [Fact]
    public async Task Once_asks_the_brokers_too()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any, Brokers = 2 }, Stop);
        await System.IO.File.WriteAllTextAsync(Path.Combine(cluster.Folder, "probes.yaml"), File(cluster), Stop);
        string[] once = ["once", "--probes", "probes.yaml", "--prober", "p"];

        var well = await NatsProberProcess.RunAsync(cluster.Folder, once);
        Assert.Equal(0, well.ExitCode);
        Assert.Equal(2, well.Output.Split('\n').Count(line => line.Contains(" broker ", StringComparison.Ordinal) && line.Contains("http://127.0.0.1:", StringComparison.Ordinal) && line.Contains("success", StringComparison.Ordinal)));

        await using var ill = MonitorServer.Responding("503 Service Unavailable", """{"status":"error","error":"not yet"}""");
        var (first, second) = (cluster.Brokers[0], cluster.Brokers[1]);
        await System.IO.File.WriteAllTextAsync(
            Path.Combine(cluster.Folder, "probes.yaml"), File((first.Name, first.Url, $"{ill.Url}"), (second.Name, second.Url, second.MonitorUrl)), Stop);
        var notWell = await NatsProberProcess.RunAsync(cluster.Folder, [.. once, "--format", "json"]);
        Assert.Equal(1, notWell.ExitCode);
        Assert.Contains("\"outcome\": \"unhealthy\"", notWell.Output, StringComparison.Ordinal);
        Assert.Contains("\"detail\": \"not yet\"", notWell.Output, StringComparison.Ordinal);
    }
}
