using System.Text;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Probes;

/// <summary>Each case has exactly one error, at exactly this place.</summary>
public class ProbeFileErrorTests
{
    private const string Top = "cluster: c\nendpoints: [{ name: a, url: \"nats://h\" }]\n";

    [Theory]
    [InlineData("", 1, 1, "the file is empty", "endpoints:")]
    [InlineData("# only a comment\n", 1, 1, "the file is empty", "endpoints:")]
    [InlineData("---\n", 1, 1, "the file is empty", "endpoints:")]
    [InlineData("just text", 1, 1, "the file must be a mapping, not a text", "cluster, endpoints")]
    [InlineData("- a\n- b\n", 1, 1, "the file must be a mapping, not a list", "cluster")]
    [InlineData("cluster: [\n", 2, 1, "YAML syntax: while parsing a node, did not find expected node content", "nothing else")]
    [InlineData("cluster: c\nendpoints: @x\n", 2, 12, "YAML syntax: while scanning for the next token, found character that cannot start any token", "nothing else")]
    [InlineData("cluster: c\nendpoints:\n\t- x\n", 3, 1, "YAML syntax: while scanning a mapping, found invalid tab", "nothing else")]
    [InlineData("cluster: c\ntls:\n  serverName: h\n: \n", 5, 1, "YAML syntax: a key without a value", "nothing else")]
    [InlineData("cluster: \"\\UFFFFFFFF\"\n", 1, 8, "YAML syntax", "nothing else")]
    [InlineData("a: {{{{{{{{{{{{{{{{{{ }}}}}}}}}}}}}}}}}}\n", 1, 19, "YAML syntax: nested more than 16 levels deep", "nothing else")]
    [InlineData(Top + "---\ncluster: d\n", 3, 1, "a second YAML document begins here", "a file of its own")]
    [InlineData(Top + "tls: { caFile: *ca }\n", 3, 16, "an alias (*) of an anchor that is not defined above", "quote")]
    [InlineData(Top + "tls: &t { serverName: h, handshakeFirst: *t }\n", 3, 42, "an alias (*) of an anchor", "define it")]
    [InlineData(Top + "tls: { serverName: !!str h }\n", 3, 20, "YAML tags (!) are not supported", "remove the tag")]
    [InlineData(Top + "tls: { <<: { serverName: h } }\n", 3, 8, "merge keys (<<) are not supported", "write the keys out")]
    [InlineData(Top + "tls: { ? [a] : b }\n", 3, 10, "a key must be a word, not a list", "caFile")]
    [InlineData(Top + "hello: 1\n", 3, 1, "unknown key 'hello' at the top", "known here: cluster, endpoints, discover")]
    [InlineData(Top + "probes: { request: { tiemout: 1s } }\n", 3, 22, "unknown key 'tiemout' in probes.request", "did you mean timeout?")]
    [InlineData(Top + "auth: { token: x }\n", 3, 7, "auth names no way to sign in", "connect anonymously", "3:9 unknown key in auth")]
    [InlineData(Top + "systemAuth: { token: x }\n", 3, 13, "systemAuth names no way to sign in", "as an ordinary user", "3:15 unknown key in systemAuth")]
    [InlineData(Top + "systemAuth:\n", 3, 12, "systemAuth has nothing in it", "give it keys (user, passwordFile")]
    [InlineData(Top + "cluster: d\n", 3, 1, "cluster is given twice, first in line 1", "remove one")]
    [InlineData(Top + "tls:\n", 3, 5, "tls has nothing in it", "or remove it")]
    [InlineData(Top + "? tls", 3, 6, "tls has nothing in it", "or remove it")]
    [InlineData(Top + "tls: text\n", 3, 6, "tls must be a mapping, not a text", "caFile")]
    [InlineData("cluster: c\n", 1, 1, "endpoints is missing", "list the brokers")]
    [InlineData("cluster: c\nendpoint: []\n", 1, 1, "endpoints is missing", "or name them all by discover: { dns: name }", "2:1 unknown key 'endpoint' at the top")]
    [InlineData("cluster: c\ndiscover:\n", 2, 10, "discover has nothing in it", "give it keys (dns, port, monitorPort, resolver, maxEndpoints), or remove it")]
    [InlineData("cluster: c\ndiscover: nats.svc\n", 2, 11, "discover must be a mapping, not a text", "dns, port")]
    [InlineData(Top + "failover:\n", 3, 10, "failover has nothing in it", "give it keys (pingInterval, maxPingsOut, reconnectWait), write {} for its defaults, or remove it")]
    [InlineData("cluster: c\nendpoints:\n", 2, 11, "endpoints has no value", "one line an endpoint")]
    [InlineData("cluster: c\nendpoints: []\n", 2, 12, "endpoints is empty", "at least one broker")]
    [InlineData("cluster: c\nendpoints: nats://h\n", 2, 12, "endpoints must be a list, not a text", "one line an endpoint")]
    [InlineData("cluster: c\nendpoints: { name: a }\n", 2, 12, "endpoints must be a list, not a mapping", "one line an endpoint")]
    [InlineData(Top + "discover: { dns: d }\n", 3, 1, "both endpoints and discover are given", "keep one")]
    [InlineData("endpoints: [{ name: a, url: \"nats://h\" }]\n", 1, 1, "cluster is missing", "cluster: local")]
    [InlineData("cluster:\nendpoints: [{ name: a, url: \"nats://h\" }]\n", 1, 9, "cluster has no value", "write a text")]
    [InlineData("cluster: ''\nendpoints: [{ name: a, url: \"nats://h\" }]\n", 1, 10, "cluster is empty", "write a value")]
    [InlineData("cluster: 5\nendpoints: [{ name: a, url: \"nats://h\" }]\n", 1, 10, "cluster must be a text, not a number", "put it in quotes: \"5\"")]
    [InlineData("cluster: true\nendpoints: [{ name: a, url: \"nats://h\" }]\n", 1, 10, "cluster must be a text, not a boolean", "quotes")]
    [InlineData("cluster: [c]\nendpoints: [{ name: a, url: \"nats://h\" }]\n", 1, 10, "cluster must be a text, not a list", "write a text")]
    [InlineData("cluster: -c\nendpoints: [{ name: a, url: \"nats://h\" }]\n", 1, 10, "'-c' is not a name", "the first a letter or digit")]
    public void Structure(string yaml, int line, int column, string problem, string remedy, params string[] others) =>
        AssertError(yaml, line, column, problem, remedy, others);

