using System.Net;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Probes;

public class ProbeFileReaderTests
{
    private const string Smallest = "cluster: c\nendpoints: [{ name: a, url: \"nats://host\" }]\n";

    private const string OrdinaryOnly = "probes.broker asks as an ordinary user only, and brokers do not tell those of their health, load and routes";

    [Fact]
    public void Smallest_file_gets_every_default()
    {
        var file = Valid(Smallest);

        Assert.Equal("c", file.Cluster);
        Assert.Equal(new ProbedEndpoint("a", new Uri("nats://host:4222"), null, null), Assert.Single(file.Endpoints));
        Assert.Equal(new ProbeSet { Request = new() { Every = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromMilliseconds(500) } }, file.Probes);
        Assert.Null(file.Discover);
        Assert.Equal(new FailoverSettings(), file.Failover);
        Assert.Null(file.Auth);
        Assert.Null(file.SystemAuth);
        Assert.Null(file.Tls);
        Assert.Null(file.Objective);
    }

    [Fact]
    public void Every_key_is_read()
    {
        using var folder = new ProbeFolder();
        string[] secrets = ["pw", "sys", "ca", "crt", "key"];
        foreach (var secret in secrets)
            folder.Put(secret, "content");
        var read = folder.Read("""
            cluster: prod-1
            endpoints:
              - { name: a, url: "tls://Host.example:4333", monitor: "https://host:8222/nats", serverName: s1 }
              - { name: b, url: "nats://[::1]" }
            auth: { user: u, passwordFile: pw }
            systemAuth: { credsFile: sys }
            tls: { caFile: ca, certFile: ./crt, keyFile: key, serverName: n, handshakeFirst: true }
            failover: { pingInterval: 20s, maxPingsOut: 3, reconnectWait: 250ms }
            probes:
              request: { every: 2s, timeout: 1.5s }
              connect: { every: 20s, timeout: 3s }
              route: { every: 6s, timeout: 2s, maxPairs: 7, messages: 0 }
              jetstream: { every: 11s, timeout: 4s, replicas: 5, storage: file, kv: false }
              broker: { every: 1m, timeout: 5s }
            objective: { availability: 99.5, window: 7d, latency: { under: 50ms, ratio: 90 } }
            """);

        Assert.Empty(read.Errors);
        var file = Assert.Single(read.Files);
        Assert.Equal("prod-1", file.Cluster);
        Assert.Equal(
            [
                new("a", new Uri("tls://host.example:4333"), new Uri("https://host:8222/nats"), "s1"),
                new("b", new Uri("nats://[::1]:4222"), null, null),
            ],
            file.Endpoints);
        Assert.Equal(new AuthSettings { User = "u", PasswordFile = Path.Combine(folder.Root, "pw") }, file.Auth);
        Assert.Equal(new AuthSettings { CredsFile = Path.Combine(folder.Root, "sys") }, file.SystemAuth);
        Assert.Equal(
            new TlsSettings
            {
                CaFile = Path.Combine(folder.Root, "ca"),
                CertFile = Path.Combine(folder.Root, "crt"),
                KeyFile = Path.Combine(folder.Root, "key"),
                ServerName = "n",
                HandshakeFirst = true,
            },
            file.Tls);
        Assert.Equal(
            new FailoverSettings { PingInterval = TimeSpan.FromSeconds(20), MaxPingsOut = 3, ReconnectWait = TimeSpan.FromMilliseconds(250) }, file.Failover);
        Assert.Equivalent(
            new ProbeSet
            {
                Request = new() { Every = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromSeconds(1.5) },
                Connect = new() { Every = TimeSpan.FromSeconds(20), Timeout = TimeSpan.FromSeconds(3) },
                Route = new() { Every = TimeSpan.FromSeconds(6), Timeout = TimeSpan.FromSeconds(2), MaxPairs = 7, Messages = 0 },
                JetStream = new() { Every = TimeSpan.FromSeconds(11), Timeout = TimeSpan.FromSeconds(4), Replicas = 5, OnDisk = true, KeyValue = false },
                Broker = new() { Every = TimeSpan.FromMinutes(1), Timeout = TimeSpan.FromSeconds(5) },
            },
            file.Probes,
            strict: true);
        Assert.Equal(new Objective(99.5, TimeSpan.FromDays(7), new(TimeSpan.FromMilliseconds(50), 90)), file.Objective);
    }

