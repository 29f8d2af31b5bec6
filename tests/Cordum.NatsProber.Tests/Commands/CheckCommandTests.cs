using Cordum.NatsProber.Commands;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.Tests.Probes;

namespace Cordum.NatsProber.Tests.Commands;

public sealed class CheckCommandTests : IDisposable
{
    private const string Sound = "cluster: c\nendpoints: [{ name: a, url: \"nats://h\" }]\n";

    private readonly ProbeFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sound_files_get_a_line_each()
    {
        var first = _folder.Put("a.yaml", Sound);
        var second = _folder.Put("b.yaml", "cluster: d\nendpoints: [{ name: a, url: nats://h }, { name: b, url: nats://i }]\nprobes: { request: { every: 90s, timeout: 1.5s } }");
        var third = _folder.Put(
            "c.yaml", "cluster: e\ndiscover: { dns: _nats._tcp.x }\nprobes: { connect: {}, route: {}, jetstream: {}, broker: {} }\nobjective: { availability: 99 }");
        var fourth = _folder.Put("d.yaml", Sound.Replace("cluster: c", "cluster: f", StringComparison.Ordinal) + "probes: { jetstream: { kv: false, replicas: 1 } }");

        Assert.Equal(0, CheckCommand.Run(_folder.Root, effective: false, _output, _error));

        Assert.Equal(
            $"""
            {first}: cluster c, 1 endpoint, request every 1s timeout 500ms
            {second}: cluster d, 2 endpoints, request every 90s timeout 1500ms
            {third}: cluster e, endpoints discovered from DNS name _nats._tcp.x, request every 1s timeout 500ms, connect every 15s timeout 2s, route every 5s timeout 1s, jetstream and kv every 10s timeout 2s, broker every 15s timeout 2s, objective 99 % over 30d
            {fourth}: cluster f, 1 endpoint, request every 1s timeout 500ms, jetstream every 10s timeout 2s

            """,
            _output.ToString());
        Assert.Equal(1, _error.ToString().Split('\n').Count(line => line.StartsWith($"warning: {third}:", StringComparison.Ordinal)));
        Assert.Equal(1, _error.ToString().Count(c => c == '\n'));
    }

    [Fact]
    public void Errors_get_a_line_each_and_are_counted()
    {
        var first = _folder.Put("a.yaml", "cluster: c\nhello: 1\n");
        var second = _folder.Put("b.yaml", Sound.Replace("cluster: c", "cluster: d", StringComparison.Ordinal) + "tls: text\n");

        Assert.Equal(2, CheckCommand.Run(_folder.Root, effective: true, _output, _error));

        Assert.Empty(_output.ToString());
        Assert.Equal(
            $$"""
            {{first}}:1:1: endpoints is missing; list the brokers: - { name: n1, url: "nats://host:4222" }, or name them all by discover: { dns: name }
            {{first}}:2:1: unknown key 'hello' at the top; known here: cluster, endpoints, discover, auth, systemAuth, tls, failover, probes, objective
            {{second}}:3:6: tls must be a mapping, not a text; give it keys: caFile, certFile, keyFile, serverName, handshakeFirst
            3 errors in 2 files

            """,
            _error.ToString());
    }