    [Theory]
    [InlineData("{ name: _cluster, url: \"nats://h\" }", 9, "_cluster is reserved", "another name")]
    [InlineData("{ name: \"a b\", url: \"nats://h\" }", 9, "'a b' is not a name", "1 to 63")]
    [InlineData("{ name: \"a\\n\", url: \"nats://h\" }", 9, "'a ' is not a name", "1 to 63")]
    [InlineData("{ name: a, url: \"nats://h:4222:1\" }", 17, "has no valid host and port", "nats://host:4222")]
    [InlineData("{ url: \"nats://h\" }", 1, "endpoints.name is missing", "name: n1")]
    [InlineData("{ name: a }", 1, "endpoints.url is missing", "nats://host:4222")]
    [InlineData("{ name: a, url: h }", 17, "'h' has no scheme", "nats://host:4222")]
    [InlineData("{ name: a, url: \"h:4222\" }", 17, "'h:4222' has no scheme", "nats://host:4222")]
    [InlineData("{ name: a, url: \"ws://h\" }", 17, "WebSocket (ws, wss) is not supported", "nats:// or tls://")]
    [InlineData("{ name: a, url: \"wss://h:443\" }", 17, "WebSocket (ws, wss) is not supported", "nats:// or tls://")]
    [InlineData("{ name: a, url: \"amqp://h\" }", 17, "scheme 'amqp' is not supported", "nats://host:4222")]
    [InlineData("{ name: a, url: \"nats://u:s3cret@h\" }", 17, "endpoints.url contains user information (@)", "under auth")]
    [InlineData("{ name: a, url: \"nats://h/path\" }", 17, "has a path, query or fragment", "after the port")]
    [InlineData("{ name: a, url: \"nats://h:4222?x=1\" }", 17, "has a path, query or fragment", "after the port")]
    [InlineData("{ name: a, url: \"nats://\" }", 17, "'nats://' has no valid host and port", "nats://host:4222")]
    [InlineData("{ name: a, url: \"nats://:4222\" }", 17, "has no valid host and port", "nats://host:4222")]
    [InlineData("{ name: a, url: \"nats://h:0\" }", 17, "has no valid host and port (1 to 65535)", "nats://host:4222")]
    [InlineData("{ name: a, url: \"nats://h:65536\" }", 17, "has no valid host and port (1 to 65535)", "nats://host:4222")]
    [InlineData("{ name: a, url: \"nats://h1,nats://h2\" }", 17, "has a path, query or fragment", "after the port")]
    [InlineData("{ name: a, url: \"nats://10.0.0.256\" }", 17, "'10.0.0.256' is not an IP address", "nats://host:4222")]
    [InlineData("{ name: a, url: \"nats://h\", monitor: \"h:8222\" }", 38, "'h:8222' is not an HTTP address", "http://host:8222")]
    [InlineData("{ name: a, url: \"nats://h\", monitor: \"ftp://h\" }", 38, "is not an HTTP address", "http://host:8222")]
    [InlineData("{ name: a, url: \"nats://h\", monitor: \"http://u:s3cret@h\" }", 38, "endpoints.monitor contains user information (@)", "remove it")]
    [InlineData("{ name: a, url: \"nats://h\", serverName: \"a b\" }", 41, "'a b' is not a server name", "white space")]
    public void Endpoint(string endpoint, int column, string problem, string remedy)
    {
        var error = AssertError($"cluster: c\nendpoints:\n- {endpoint}\n", 3, column + 2, problem, remedy);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("request: { every: 1 }", 19, "probes.request.every: '1' has no unit", "500ms")]
    [InlineData("request: { every: 1 s }", 19, "'1 s' is not a duration", "500ms")]
    [InlineData("request: { every: -1s }", 19, "'-1s' is not a duration", "500ms")]
    [InlineData("request: { every: 1h30m }", 19, "'1h30m' is not a duration", "500ms")]
    [InlineData("request: { every: 99ms }", 19, "99ms is out of range", "100ms to 1h")]
    [InlineData("request: { every: 61m }", 19, "61m is out of range", "100ms to 1h")]
    [InlineData("request: { every: 999999999d }", 19, "999999999d is out of range", "100ms to 1h")]
    [InlineData("request: { timeout: 9ms }", 21, "9ms is out of range", "10ms to 1h")]
    [InlineData("request: { timeout: 1s }", 21, "probes.request.timeout (1s) is not shorter than every (1s by default)", "less than 1s")]
    [InlineData("request: { every: 2s, timeout: 3s }", 32, "probes.request.timeout (3s) is not shorter than every (2s)", "less than 2s")]
    [InlineData("request: { every: [1s] }", 19, "probes.request.every must be a text, not a list", "write a text")]
    [InlineData("connect: { every: 500ms }", 19, "500ms is out of range", "1s to 1h")]
    [InlineData("route: { maxPairs: 4097 }", 20, "probes.route.maxPairs: '4097' is not possible", "1 to 4096")]
    [InlineData("route: { maxPairs: 1.5 }", 20, "'1.5' is not possible", "1 to 4096")]
    [InlineData("route: { maxPairs: 0x10 }", 20, "'0x10' is not a decimal number", "1 to 4096")]
    [InlineData("route: { maxPairs: \"64\" }", 20, "must be a number, not a text", "remove the quotes: 64")]
    [InlineData("route: { maxPairs: many }", 20, "must be a number, not a text", "1 to 4096")]
    [InlineData("jetstream: { replicas: 2 }", 24, "probes.jetstream.replicas: '2' is not possible", "1, 3 or 5")]
    [InlineData("request:", 9, "probes.request has nothing in it", "every, timeout")]
    [InlineData("connect:", 9, "probes.connect has nothing in it", "give it keys (every, timeout), write {} for its defaults, or remove it")]
    [InlineData("connect: { timeout: 15s }", 21, "probes.connect.timeout (15s) is not shorter than every (15s by default)", "less than 15s")]
    [InlineData("route: { every: 1s, timeout: 1s }", 30, "probes.route.timeout (1s) is not shorter than every (1s)", "less than 1s")]
    [InlineData("route: { messages: -1 }", 20, "probes.route.messages: '-1' is not possible", "0 to 1000")]
    [InlineData("route: { messages: 1001 }", 20, "probes.route.messages: '1001' is not possible", "0 to 1000")]
    [InlineData("route: { max: 5 }", 10, "unknown key 'max' in probes.route", "did you mean maxPairs?")]
    [InlineData("jetstream: { storage: disk }", 23, "probes.jetstream.storage: 'disk' is not possible", "write memory or file")]
    [InlineData("jetstream: { storage: File }", 23, "probes.jetstream.storage: 'File' is not possible", "write memory or file")]
    [InlineData("jetstream: { storage: true }", 23, "probes.jetstream.storage must be a text, not a boolean", "quotes")]
    [InlineData("jetstream: { kv: yes }", 18, "probes.jetstream.kv must be true or false, not a text", "lower case")]
    [InlineData("jetstream: { every: 10s, timeout: 10s }", 35, "probes.jetstream.timeout (10s) is not shorter than every (10s)", "less than 10s")]
    public void Probe(string probe, int column, string problem, string remedy) =>
        AssertError($"{Top}probes:\n  {probe}\n", 4, column + 2, problem, remedy);