    [Fact]
    public void Probes_that_are_asked_for_without_numbers_get_their_defaults() =>
        Assert.Equivalent(
            new ProbeSet { Connect = new(), Route = new(), JetStream = new(), Broker = new() },
            Valid(Smallest + "probes: { request: {}, connect: {}, route: {}, jetstream: {}, broker: {} }").Probes,
            strict: true);

    [Fact]
    public void Sections_that_may_be_empty_stand_for_their_defaults()
    {
        var sections = KnownKeys.BySection.Keys.Where(section => section is not ("" or "endpoints")).ToLookup(section => ProbeFolder.ReadAlone(With(section)).Errors.Count == 0);

        Assert.Equal(sections[true], KnownKeys.BySection.Keys.Where(KnownKeys.MayBeEmpty));
        Assert.Equal(["discover", "auth", "systemAuth", "objective", "objective.latency"], sections[false]);

        static string With(string section) => section.Split('.') is [var outer, var inner] ? $"{Smallest}{outer}: {{ {inner}: {{}} }}" : $"{Smallest}{section}: {{}}";
    }

    public static TheoryData<string, DiscoverySettings> Discoveries => new()
    {
        { "{ dns: h }", new("h", 4222, null, 64) },
        { "{ dns: _nats._tcp.H.example., port: 1, maxEndpoints: 10000 }", new("_nats._tcp.H.example.", 1, null, 10_000) },
        { "{ dns: h, port: 65535, resolver: 10.96.0.10, maxEndpoints: 1 }", new("h", 65_535, IPEndPoint.Parse("10.96.0.10:53"), 1) },
        { "{ dns: h, monitorPort: 1 }", new("h", 4222, null, 64) { MonitorPort = 1 } },
        { "{ dns: h, monitorPort: 65535 }", new("h", 4222, null, 64) { MonitorPort = 65_535 } },
        { "{ dns: h, resolver: \"10.96.0.10:5353\" }", new("h", 4222, IPEndPoint.Parse("10.96.0.10:5353"), 64) },
        { "{ dns: h, resolver: \"fd00::10\" }", new("h", 4222, IPEndPoint.Parse("[fd00::10]:53"), 64) },
        { "{ dns: h, resolver: \"[fd00::10]\" }", new("h", 4222, IPEndPoint.Parse("[fd00::10]:53"), 64) },
        { "{ dns: h, resolver: \"[fd00::10]:5353\" }", new("h", 4222, IPEndPoint.Parse("[fd00::10]:5353"), 64) },
    };

    [Theory]
    [MemberData(nameof(Discoveries))]
    public void Discovery_stands_in_place_of_endpoints(string discover, DiscoverySettings settings)
    {
        var file = Valid($"cluster: c\ndiscover: {discover}\n");

        Assert.Equal(settings, file.Discover);
        Assert.Empty(file.Endpoints);
    }

    [Theory]
    [InlineData("failover: { pingInterval: 100ms, maxPingsOut: 1, reconnectWait: 10ms }")]
    [InlineData("failover: { pingInterval: 1h, maxPingsOut: 100, reconnectWait: 1m }")]
    [InlineData("probes: { route: { messages: 0, maxPairs: 1 } }")]
    [InlineData("probes: { route: { messages: 1000, maxPairs: 4096 } }")]
    public void Ends_of_ranges_are_inside(string yaml) => Valid(Smallest + yaml);

    [Fact]
    public void A_short_interval_alone_shortens_the_default_timeout() =>
        Assert.Equal(TimeSpan.FromMilliseconds(100), Valid(Smallest + "probes: { request: { every: 200ms } }").Probes.Request.Timeout);

