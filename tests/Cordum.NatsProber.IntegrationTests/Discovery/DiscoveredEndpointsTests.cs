using Cordum.NatsProber.IntegrationTests.Commands;
using Cordum.NatsProber.IntegrationTests.Lab;
using Cordum.NatsProber.IntegrationTests.Prober;
using Cordum.NatsProber.Lab;
using Cordum.NatsProber.Tests.Discovery;

namespace Cordum.NatsProber.IntegrationTests.Discovery;

/// <summary>Endpoints that DNS names, adds and takes away while a whole prober runs on real brokers.</summary>
public sealed class DiscoveredEndpointsTests
{
    private const uint Soon = 1;
    private const string Name = "nats.test";
    private const string Healthy = "cordum_nats_broker_healthy";
    private const string Asked = "cordum_nats_discovery_total";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Addresses_come_and_go_and_the_others_never_notice(string server, string version)
    {
        await using var dns = new TestDnsServer();
        var port = FreePorts.Take();
        try
        {
            // One port, as in a cluster of pods: the brokers differ by address.
            await using var cluster = await LabCluster.StartAsync(
                new LabOptions { NatsServer = server, BrokerConfig = plan => $"listen: \"{Address(plan.Name[1..])}:{port}\"" }, Stop);
            var (stays, goes, comes) = (Address("1"), Address("2"), Address("3"));
            dns.Set(Name, DnsRecord.Address(stays, Soon), DnsRecord.Address(goes, Soon));
            await using var prober = await ProberProcess.StartAsync(File(dns, $"dns: {Name}, port: {port}"));
            await prober.UntilAsync(s => Open(s, stays) && Open(s, goes) && Open(s, "_cluster") && s.Ticks(stays, "success") >= 2, $"two are found on {version}");
            var first = await prober.ScrapeAsync();
            Assert.Equal(2, first["cordum_nats_discovery_endpoints"]);

            dns.Set(Name, DnsRecord.Address(stays, Soon), DnsRecord.Address(goes, Soon), DnsRecord.Address(comes, Soon));
            var three = await prober.UntilAsync(s => Open(s, comes), "the third is found");
            Assert.Equal((0, 0), (three.Disconnects(comes), three.Outages(comes)));
            await prober.UntilAsync(s => Route(s, stays, comes) > 0 && Route(s, comes, goes) > 0, "routes to and from it are probed");

            dns.Set(Name, DnsRecord.Address(stays, Soon), DnsRecord.Address(comes, Soon));
            var two = await prober.UntilAsync(s => !s.Endpoints.Contains(goes), "the second is gone");
            Assert.DoesNotContain($"\"{goes}\"", two.Page, StringComparison.Ordinal); // as endpoint, as route's end, as where the cluster's link may go

            dns.Fail(DnsFault.ServerFailure);
            var failing = await prober.UntilAsync(s => s[Asked, ("outcome", "server_failure")] >= 2, "DNS fails");
            Assert.Equal([stays, comes, "_cluster"], failing.Endpoints.Order(StringComparer.Ordinal));
            Assert.True(Open(failing, stays) && Open(failing, comes));

            dns.Recover();
            dns.Remove(Name);
            await prober.UntilAsync(s => s[Asked, ("outcome", "no_such_name")] >= 1, "a name that is gone is a failure too");
            dns.Set(Name, DnsRecord.Address(stays, Soon), DnsRecord.Address(goes, Soon), DnsRecord.Address(comes, Soon));
            var last = await prober.UntilAsync(s => s.Endpoints.Contains(goes) && Open(s, goes), "the second is back", seconds: 60);
            Assert.Equal((0, 1), (last.Disconnects(goes), last.Of(goes, "cordum_nats_connect_attempt_total"))); // a new life

            // Whoever stayed never noticed: one dial, no disconnect, no tick that failed.
            Assert.Equal((0, 0, 1), (last.Disconnects(stays), last.Outages(stays), last.Of(stays, "cordum_nats_connect_attempt_total")));
            // (What the prober itself was too busy for is `missed` or `indeterminate`, and nothing that the endpoint noticed.)
            Assert.Equal("", string.Join(", ", ((string[])["timeout", "no_responders", "disconnected", "wrong_server", "error"]).Where(outcome => Requests(last, stays, outcome) > 0)));
            Assert.Equal(0, last.Disconnects("_cluster"));
        }
        finally
        {
            FreePorts.Release([port]);
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Services_are_named_after_their_hosts_and_keep_their_name_when_they_move(string server, string version)
    {
        await using var dns = new TestDnsServer();
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server }, Stop);
        var ports = cluster.Brokers.Select(broker => (ushort)broker.ClientPort).ToArray();
        dns.Set($"_client._tcp.{Name}", [.. ports.Select((port, i) => DnsRecord.Service($"pod-{i}.{Name}", port, Soon))]);
        for (var i = 0; i < ports.Length; i++)
            dns.Set($"pod-{i}.{Name}", DnsRecord.Address("127.0.0.1", Soon));
        await using var prober = await ProberProcess.StartAsync(File(dns, $"dns: _client._tcp.{Name}, maxEndpoints: 2"));

        var names = ports.Take(2).Select((port, i) => $"pod-{i}_{port}").ToArray();
        var found = await prober.UntilAsync(s => names.All(name => Open(s, name)) && Open(s, "_cluster"), $"two are found on {version}");
        Assert.Equal((2, 1), (found["cordum_nats_discovery_endpoints"], found["cordum_nats_discovery_endpoints_left_out"]));
        Assert.Contains(prober.Log, line => line.Contains("1 more endpoints than discover.maxEndpoints allows", StringComparison.Ordinal));

        // The host of an open link may resolve to anything; the link stands. A broken one follows the name.
        dns.Set($"pod-0.{Name}", DnsRecord.Address("127.0.0.99", Soon));
        cluster.Brokers[0].Kill();
        await cluster.Brokers[0].ExitedAsync(Stop);
        await prober.UntilAsync(s => s.Disconnects(names[0]) == 1 && s.Dials(names[0], "refused") > 0, "its broker is gone");
        dns.Set($"pod-0.{Name}", DnsRecord.Address("127.0.0.1", Soon));
        await cluster.Brokers[0].StartAsync(Stop);
        var back = await prober.UntilAsync(s => Open(s, names[0]), "found again under its name");
        Assert.Equal((1, 1), (back.Disconnects(names[0]), back.Reconnects(names[0])));
    }