    [Theory]
    [InlineData("{}", 1, "discover.dns is missing", "A, AAAA or SRV")]
    [InlineData("{ dns: \"nats://h\" }", 8, "discover.dns: 'nats://h' is not a DNS name", "without scheme or port")]
    [InlineData("{ dns: h:4222 }", 8, "discover.dns: 'h:4222' is not a DNS name", "without scheme or port")]
    [InlineData("{ dns: 10.0.0.1 }", 8, "discover.dns: '10.0.0.1' is not a DNS name", "IP addresses belong under endpoints")]
    [InlineData("{ dns: \"::1\" }", 8, "discover.dns: '::1' is not a DNS name", "IP addresses belong under endpoints")]
    [InlineData("{ dns: a..b }", 8, "discover.dns: 'a..b' is not a DNS name", "A, AAAA or SRV")]
    [InlineData("{ dns: \"h\\n\" }", 8, "discover.dns: 'h ' is not a DNS name", "A, AAAA or SRV")]
    [InlineData("{ dns: d, port: 0 }", 17, "discover.port: '0' is not possible", "1 to 65535")]
    [InlineData("{ dns: d, port: 65536 }", 17, "discover.port: '65536' is not possible", "1 to 65535")]
    [InlineData("{ dns: d, monitorPort: 0 }", 24, "discover.monitorPort: '0' is not possible", "1 to 65535")]
    [InlineData("{ dns: d, monitorPort: 65536 }", 24, "discover.monitorPort: '65536' is not possible", "1 to 65535")]
    [InlineData("{ dns: d, monitorPort: \"8222\" }", 24, "discover.monitorPort must be a number, not a text", "remove the quotes: 8222")]
    [InlineData("{ dns: d, monitor: 8222 }", 11, "unknown key 'monitor' in discover", "did you mean monitorPort?")]
    [InlineData("{ dns: d, resolver: kube-dns }", 21, "discover.resolver: 'kube-dns' is not the address of a DNS server", "10.96.0.10")]
    [InlineData("{ dns: d, resolver: \"udp://10.0.0.1\" }", 21, "is not the address of a DNS server", "10.96.0.10:5353")]
    [InlineData("{ dns: d, resolver: \"10.0.0.1:0\" }", 21, "'10.0.0.1:0' has no valid IP address and port (1 to 65535)", "10.96.0.10")]
    [InlineData("{ dns: d, resolver: \"10.0.0.1:65536\" }", 21, "has no valid IP address and port (1 to 65535)", "10.96.0.10")]
    [InlineData("{ dns: d, resolver: 10.0.0.256 }", 21, "has no valid IP address and port (1 to 65535)", "10.96.0.10")]
    [InlineData("{ dns: d, resolver: 010.0.0.1 }", 21, "has no valid IP address and port (1 to 65535)", "10.96.0.10")]
    [InlineData("{ dns: d, resolver: \"[10.0.0.1]:53\" }", 21, "is not the address of a DNS server", "[fd00::10]:5353")]
    [InlineData("{ dns: d, resolver: \"[::1]:99999\" }", 21, "has no valid IP address and port (1 to 65535)", "[fd00::10]:5353")]
    [InlineData("{ dns: d, resolver: \"1:2:3\" }", 21, "has no valid IP address and port (1 to 65535)", "[fd00::10]:5353")]
    [InlineData("{ dns: d, resolver: 0.0.0.0 }", 21, "has no valid IP address and port (1 to 65535)", "10.96.0.10")]
    [InlineData("{ dns: d, resolver: \"[::]:53\" }", 21, "has no valid IP address and port (1 to 65535)", "10.96.0.10")]
    [InlineData("{ dns: d, resolver: 53 }", 21, "discover.resolver must be a text, not a number", "quotes")]
    [InlineData("{ dns: d, maxEndpoints: 0 }", 25, "discover.maxEndpoints: '0' is not possible", "1 to 10000")]
    [InlineData("{ dns: d, maxEndpoints: 10001 }", 25, "discover.maxEndpoints: '10001' is not possible", "1 to 10000")]
    public void Discover(string discover, int column, string problem, string remedy) =>
        AssertError($"cluster: c\ndiscover: {discover}\n", 2, column + 10, problem, remedy);