    [Theory]
    [InlineData("\uFEFF" + Smallest)]
    [InlineData("# comment\r\ncluster: c\r\nendpoints:\r\n- name: a\r\n  url: nats://host\r\n")]
    [InlineData("---\ncluster: 'c'\nendpoints: [{ name: a, url: nats://host:4222/ }]\n...\n")]
    [InlineData("{\"cluster\": \"c\", \"endpoints\": [{\"name\": \"a\", \"url\": \"nats://host\"}]}")]
    [InlineData(Smallest + "probes: { request: &r { every: 5s, timeout: 1s }, route: *r }")]
    public void These_spellings_are_fine(string yaml) => Valid(yaml);

    [Theory]
    [InlineData("route: {}", 10, "probes.route has nowhere to go from one endpoint")]
    [InlineData("route: { toClusters: [] }", 10, "probes.route has nowhere to go from one endpoint")]
    [InlineData("broker: {}", 11, OrdinaryOnly)]
    [InlineData("jetstream: {}", 14, "probes.jetstream keeps 3 replicas, each on a broker of its own, and endpoints lists 1")]
    [InlineData("jetstream: { replicas: 5 }", 26, "probes.jetstream keeps 5 replicas, each on a broker of its own, and endpoints lists 1")]
    public void A_probe_that_too_few_endpoints_defeat_is_a_warning(string probe, int column, string problem)
    {
        var read = ProbeFolder.ReadAlone($"{Smallest}probes:\n  {probe}\n");

        Assert.Single(read.Files);
        var warning = Assert.Single(read.Warnings);
        Assert.Equal((4, column, problem), (warning.Line, warning.Column, warning.Problem));
        Assert.NotEmpty(warning.Remedy);
    }

    [Theory]
    [InlineData("discover: { dns: d }", "write discover.monitorPort: 8222, or write systemAuth")]
    [InlineData("endpoints: [{ name: a, url: nats://h }]", "give each endpoint its monitor: \"http://host:8222\", or write systemAuth")]
    public void A_broker_probe_without_monitors_and_system_user_is_a_warning_that_says_what_to_write(string endpoints, string remedy)
    {
        var warning = Assert.Single(ProbeFolder.ReadAlone($"cluster: c\n{endpoints}\nprobes: {{ broker: {{}} }}").Warnings);

        Assert.Equal((3, 19, OrdinaryOnly, remedy), (warning.Line, warning.Column, warning.Problem, warning.Remedy));
    }

    [Theory]
    [InlineData("discover: { dns: d, monitorPort: 8222 }")]
    [InlineData("discover: { dns: d }\nsystemAuth: { tokenEnv: PATH }")]
    [InlineData("endpoints: [{ name: a, url: nats://h }]\nsystemAuth: { tokenEnv: PATH }")]
    [InlineData("endpoints: [{ name: a, url: nats://h }, { name: b, url: nats://i, monitor: http://i }]")]
    public void A_broker_probe_with_one_of_these_has_somebody_to_ask(string endpoints)
    {
        var read = ProbeFolder.ReadAlone($"cluster: c\n{endpoints}\nprobes: {{ broker: {{}} }}");

        Assert.Empty(read.Errors);
        Assert.Empty(read.Warnings);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("probes: { connect: {} }", true)]
    [InlineData("probes: { broker: {} }", false)]
    [InlineData("probes: { broker: { every: 0s } }", false)] // an error, but it is there
    [InlineData("probes: text", false)] // an error: who knows what is meant
    public void A_system_user_without_a_broker_probe_is_a_warning(string probes, bool isUnused)
    {
        var read = ProbeFolder.ReadAlone($"{Smallest}systemAuth: {{ tokenEnv: PATH }}\n{probes}");

        Assert.Equal(
            isUnused ? [(3, 1, "nobody uses systemAuth: there is no probes.broker", "write probes: { broker: {} }, or remove systemAuth")] : [],
            read.Warnings.Select(warning => (warning.Line, warning.Column, warning.Problem, warning.Remedy)));
    }

    [Theory]
    [InlineData("1m", false)]
    [InlineData("60001ms", true)]
    public void A_broker_that_is_asked_seldom_is_a_warning(string every, bool isSeldom)
    {
        var read = ProbeFolder.ReadAlone($"cluster: c\nendpoints: [{{ name: a, url: nats://h, monitor: http://h }}, {{ name: b, url: nats://i }}]\nprobes: {{ broker: {{ every: {every} }} }}");

        Assert.Empty(read.Errors);
        Assert.Equal(isSeldom ? ["write at most 1m"] : [], read.Warnings.Select(warning => warning.Remedy));
    }

