using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cordum.NatsProber.IntegrationTests.Prober;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Verdicts;

/// <summary>How a <see cref="VerdictLab"/> is set up.</summary>
internal sealed record VerdictLabOptions
{
    /// <summary>Whether the prober has credentials of the system account.</summary>
    public bool SystemAccount { get; init; }

    /// <summary>Whether the prober knows the brokers' monitors.</summary>
    public bool Monitors { get; init; } = true;

    /// <summary>More configuration of each broker.</summary>
    public string Extra { get; init; } = "";

    /// <summary>The brokers' monitors, in place of their own.</summary>
    public string? Monitor { get; init; }
}

/// <summary>Three brokers with accounts, a proxy before the first of them, and a prober that watches all three and judges.</summary>
internal sealed class VerdictLab : IAsyncDisposable
{
    private const string Rounds = "NATSPROBER_VERDICT_ROUNDS";
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-verdicts-").FullName;

    private VerdictLab(LabCluster cluster, FaultProxy proxy)
    {
        Cluster = cluster;
        Proxy = proxy;
    }

    /// <summary>How often each fault is provoked: twice, or as often as NATSPROBER_VERDICT_ROUNDS says.</summary>
    public static int Times => int.Parse(Environment.GetEnvironmentVariable(Rounds) ?? "2", CultureInfo.InvariantCulture);

    public LabCluster Cluster { get; }

    /// <summary>The broker that is broken; its endpoint is reached through <see cref="Proxy"/>, its monitor is not.</summary>
    public LabBroker Broker => Cluster.Brokers[0];

    public FaultProxy Proxy { get; }

    public ProberProcess Prober { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static string Accounts(string users = "{ user: app, password: app-password }, { user: other, password: other-password }") => $$"""
        accounts {
          APP { users: [ {{users}} ] }
          SYS { users: [ { user: sys, password: sys-password } ] }
        }
        system_account: SYS

        """;

    public static async Task<VerdictLab> StartAsync(string server, VerdictLabOptions options)
    {
        var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server, ExtraConfig = Accounts() + options.Extra }, Stop);
        var lab = new VerdictLab(cluster, new FaultProxy(cluster.Brokers[0].ClientPort));
        try
        {
            lab.Prober = await lab.StartProberAsync(options);
            await lab.ReadyAsync(options);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>One more prober on the same brokers.</summary>
    public async Task<ProberProcess> StartProberAsync(VerdictLabOptions options)
    {
        var auth = $"auth: {{ user: app, passwordFile: \"{await SecretAsync("app-password")}\" }}";
        var system = options.SystemAccount ? $"systemAuth: {{ user: sys, passwordFile: \"{await SecretAsync("sys-password")}\" }}" : "";
        var endpoints = Cluster.Brokers.Select((broker, i) =>
            $"  - {{ name: {broker.Name}, serverName: {broker.Name}, url: \"{(i == 0 ? Proxy.Url : broker.Url)}\"{(options.Monitors ? $", monitor: \"{options.Monitor ?? broker.MonitorUrl}\"" : "")} }}");
        return await ProberProcess.StartAsync($$"""
            cluster: test
            endpoints:
            {{string.Join('\n', endpoints)}}
            {{auth}}
            {{system}}
            probes:
              request: { every: 1s, timeout: 500ms }
              broker: { every: 1s, timeout: 800ms }
            """);
    }

    /// <summary>Waits until every link is open and every source of every broker has answered: what happens now is seen from everywhere.</summary>
    public Task<Scrape> ReadyAsync(VerdictLabOptions options) => Prober.UntilAsync(
        scrape => scrape.Endpoints.All(scrape.IsConnected)
            && scrape["cordum_nats_view_verdict_pending"] == 0
            && Cluster.Brokers.All(broker => scrape.Of(broker.Name, "cordum_nats_broker_source_up", ("source", "account")) == 1
                && (!options.SystemAccount || scrape.Of(broker.Name, "cordum_nats_broker_source_up", ("source", "system")) == 1)),
        "all links and all sources",
        seconds: 30);

    /// <summary>Provokes a fault again and again: each time the link of <paramref name="endpoint"/> is lost once, and gets this verdict.</summary>
    public async Task ProvokeAsync(VerdictLabOptions options, string verdict, Func<int, Task> provoke, string endpoint = "n1")
    {
        var started = Stopwatch.GetTimestamp();
        for (var round = 1; round <= Times; round++)
        {
            var before = await ReadyAsync(options);
            await provoke(round);
            var after = await Prober.UntilAsync(
                scrape => scrape.Disconnects(endpoint) > before.Disconnects(endpoint) && scrape["cordum_nats_view_verdict_pending"] == 0,
                $"a verdict, round {round}",
                seconds: 60);
            var (lost, judged) = (after.Disconnects(endpoint) - before.Disconnects(endpoint), Verdicts(after, endpoint, verdict) - Verdicts(before, endpoint, verdict));
            Assert.True(lost == judged, $"round {round}: {lost} disconnects, {judged} of them {verdict}:\n{string.Join('\n', await JudgedAsync(endpoint))}\n{string.Join('\n', Prober.Log.TakeLast(40))}");
        }

        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture, $"{verdict}: {Times} of {Times}, in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"));
    }

    public static double Verdicts(Scrape scrape, string endpoint, string verdict) => scrape.Of(endpoint, "cordum_nats_view_verdict_total", ("verdict", verdict));

    /// <summary>The log's lines of verdicts.</summary>
    public async Task<IEnumerable<string>> JudgedAsync(string endpoint) =>
        (await Prober.EventsAsync(endpoint, 85, 0)).Select(state => $"{state.GetProperty("Verdict")}: {state.GetProperty("Because")}");

    /// <summary>A page of a broker's monitor.</summary>
    public static async Task<JsonElement> PageAsync(LabBroker broker, string page) =>
        JsonDocument.Parse(await Http.GetStringAsync($"{broker.MonitorUrl}/{page}", Stop)).RootElement;

    /// <summary>The broker's number for the prober's link to it, and its subscriptions as soon as it has some.</summary>
    public static async Task<(ulong Cid, string[] Subjects)> LinkAsync(LabBroker broker, string endpoint)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var connections = (await PageAsync(broker, "connz?subs=1")).GetProperty("connections").EnumerateArray();
            var link = connections.SingleOrDefault(one => one.TryGetProperty("name", out var name) && name.GetString() == $"natsprober test test/{endpoint} link");
            if (link.ValueKind == JsonValueKind.Object && link.TryGetProperty("subscriptions_list", out var subjects))
                return (link.GetProperty("cid").GetUInt64(), [.. subjects.EnumerateArray().Select(subject => subject.GetString()!)]);
            Assert.True(Stopwatch.GetElapsedTime(since).TotalSeconds < 10, "the link subscribes to nothing");
            await Task.Delay(10, Stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Prober is not null)
            await Prober.DisposeAsync();
        await Proxy.DisposeAsync();
        await Cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> SecretAsync(string secret)
    {
        var file = Path.Combine(_folder, secret);
        await File.WriteAllTextAsync(file, secret, Stop);
        return file;
    }
}