    [Theory]
    [InlineData("{ pingInterval: 99ms }", 17, "failover.pingInterval: 99ms is out of range", "100ms to 1h")]
    [InlineData("{ pingInterval: 61m }", 17, "failover.pingInterval: 61m is out of range", "100ms to 1h")]
    [InlineData("{ pingInterval: 120 }", 17, "failover.pingInterval: '120' has no unit", "500ms")]
    [InlineData("{ maxPingsOut: 0 }", 16, "failover.maxPingsOut: '0' is not possible", "1 to 100")]
    [InlineData("{ maxPingsOut: 101 }", 16, "failover.maxPingsOut: '101' is not possible", "1 to 100")]
    [InlineData("{ reconnectWait: 9ms }", 18, "failover.reconnectWait: 9ms is out of range", "10ms to 1m")]
    [InlineData("{ reconnectWait: 61s }", 18, "failover.reconnectWait: 61s is out of range", "10ms to 1m")]
    [InlineData("{ maxReconnect: 5 }", 3, "unknown key 'maxReconnect' in failover", "known here: pingInterval, maxPingsOut, reconnectWait")]
    public void Failover(string failover, int column, string problem, string remedy) =>
        AssertError($"{Top}failover: {failover}\n", 3, column + 10, problem, remedy);

    [Theory]
    [InlineData("{}", 1, "objective.availability is missing", "availability: 99.95")]
    [InlineData("{ availability: 0 }", 17, "must be a percentage above 0 and below 100", "99.95")]
    [InlineData("{ availability: 100 }", 17, "must be a percentage above 0 and below 100", "99.95")]
    [InlineData("{ availability: .nan }", 17, "'.nan' is not a decimal number", "99.95")]
    [InlineData("{ availability: 99%, window: 30d }", 17, "must be a number, not a text", "99.95")]
    [InlineData("{ availability: 99, window: 59m }", 29, "59m is out of range", "1h to 90d")]
    [InlineData("{ availability: 99, window: 91d }", 29, "91d is out of range", "1h to 90d")]
    [InlineData("{ availability: 99.9, window: 1h }", 17, "1h at one request every 1s allow 3.6 failed ticks, and 10 are needed", "write probes.request.every of at most 360ms, or availability of at most 99.722, or a window of at least 3h")]
    [InlineData("{ availability: 99.9999, window: 1d }", 17, "allow 0.086 failed ticks", "write availability of at most 99.988")]
    [InlineData("{ availability: 99, latency: {} }", 30, "objective.latency.under is missing", "50ms", "3:41 objective.latency.ratio is missing")]
    [InlineData("{ availability: 99, latency: { under: 500ms, ratio: 99 } }", 39, "(500ms) is not shorter than the request probe's timeout", "less than 500ms")]
    [InlineData("{ availability: 99, latency: { under: 50ms, ratio: 100 } }", 52, "objective.latency.ratio must be a percentage", "99")]
    [InlineData("{ availability: 99, window: 1h, latency: { under: 50ms, ratio: 99.9 } }", 64, "objective.latency.ratio cannot be measured", "ratio of at most 99.722")]
    public void Objective(string objective, int column, string problem, string remedy, params string[] others) =>
        AssertError($"{Top}objective: {objective}\n", 3, column + 11, problem, remedy, others);