    [Fact]
    public void One_error_is_counted_in_the_singular()
    {
        CheckCommand.Run(Path.Combine(_folder.Root, "nowhere"), effective: false, _output, _error);

        Assert.EndsWith("\n1 error in 1 file\n", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_go_to_the_error_writer_and_leave_the_exit_code_alone()
    {
        var path = _folder.Put("a.yaml", Sound + "probes: { route: {} }\n");

        Assert.Equal(0, CheckCommand.Run(path, effective: false, _output, _error));

        Assert.StartsWith($"warning: {path}:3:18: probes.route has nowhere to go from one endpoint; ", _error.ToString(), StringComparison.Ordinal);
        Assert.StartsWith($"{path}: cluster c", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Effective_prints_everything_with_defaults_and_no_secret()
    {
        _folder.Put("pw", "s3cret-password");
        _folder.Put("a \"b\".crt", "s3cret-certificate");
        var path = _folder.Put("a.yaml", Sound + """
            auth: { user: "u\\s", passwordFile: pw }
            systemAuth: { credsFile: pw }
            tls: { caFile: 'a "b".crt' }
            probes: { request: &r { every: 5s }, connect: {}, route: *r, jetstream: {}, broker: {} }
            objective: { availability: 99.95, latency: { under: 1.5ms, ratio: 99 } }
            """);

        Assert.Equal(0, CheckCommand.Run(path, effective: true, _output, _error));

        Assert.Equal(
            $$"""
            # {{path}}
            cluster: "c"
            endpoints:
              - { name: "a", url: "nats://h:4222" }
            auth:
              user: "u\\s"
              passwordFile: "{{_folder.Root}}/pw"
            systemAuth:
              credsFile: "{{_folder.Root}}/pw"
            tls:
              caFile: "{{_folder.Root}}/a \"b\".crt"
              handshakeFirst: false
            failover:
              pingInterval: 2m
              maxPingsOut: 2
              reconnectWait: 2s
            probes:
              request: { every: 5s, timeout: 500ms }
              connect: { every: 15s, timeout: 2s }
              route: { every: 5s, timeout: 1s, maxPairs: 64, messages: 10, toClusters: [] }
              jetstream: { every: 10s, timeout: 2s, replicas: 3, storage: memory, kv: true }
              broker: { every: 15s, timeout: 2s }
            objective:
              availability: 99.95
              window: 30d
              latency: { under: 1.5ms, ratio: 99 }

            """,
            _output.ToString());
    }

    [Fact]
    public void What_effective_prints_reads_as_the_same_file()
    {
        _folder.Put("secrets/token", "s3cret");
        var path = _folder.Put("a.yaml", Sound + """
            auth: { tokenFile: secrets/token }
            systemAuth: { tokenFile: secrets/token }
            failover: { pingInterval: 1.5s, maxPingsOut: 3, reconnectWait: 50ms }
            probes: { request: { every: 250ms }, route: { maxPairs: 3, messages: 0 }, jetstream: { storage: file, kv: false } }
            objective: { availability: 99.5, window: 1.5d, latency: { under: 0.5ms, ratio: 90.25 } }
            """);
        CheckCommand.Run(path, effective: true, _output, _error);
        var again = _folder.Put("b.yaml", _output.ToString());

        var (first, second) = (ProbeFileReader.Read(path).Files.Single(), ProbeFileReader.Read(again).Files.Single());

        Assert.Equal(first.Endpoints, second.Endpoints);
        Assert.Equivalent(first with { Path = "", Endpoints = [] }, second with { Path = "", Endpoints = [] }, strict: true);
    }

    [Theory]
    [InlineData("{ user: u, passwordEnv: PATH }", "{ dns: _nats._tcp.x }")]
    [InlineData("{ tokenEnv: PATH }", "{ dns: x., port: 1, monitorPort: 2, resolver: \"[::1]:5353\", maxEndpoints: 3 }")]
    [InlineData("{ nkeySeedEnv: PATH }", "{ dns: x, resolver: 10.0.0.1 }")]
    [InlineData("{ credsEnv: PATH }", "{ dns: x, resolver: \"::1\" }")]
    public void What_effective_prints_of_discovery_and_other_clusters_reads_as_the_same_file(string auth, string discover)
    {
        _folder.Put("other.yaml", Sound.Replace("cluster: c", "cluster: other", StringComparison.Ordinal));
        _folder.Put("again/other.yaml", Sound.Replace("cluster: c", "cluster: other", StringComparison.Ordinal));
        _folder.Put("a.yaml", $"cluster: c\nauth: {auth}\nsystemAuth: {auth}\ndiscover: {discover}\nprobes: {{ route: {{ toClusters: [other] }} }}\n");
        CheckCommand.Run(_folder.Root, effective: true, _output, _error);
        _folder.Put("again/a.yaml", _output.ToString().Split("---\n")[0]);

        var (first, second) = (ProbeFileReader.Read(_folder.Root).Files[0], ProbeFileReader.Read(Path.Combine(_folder.Root, "again")).Files[0]);

        Assert.NotNull(first.SystemAuth);
        Assert.Equal((first.Discover, first.Auth, first.SystemAuth, first.Failover), (second.Discover, second.Auth, second.SystemAuth, second.Failover));
        Assert.Equivalent(first.Probes, second.Probes, strict: true);
        Assert.Equal(["other"], second.Probes.Route!.ToClusters);
    }

    [Fact]
    public void Effective_separates_files()
    {
        _folder.Put("a.yaml", Sound);
        _folder.Put("b.yaml", Sound.Replace("cluster: c", "cluster: d", StringComparison.Ordinal));

        CheckCommand.Run(_folder.Root, effective: true, _output, _error);

        Assert.Single(_output.ToString().Split('\n'), "---");
    }
}
