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
    [InlineData(Top + "cluster: d\n", 3, 1, "cluster is given twice, first in line 1", "remove one")]
    [InlineData(Top + "tls:\n", 3, 5, "tls has nothing in it", "or remove it")]
    [InlineData(Top + "? tls", 3, 6, "tls has nothing in it", "or remove it")]
    [InlineData(Top + "tls: text\n", 3, 6, "tls must be a mapping, not a text", "caFile")]
    [InlineData("cluster: c\n", 1, 1, "endpoints is missing", "list the brokers")]
    [InlineData("cluster: c\nendpoints:\n", 2, 11, "endpoints has no value", "one line an endpoint")]
    [InlineData("cluster: c\nendpoints: []\n", 2, 12, "endpoints is empty", "at least one broker")]
    [InlineData("cluster: c\nendpoints: nats://h\n", 2, 12, "endpoints must be a list, not a text", "one line an endpoint")]
    [InlineData("cluster: c\nendpoints: { name: a }\n", 2, 12, "endpoints must be a list, not a mapping", "one line an endpoint")]
    [InlineData("cluster: c\ndiscover: { dns: d }\n", 2, 1, "DNS discovery is not run by this version", "list the brokers")]
    [InlineData(Top + "discover: { dns: d }\n", 3, 1, "both endpoints and discover are given", "keep endpoints")]
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
    public void Probe(string probe, int column, string problem, string remedy) =>
        AssertError($"{Top}probes:\n  {probe}\n", 4, column + 2, problem, remedy);

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