    /// <summary>What the burn-rate alerts cannot judge. They look back three days, in which one lost request must not be more than the even share.</summary>
    [Theory]
    [InlineData("150001ms", "{ availability: 99 }", 3, "look at 5m, in which 2 requests are needed, and there is one every 150001ms", "write probes.request.every of at most 150s")]
    [InlineData("1h", "{ availability: 50 }", 3, "and there is one every 1h", "at most 150s")]
    [InlineData("2m", "{ availability: 99.96, window: 90d }", 17, "30d of the window at one request every 2m allow 8.64 failed ticks", "write probes.request.every of at most 103680ms, or availability of at most 99.953")]
    public void Objective_that_the_alerts_cannot_judge(string every, string objective, int column, string problem, string remedy) =>
        AssertError($"{Top}objective: {objective}\nprobes: {{ request: {{ every: {every} }} }}\n", 3, column + 11, problem, remedy);

    [Theory]
    [InlineData("150s", "{ availability: 99 }")]
    [InlineData("1m", "{ availability: 99.9, window: 7d }")] // 10.08 failed ticks
    [InlineData("2m", "{ availability: 99.953, window: 90d }")]
    public void Objective_that_the_alerts_can_just_judge(string every, string objective)
    {
        var read = ProbeFolder.ReadAlone($"{Top}objective: {objective}\nprobes: {{ request: {{ every: {every} }} }}\n");

        Assert.Empty(read.Errors);
        Assert.Empty(read.Warnings);
    }