    [Theory]
    [InlineData("cluster: c\ndiscover: { dns: d }\nprobes: { route: {}, jetstream: {} }")]
    [InlineData("cluster: c\nendpoints: [{ name: a, url: nats://h }, { name: b, url: nats://i }]\nprobes: { route: {}, jetstream: { replicas: 1 } }")]
    public void Enough_endpoints_or_an_unknown_number_of_them_are_no_warning(string yaml)
    {
        var read = ProbeFolder.ReadAlone(yaml);

        Assert.Empty(read.Errors);
        Assert.Empty(read.Warnings);
    }

    [Fact]
    public void Every_error_is_found_at_once()
    {
        var read = ProbeFolder.ReadAlone("""
            clutser: prod
            endpoints:
              - { name: a b, url: "http://h", monitor: 7 }
              - { nam: b }
              - oops
              - { name: c, url: "nats://h" }
              - { name: c, url: "tls://H:4222" }
            auth: { tokenFile: nowhere, credsFile: nowhere }
            discover: { resolver: dns, maxEndpoints: 0 }
            failover: { maxPingsOut: 0 }
            tls: { certFile: nowhere, handshakeFirst: yes }
            probes:
              request: { every: 1, timeout: 0s }
              route: { maxPairs: 0, toClusters: west }
              jetstream: { storage: disk, kv: 1 }
            objective: { availability: 100, window: 1y }
            """);

        Assert.Empty(read.Files);
        Assert.Equal(
            [
                "1:1 unknown key 'clutser' at the top; did you mean cluster?",
                "1:1 cluster is missing",
                "3:13 endpoints.name: 'a b' is not a name",
                "3:23 endpoints.url: scheme 'http' is not supported",
                "3:44 endpoints.monitor must be a text, not a number",
                "4:5 endpoints.name is missing",
                "4:5 endpoints.url is missing",
                "4:7 unknown key 'nam' in endpoints; did you mean name?",
                "5:5 an endpoint must be a mapping, not a text",
                "7:13 endpoint name c is used twice, first in line 6",
                "7:21 h:4222 is probed twice, first in line 6",
                "8:20 auth.tokenFile: there is no such file",
                "8:29 auth.credsFile is a second way to sign in",
                "8:40 auth.credsFile: there is no such file",
                "9:1 both endpoints and discover are given",
                "9:11 discover.dns is missing",
                "9:23 discover.resolver: 'dns' is not the address of a DNS server",
                "9:42 discover.maxEndpoints: '0' is not possible",
                "10:26 failover.maxPingsOut: '0' is not possible",
                "11:8 tls.certFile is given without keyFile",
                "11:18 tls.certFile: there is no such file",
                "11:43 tls.handshakeFirst must be true or false, not a text",
                "13:21 probes.request.every: '1' has no unit",
                "13:33 probes.request.timeout: 0s is out of range",
                "14:22 probes.route.maxPairs: '0' is not possible",
                "14:37 probes.route.toClusters must be a list, not a text",
                "15:25 probes.jetstream.storage: 'disk' is not possible",
                "15:35 probes.jetstream.kv must be true or false, not a number",
                "16:28 objective.availability must be a percentage above 0 and below 100",
                "16:41 objective.window: '1y' is not a duration",
            ],
            read.Errors.Select(e => $"{e.Line}:{e.Column} {e.Problem}{(e.Remedy.StartsWith("did", StringComparison.Ordinal) ? $"; {e.Remedy}" : "")}"));
    }

    [Fact]
    public void An_error_reads_like_a_compilers() =>
        Assert.Equal(
            "probes/x.yaml:3:7: it is wrong; write it right", new ProbeFileError("probes/x.yaml", 3, 7, "it is wrong", "write it right").ToString());

    private static ProbeFile Valid(string yaml)
    {
        var read = ProbeFolder.ReadAlone(yaml);
        Assert.Empty(read.Errors);
        return Assert.Single(read.Files);
    }
}
