using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Probes;

public class ProbeFileReaderTests
{
    private const string Smallest = "cluster: c\nendpoints: [{ name: a, url: \"nats://host\" }]\n";

    [Fact]
    public void Smallest_file_gets_every_default()
    {
        var file = Valid(Smallest);

        Assert.Equal("c", file.Cluster);
        Assert.Equal(new ProbedEndpoint("a", new Uri("nats://host:4222"), null, null), Assert.Single(file.Endpoints));
        Assert.Equal(new ProbeSet { Request = new() { Every = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromMilliseconds(500) } }, file.Probes);
        Assert.Null(file.Discover);
        Assert.Null(file.Auth);
        Assert.Null(file.Tls);
        Assert.Null(file.Objective);
    }

    [Fact]
    public void Every_key_is_read()
    {
        using var folder = new ProbeFolder();
        string[] secrets = ["pw", "ca", "crt", "key"];
        foreach (var secret in secrets)
            folder.Put(secret, "content");
        var read = folder.Read("""
            cluster: prod-1
            endpoints:
              - { name: a, url: "tls://Host.example:4333", monitor: "https://host:8222/nats", serverName: s1 }
              - { name: b, url: "nats://[::1]" }
            auth: { user: u, passwordFile: pw }
            tls: { caFile: ca, certFile: ./crt, keyFile: key, serverName: n, handshakeFirst: true }
            probes:
              request: { every: 2s, timeout: 1.5s }
              connect: { every: 20s, timeout: 3s }
              route: { every: 6s, timeout: 2s, maxPairs: 7 }
              jetstream: { every: 11s, timeout: 4s, replicas: 5 }
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
            new ProbeSet
            {
                Request = new() { Every = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromSeconds(1.5) },
                Connect = new() { Every = TimeSpan.FromSeconds(20), Timeout = TimeSpan.FromSeconds(3) },
                Route = new() { Every = TimeSpan.FromSeconds(6), Timeout = TimeSpan.FromSeconds(2), MaxPairs = 7 },
                JetStream = new() { Every = TimeSpan.FromSeconds(11), Timeout = TimeSpan.FromSeconds(4), Replicas = 5 },
                Broker = new() { Every = TimeSpan.FromMinutes(1), Timeout = TimeSpan.FromSeconds(5) },
            },
            file.Probes);
        Assert.Equal(new Objective(99.5, TimeSpan.FromDays(7), new(TimeSpan.FromMilliseconds(50), 90)), file.Objective);
    }

    [Fact]
    public void Probes_that_are_asked_for_without_numbers_get_their_defaults() =>
        Assert.Equal(
            new ProbeSet { Connect = new(), Route = new(), JetStream = new(), Broker = new() },
            Valid(Smallest + "probes: { request: {}, connect: {}, route: {}, jetstream: {}, broker: {} }").Probes);

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

    [Fact]
    public void Sections_that_this_version_does_not_run_are_warnings()
    {
        var read = ProbeFolder.ReadAlone(Smallest + """
            probes:
              connect: {}
              route: {}
              jetstream: {}
              broker: {}
            objective: { availability: 99 }
            """);

        Assert.Single(read.Files);
        Assert.Equal(
            ["4:3 probes.connect", "5:3 probes.route", "6:3 probes.jetstream", "7:3 probes.broker", "8:1 objective"],
            read.Warnings.Select(w => $"{w.Line}:{w.Column} {w.Problem.Replace(" is checked but not run by this version", "", StringComparison.Ordinal)}"));
        Assert.All(read.Warnings, w => Assert.NotEmpty(w.Remedy));
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
            tls: { certFile: nowhere, handshakeFirst: yes }
            probes:
              request: { every: 1, timeout: 0s }
              route: { maxPairs: 0 }
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
                "9:8 tls.certFile is given without keyFile",
                "9:18 tls.certFile: there is no such file",
                "9:43 tls.handshakeFirst must be true or false, not a text",
                "11:21 probes.request.every: '1' has no unit",
                "11:33 probes.request.timeout: 0s is out of range",
                "12:22 probes.route.maxPairs: '0' is not possible",
                "13:28 objective.availability must be a percentage above 0 and below 100",
                "13:41 objective.window: '1y' is not a duration",
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