    [Theory]
    [InlineData("{ availability: 80 }", 0, "", "")]
    [InlineData("{ availability: 99, latency: { under: 50ms, ratio: 90 } }", 0, "", "")]
    [InlineData("{ availability: 99, window: 36h }", 0, "", "")]
    [InlineData("{ availability: 99, window: 12h }", 21, "what burns 6 times too fast is paged within 6h, and spends the budget of 12h up to 3 times by then", "write at least 36h")]
    public void Objective_that_the_alerts_judge_badly_is_a_warning(string objective, int column, string problem, string remedy)
    {
        var read = ProbeFolder.ReadAlone($"{Top}objective: {objective}\n");

        Assert.Single(read.Files);
        if (column == 0)
        {
            Assert.Empty(read.Warnings);
            return;
        }

        var warning = Assert.Single(read.Warnings);
        Assert.Equal((3, column + 11), (warning.Line, warning.Column));
        Assert.Contains(problem, warning.Problem, StringComparison.Ordinal);
        Assert.Equal(remedy, warning.Remedy);
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0x0A, 0x62, 0xFF }, 2, 2, "not UTF-8")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x61, 0x00 }, 1, 1, "not UTF-8")]
    [InlineData(new byte[] { 0x61, 0x0D, 0x0A, 0x62, 0x63, 0x00 }, 2, 3, "unprintable character U+0000")]
    [InlineData(new byte[] { 0x61, 0xE2, 0x80, 0xA8 }, 1, 2, "unprintable character U+2028")]
    public void Encoding_errors(byte[] content, int line, int column, string problem)
    {
        using var folder = new ProbeFolder();
        var path = folder.Put("file.yaml", "");
        File.WriteAllBytes(path, content);

        var error = Assert.Single(ProbeFileReader.Read(path).Errors);

        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void At_most_10000_endpoints()
    {
        Assert.Empty(ProbeFolder.ReadAlone(Endpoints(10_000)).Errors);

        var error = Assert.Single(ProbeFolder.ReadAlone(Endpoints(10_001)).Errors);

        Assert.Equal((10_003, "more than 10000 endpoints"), (error.Line, error.Problem));
    }

    [Fact]
    public void At_most_4_MiB()
    {
        Assert.Empty(ProbeFolder.ReadAlone(Top + new string('#', SourceText.MaxBytes - Top.Length)).Errors);
        Assert.Contains(
            "larger than 4 MiB", Assert.Single(ProbeFolder.ReadAlone(Top + new string('#', SourceText.MaxBytes - Top.Length + 1)).Errors).Problem, StringComparison.Ordinal);
    }

    private static string Endpoints(int count)
    {
        var yaml = new StringBuilder("cluster: c\nendpoints:\n");
        for (var i = 0; i < count; i++)
            yaml.Append("- { name: n").Append(i).Append(", url: \"nats://h").Append(i).Append("\" }\n");
        return yaml.ToString();
    }

    private static ProbeFileError AssertError(string yaml, int line, int column, string problem, string remedy, params string[] others)
    {
        var read = ProbeFolder.ReadAlone(yaml);
        Assert.Empty(read.Files);
        Assert.Equal(1 + others.Length, read.Errors.Count);
        Assert.All(others, o => Assert.Contains(read.Errors, e => $"{e.Line}:{e.Column} {e.Problem}".Contains(o, StringComparison.Ordinal)));
        var error = Assert.Single(read.Errors, e => e.Problem.Contains(problem, StringComparison.Ordinal));
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
        return error;
    }
}
