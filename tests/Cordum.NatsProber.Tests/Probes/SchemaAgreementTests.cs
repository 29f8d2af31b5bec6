using Cordum.NatsProber.Probes;
using Newtonsoft.Json.Linq;

namespace Cordum.NatsProber.Tests.Probes;

/// <summary>
/// The schema and the reader give the same verdict. JSON is YAML, so one mutated document is put to both. The reader may refuse what the
/// schema accepts, but only for the reasons listed here, which no schema can see.
/// </summary>
public sealed class SchemaAgreementTests : IDisposable
{
    private static readonly string[] OnlyTheReaderSees =
    [
        "is out of range", // durations are texts to a schema
        "is not shorter than",
        "cannot be measured:",
        "is used twice, first in line",
        "is probed twice, first in line",
        "there is no such file",
        "is not an IP address",
        "has no valid host and port (1 to 65535)",
        "has no valid IP address and port (1 to 65535)",
        "the environment variable that is named here is not set",
        "is this file's own cluster",
        "no file describes a cluster",
    ];

    /// <summary>The longest DNS name.</summary>
    private static readonly string Long = string.Join('.', Enumerable.Repeat(new string('n', 63), 3)) + "." + new string('n', 61);

    private static readonly string[] Values =
    [
        "null", "true", "0", "1", "2", "3", "5", "-1", "50", "64.5", "100", "4096", "4097", "65536", "\"\"", "\" \"", "\"a\"", "\"nats://h1\"", "\"text\"", "\"two words\"", "\"5\"",
        "\"true\"", "\"_cluster\"", "\"-x\"", "\"a.b_c-D9\"", $"\"{new string('n', 63)}\"", $"\"{new string('n', 64)}\"", "\"1s\"", "\"10ms\"", "\"1.5h\"",
        "\"0s\"", "\"1\"", "\"1 s\"", "\"-1s\"", "\"1w\"", "\"1h30m\"", "\"nats://h\"", "\"tls://h:4222\"", "\"tls://[::1]:4222/\"", "\"ws://h\"", "\"nats://u:p@h\"",
        "\"nats://h/p\"", "\"nats://h?q\"", "\"nats://h:0\"", "\"nats://h:99999\"", "\"nats://999.1.1.1\"", "\"nats://a..b\"", "\"NATS://h\"", "\"http://h:8222/base\"",
        "\"https://h?q=1\"", "\"http://u@h\"", "\"secret\"", "[]", "{}", "[\"text\"]", "[{}]", "{\"x\":1}", "{\"every\":\"1s\"}", "[{\"name\":\"a\",\"url\":\"nats://h\"}]",
        "101", "1000", "1001", "10000", "10001", "\"other\"", "\"memory\"", "\"file\"", "[\"other\"]", "[\"c\"]", "[\"other\",\"other\"]", "[\"other\",5]", "[\"-x\"]",
    ];

    /// <summary>Further ones for the document that has DNS names, DNS servers and environment variables.</summary>
    private static readonly string[] ValuesByDns =
    [
        "\"9X\"", "\"_X9\"", "\"10.0.0.1\"", "\"10.0.0.1:5353\"", "\"10.0.0.1:0\"", "\"10.0.0.1:65536\"", "\"10.1\"", "\"010.0.0.1\"", "\"10.0.0.256\"", "\"0.0.0.0\"", "\"::1\"",
        "\"[::1]\"", "\"[::1]:53\"", "\"[::1]:\"", "\"[10.0.0.1]\"", "\":::\"", "\"_nats._tcp.h.example.\"", "\"a..b\"", "\".a\"", "\"a.\"", "\"a-.b\"", $"\"{new string('n', 64)}.b\"",
        $"\"{Long}\"", $"\"{Long}.\"", $"\"{Long}n\"",
    ];

    private readonly ProbeFolder _folder = new();
    private readonly HashSet<string> _seenByTheReaderOnly = [];