    [Fact]
    public async Task Without_DNS_at_the_start_metrics_answer_the_cluster_is_down_and_all_is_found_when_it_comes()
    {
        await using var dns = new TestDnsServer();
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any, Brokers = 1 }, Stop);
        dns.Fail(DnsFault.Refused);
        await using var prober = await ProberProcess.StartAsync(File(dns, $"dns: {Name}, port: {cluster.Brokers[0].ClientPort}, monitorPort: {cluster.Brokers[0].MonitorPort}"));

        var down = await prober.UntilAsync(s => s.Causes("_cluster", "dns") == 1 && s[Asked, ("outcome", "refused")] >= 1, "no broker is known");
        Assert.Equal(["_cluster"], down.Endpoints);
        Assert.Equal(0, down["cordum_nats_discovery_endpoints"]);
        Assert.Equal(0, down["cordum_nats_discovery_last_success_timestamp_seconds"]);

        dns.Recover();
        dns.Set(Name, DnsRecord.Address("127.0.0.1", Soon));
        var up = await prober.UntilAsync(s => s.Endpoints.Contains("127.0.0.1") && Open(s, "127.0.0.1") && Open(s, "_cluster"), "found", seconds: 30);
        await prober.UntilAsync(s => s.Has(Healthy, ("endpoint", "127.0.0.1")) && s.Of("127.0.0.1", Healthy) == 1, "and asked for its own word, where it was found");
        Assert.Equal((1, 1, 0), (up.Disconnects("_cluster"), up.Reconnects("_cluster"), up.Disconnects("127.0.0.1")));
        prober.AssertParityHeldThroughout(atLeastScrapes: 20);
    }

    [Fact]
    public async Task A_prober_that_is_told_to_end_while_endpoints_change_ends_well()
    {
        await using var dns = new TestDnsServer();
        var folder = Directory.CreateTempSubdirectory("natsprober-test-").FullName;
        try
        {
            await System.IO.File.WriteAllTextAsync(Path.Combine(folder, "probes.yaml"), File(dns, $"dns: {Name}, port: 9"), Stop);
            for (var round = 0; round < 4; round++)
            {
                // Nobody listens there: forty endpoints that are down, and as many that take their place, with all their routes.
                dns.Set(Name, [.. Enumerable.Range(1, 40).Select(i => DnsRecord.Address($"127.0.1.{i}", Soon))]);
                using var prober = NatsProberProcess.Start(folder, "run", "--probes", "probes.yaml", "--listen", "127.0.0.1:0", "--log-format", "json");
                await prober.ServingAsync();
                await Until.TrueAsync(() => prober.Error.Any(line => line.Contains("127.0.1.40 appeared", StringComparison.Ordinal)), TimeSpan.FromSeconds(30), "the first forty");
                dns.Set(Name, [.. Enumerable.Range(1, 40).Select(i => DnsRecord.Address($"127.0.2.{i}", Soon))]);
                await Until.TrueAsync(() => prober.Error.Any(line => line.Contains("127.0.2.1 appeared", StringComparison.Ordinal)), TimeSpan.FromSeconds(30), "the next forty");

                prober.Signal(BrokerSignal.Terminate);

                Assert.Equal(0, await prober.EndAsync());
                Assert.DoesNotContain(prober.Error, line => line.Contains("Unhandled exception", StringComparison.Ordinal));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Address(string last) => $"127.0.0.{10 + int.Parse(last, System.Globalization.CultureInfo.InvariantCulture)}";

    private static bool Open(Scrape scrape, string endpoint) => scrape.Endpoints.Contains(endpoint) && scrape.IsConnected(endpoint);

    private static double Route(Scrape scrape, string from, string to) => scrape.Has("cordum_nats_route_probe_total", ("from", from), ("to", to))
        ? scrape["cordum_nats_route_probe_total", ("from", from), ("to", to), ("outcome", "success")]
        : 0;

    private static double Requests(Scrape scrape, string endpoint, string outcome) =>
        scrape["cordum_nats_probe_total", ("endpoint", endpoint), ("probe", "request"), ("outcome", outcome)];

    private static string File(TestDnsServer dns, string discover) => $$"""
        cluster: test
        discover: { {{discover}}, resolver: "{{dns.EndPoint}}" }
        probes:
          request: { every: 1s, timeout: 500ms }
          route: { every: 1s, timeout: 500ms }
          broker: { every: 1s, timeout: 500ms }
        failover: { reconnectWait: 100ms }
        """;
}