    public SchemaAgreementTests()
    {
        _folder.Put("secret", "content");
        _folder.Put("files/secret", "content");
        _folder.Put("files/other.yaml", "cluster: other\nendpoints: [{ name: a, url: \"nats://h\" }]\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Known_keys_of_the_reader_are_the_properties_of_the_schema()
    {
        var ofSchema = new Dictionary<string, IReadOnlyList<string>>();
        Collect("", ProbeFileSchema.Json);

        Assert.Equivalent(KnownKeys.BySection, ofSchema, strict: true);

        void Collect(string section, JObject schema)
        {
            if (schema["allOf"] is JArray { Count: 1 } one) // which spares a $ref its lack of a description
                schema = (JObject)ProbeFileSchema.Json.SelectToken(((string)one[0]["$ref"]!)[2..].Replace('/', '.'))!;
            if (schema["items"] is JObject items)
                schema = items;
            if (schema["properties"] is not JObject properties)
                return;
            Assert.False((bool)schema["additionalProperties"]!, section);
            ofSchema[section] = [.. properties.Properties().Select(p => p.Name)];
            foreach (var property in properties.Properties())
                Collect(section.Length == 0 ? property.Name : $"{section}.{property.Name}", (JObject)property.Value);
        }
    }

    [Fact]
    public void Patterns_of_the_schema_are_the_readers()
    {
        string[] readers =
        [
            Names.Pattern, Durations.Pattern, Addresses.BrokerPattern, Addresses.MonitorPattern, Addresses.HostNamePattern, EndpointsReader.ServerNamePattern, @"\S",
            Addresses.DnsNamePattern, Addresses.DnsServerPattern, Names.VariablePattern,
        ];

        Assert.Equivalent(readers, ProbeFileSchema.Json.SelectTokens("$..pattern").Select(p => (string?)p).Distinct(), strict: true);
    }

    [Fact]
    public void Defaults_of_the_schema_are_the_readers()
    {
        FailoverSettings failover = new();
        var probes = new ProbeSet { Connect = new(), Route = new(), JetStream = new(), Broker = new() };
        Dictionary<string, string> readers = new()
        {
            ["discover.port"] = $"{Addresses.DefaultPort}",
            ["discover.maxEndpoints"] = $"{DiscoverySettings.UsualMaxEndpoints}",
            ["tls.handshakeFirst"] = "False",
            ["failover.pingInterval"] = Durations.Format(failover.PingInterval),
            ["failover.maxPingsOut"] = $"{failover.MaxPingsOut}",
            ["failover.reconnectWait"] = Durations.Format(failover.ReconnectWait),
            ["probes.request.every"] = Durations.Format(probes.Request.Every),
            ["probes.request.timeout"] = Durations.Format(probes.Request.Timeout),
            ["probes.connect.every"] = Durations.Format(probes.Connect.Every),
            ["probes.connect.timeout"] = Durations.Format(probes.Connect.Timeout),
            ["probes.route.every"] = Durations.Format(probes.Route.Every),
            ["probes.route.timeout"] = Durations.Format(probes.Route.Timeout),
            ["probes.route.maxPairs"] = $"{probes.Route.MaxPairs}",
            ["probes.route.messages"] = $"{probes.Route.Messages}",
            ["probes.route.toClusters"] = $"[{string.Join(", ", probes.Route.ToClusters)}]",
            ["probes.jetstream.every"] = Durations.Format(probes.JetStream.Every),
            ["probes.jetstream.timeout"] = Durations.Format(probes.JetStream.Timeout),
            ["probes.jetstream.replicas"] = $"{probes.JetStream.Replicas}",
            ["probes.jetstream.storage"] = probes.JetStream.OnDisk ? "file" : "memory",
            ["probes.jetstream.kv"] = $"{probes.JetStream.KeyValue}",
            ["probes.broker.every"] = Durations.Format(probes.Broker.Every),
            ["probes.broker.timeout"] = Durations.Format(probes.Broker.Timeout),
            ["objective.window"] = "30d",
        };

        Assert.Equivalent(
            readers,
            ProbeFileSchema.Json.SelectTokens("$..default").ToDictionary(
                d => d.Parent!.Parent!.Path.Replace("properties.", "", StringComparison.Ordinal), d => d.ToString()),
            strict: true);
    }

    [Fact]
    public void The_documents_that_are_mutated_are_valid_to_both() => Assert.All([Sound(), SoundByDns()], document => Assert.Equal(Verdict.BothAccept, Judge(document)));

    [Fact]
    public void Same_verdict_on_every_single_mutation()
    {
        var verdicts = new[] { Sound(), SoundByDns() }.SelectMany(sound => Mutations(sound).Select(mutate =>
        {
            var document = (JObject)sound.DeepClone();
            mutate(document);
            return Judge(document);
        })).CountBy(v => v).ToDictionary();

        // The corpus is worth something only when it has enough of each.
        Assert.True(verdicts[Verdict.BothAccept] > 100, $"{verdicts[Verdict.BothAccept]} accepted");
        Assert.True(verdicts[Verdict.BothRefuse] > 1000, $"{verdicts[Verdict.BothRefuse]} refused");
        Assert.Equal(OnlyTheReaderSees.Order(), _seenByTheReaderOnly.Order());
    }

    [Fact]
    public void Same_verdict_on_random_pairs_of_mutations()
    {
        var random = new Random(20260101);
        for (var i = 0; i < 1500; i++)
        {
            var document = i % 4 == 0 ? SoundByDns() : Sound();
            for (var j = 0; j < 2; j++)
            {
                var mutations = Mutations(document);
                mutations[random.Next(mutations.Count)](document);
            }

            Judge(document);
        }
    }

    [Theory]
    [InlineData("user", "passwordFile", true)]
    [InlineData("tokenFile", null, true)]
    [InlineData("nkeySeedFile", null, true)]
    [InlineData("credsFile", null, true)]
    [InlineData("user", null, false)]
    [InlineData("passwordFile", null, false)]
    [InlineData("user", "tokenFile", false)]
    [InlineData("passwordFile", "credsFile", false)]
    [InlineData("tokenFile", "nkeySeedFile", false)]
    [InlineData("nkeySeedFile", "credsFile", false)]
    [InlineData("user", "passwordEnv", true)]
    [InlineData("tokenEnv", null, true)]
    [InlineData("nkeySeedEnv", null, true)]
    [InlineData("credsEnv", null, true)]
    [InlineData("passwordEnv", null, false)]
    [InlineData("passwordFile", "passwordEnv", false)]
    [InlineData("tokenFile", "tokenEnv", false)]
    [InlineData("nkeySeedEnv", "nkeySeedFile", false)]
    [InlineData("credsFile", "credsEnv", false)]
    [InlineData("user", "credsEnv", false)]
    public void Same_verdict_on_ways_to_sign_in(string one, string? other, bool valid)
    {
        Assert.All(["auth", "systemAuth"], section =>
        {
            var document = Sound();
            document[section] = new JObject(new[] { one, other }.OfType<string>().Select(k => new JProperty(k, "secret")));

            Assert.Equal(valid ? Verdict.BothAccept : Verdict.BothRefuse, Judge(document));
        });
    }

    [Theory]
    [InlineData("cluster: 2024\nendpoints: [{ name: a, url: nats://h }]")]
    [InlineData("cluster: '2024'\nendpoints: [{ name: a, url: nats://h }]")]
    [InlineData("cluster: no\nendpoints: [{ name: yes, url: nats://h }]")]
    [InlineData("cluster: ~\nendpoints: [{ name: a, url: nats://h }]")]
    [InlineData("cluster: c\nendpoints: [{ name: a, url: nats://h }]\ntls: { handshakeFirst: yes }")]
    [InlineData("cluster: c\nendpoints: [{ name: a, url: nats://h }]\ntls: { handshakeFirst: 'true' }")]
    [InlineData("cluster: c\nendpoints: &e [{ name: a, url: nats://h }]\nprobes: { request: *e }")]
    [InlineData("cluster: c\nendpoints: [{ name: a, url: nats://h }]\nprobes: { request: &r { every: 2s }, route: *r }")]
    [InlineData("cluster: c\nendpoints: [{ name: a, url: nats://h }]\nprobes: { request: &r { every: 2s }, route: { <<: *r } }")]
    [InlineData("cluster: c\nendpoints: [{ name: a, url: nats://h }]\nobjective: { availability: 9.9e1 }")]
    [InlineData("cluster: c\nendpoints: [{ name: a, url: nats://h }]\nobjective: { availability: +99 }")]
    public void Same_verdict_on_yaml_that_is_not_json(string yaml)
    {
        var valid = !ProbeFileSchema.Validate(YamlAsJson.Convert(yaml)).Any();

        Assert.Equal(valid, _folder.Read(yaml).Errors.Count == 0);
    }

    private static JObject Sound() => JObject.Parse("""
        {
          "cluster": "c",
          "endpoints": [
            { "name": "a", "url": "nats://h1:4222", "monitor": "http://h1:8222", "serverName": "s1" },
            { "name": "b", "url": "tls://h2" }
          ],
          "auth": { "user": "u", "passwordFile": "secret" },
          "systemAuth": { "credsFile": "secret" },
          "tls": { "caFile": "secret", "certFile": "secret", "keyFile": "secret", "serverName": "h", "handshakeFirst": true },
          "failover": { "pingInterval": "2m", "maxPingsOut": 2, "reconnectWait": "2s" },
          "probes": {
            "request": { "every": "1s", "timeout": "500ms" },
            "connect": { "every": "15s", "timeout": "2s" },
            "route": { "every": "5s", "timeout": "1s", "maxPairs": 64, "messages": 10, "toClusters": ["other"] },
            "jetstream": { "every": "10s", "timeout": "2s", "replicas": 3, "storage": "memory", "kv": true },
            "broker": { "every": "15s", "timeout": "2s" }
          },
          "objective": { "availability": 99.95, "window": "30d", "latency": { "under": "50ms", "ratio": 99 } }
        }
        """);

    private static JObject SoundByDns() => JObject.Parse("""
        {
          "cluster": "c",
          "discover": { "dns": "_nats._tcp.h", "port": 4222, "monitorPort": 8222, "resolver": "10.0.0.1:53", "maxEndpoints": 64 },
          "auth": { "user": "u", "passwordEnv": "secret" },
          "systemAuth": { "nkeySeedEnv": "secret" }
        }
        """);

    /// <summary>Removes, renames, adds and replaces, everywhere.</summary>
    private static List<Action<JObject>> Mutations(JObject document)
    {
        var mutations = new List<Action<JObject>>
        {
            d => d.SelectToken("endpoints")?.Parent!.Replace(new JProperty("discover", JObject.Parse("""{ "dns": "d", "port": 4222 }"""))),
        };
        var values = document.ContainsKey("discover") ? Values.Concat(ValuesByDns) : Values;
        foreach (var path in document.DescendantsAndSelf().Where(t => t is not JProperty).Select(t => t.Path))
        {
            var token = document.SelectToken(path)!;
            if (token is JObject)
            {
                foreach (var added in KnownKeys.BySection.Values.SelectMany(k => k).Append("x").Distinct())
                    mutations.Add(d => ((JObject)d.SelectToken(path)!)[added] ??= "secret");
                mutations.Add(d => ((JObject)d.SelectToken(path)!)["discover"] = JObject.Parse("""{ "dns": "d" }"""));
            }

            if (token.Parent is null)
                continue;
            mutations.Add(d => Entry(d, path).Remove());
            if (token.Parent is JProperty)
                mutations.Add(d => Entry(d, path).Replace(new JProperty(((JProperty)Entry(d, path)).Name + "X", d.SelectToken(path))));
            foreach (var value in values)
                mutations.Add(d => d.SelectToken(path)!.Replace(JToken.Parse(value)));
        }

        return mutations;

        static JToken Entry(JObject d, string path) => d.SelectToken(path) is { Parent: JProperty property } ? property : d.SelectToken(path)!;
    }

    private Verdict Judge(JObject document)
    {
        var json = document.ToString();
        var schema = ProbeFileSchema.Validate(JToken.Parse(json)).ToList();
        var file = _folder.Put("files/file.yaml", json);
        var reader = ProbeFileReader.Read(Path.GetDirectoryName(file)!, name => name == "secret" ? "content" : null).Errors.Where(error => error.File == file).ToList();
        if (schema.Count > 0)
        {
            Assert.True(reader.Count > 0, $"Only the schema refuses: {string.Join("; ", schema)}\n{json}");
            return Verdict.BothRefuse;
        }

        foreach (var error in reader)
        {
            var reason = OnlyTheReaderSees.FirstOrDefault(error.Problem.Contains);
            Assert.True(reason is not null, $"Only the reader refuses: {error}\n{json}");
            _seenByTheReaderOnly.Add(reason);
        }

        return reader.Count > 0 ? Verdict.OnlyReaderRefuses : Verdict.BothAccept;
    }

    private enum Verdict
    {
        BothAccept,
        BothRefuse,
        OnlyReaderRefuses,
    }
}
