using System.Net;
using System.Text;
using System.Text.Json;
using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Commands;
using Cordum.NatsProber.IntegrationTests.Brokers;
using Cordum.NatsProber.IntegrationTests.Prober;
using Cordum.NatsProber.Lab;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.IntegrationTests.Commands;

/// <summary><c>natsprober compare</c> and <c>/compare</c>, with real brokers and with strangers in the prober's place.</summary>
public sealed class CompareProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_broker_that_was_killed_and_restarted_is_told_from_both_sides(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server }, Cancelled);
        var file = $$"""
            cluster: test
            endpoints:
            {{string.Join('\n', cluster.Brokers.Select(b => $"  - {{ name: {b.Name}, url: \"{b.Url}\", monitor: \"{b.MonitorUrl}\" }}"))}}
            probes:
              request: { every: 1s, timeout: 500ms }
              broker: { every: 1s, timeout: 900ms }
            """;
        await using var prober = await ProberProcess.StartAsync(file);
        var from = prober.Metrics.GetLeftPart(UriPartial.Authority);
        var killed = cluster.Brokers[0];
        await prober.UntilAsync(s => s.Endpoints.All(s.IsConnected) && cluster.Brokers.All(b => s.Of(b.Name, "cordum_nats_broker_healthy") == 1), $"all are well, {version}");
        await UntilReportAsync(from, report => report.Clusters[0].Links.Where(link => link.Scope == "endpoint").All(link => link.View is { OurConnection: ConnectionFate.Open, ClockSkewSeconds: not null }));
        var (exitCode, output, error) = await NatsProberProcess.RunAsync(_folder, "compare", "--from", from);
        Assert.True(exitCode == 0, output + string.Join('\n', error));
        Assert.Matches($@"\n  test/{killed.Name} +open for [^\n]* +healthy \(monitor\); our connection open; [^\n]*agree\n", output);
        Assert.Contains("\nno past disconnects\n", output, StringComparison.Ordinal);

        killed.Kill();
        await UntilReportAsync(from, report => report.Clusters[0].Pending.Any(one => one.Endpoint == killed.Name));
        (exitCode, output, _) = await NatsProberProcess.RunAsync(_folder, "compare", "--from", from);
        Assert.Equal(1, exitCode);
        Assert.Matches($@"\n  test/{killed.Name} +DOWN for ", output);
        Assert.Matches($@"\n\S+ \S+Z  test/{killed.Name}  no verdict yet  ", output);

        await killed.StartAsync(Cancelled);
        await UntilReportAsync(from, report => report.Clusters[0] is { Pending.Count: 0 } all && all.Links.All(link => link.State == LinkStatus.Connected)
            && all.Past.SingleOrDefault(one => one.Endpoint == killed.Name) is { LengthSeconds: > 0 } past && past.Broker.Any(moment => moment.What == "its successor was started"));
        (exitCode, output, error) = await NatsProberProcess.RunAsync(_folder, "compare", "--from", from, "--format", "json", "--since", "1h");
        Assert.Empty(error);
        var report = JsonSerializer.Deserialize(output, ViewReportJson.Default.ViewReport)!;
        var past = report.Clusters[0].Past.Single(one => one.Endpoint == killed.Name);
        Assert.Equal((Verdict.BrokerRestarted, false), (past.Verdict, past.Planned));
        AssertInOrder(past.Client, "last good round trip", "link lost, ", "a dial was refused", "link open again");
        AssertInOrder(past.Broker, "its process was started", "its successor was started", "another process answers in its place");
        var successor = past.Broker.Single(moment => moment.What == "its successor was started").OffsetSeconds;
        // Within what two clocks may be apart that are one: the successor was there before the link was.
        Assert.InRange(successor, 0, past.Client[^1].OffsetSeconds + 0.05);
        Assert.Equal(FeltAs.Closed, past.Felt.As);

        (_, output, _) = await NatsProberProcess.RunAsync(_folder, "compare", "--from", from);
        Assert.Matches($@"\n\S+ \S+Z  test/{killed.Name}  broker_restarted  down \d+\.\d{{3}} s\n  offset +client +broker\n(  [^\n]+\n)+  because: [^\n]+\n( {{9,}}[^\n]+\n)*  began: [^\n]+\n( {{9,}}[^\n]+\n)*  felt: at once", output);
        Assert.Equal(report.Clusters[0].Past.Count, output.Split("  because: ").Length - 1);
    }

    [Fact]
    public async Task Without_a_running_prober_it_looks_for_itself()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any, Brokers = 2 }, Cancelled);
        await File.WriteAllTextAsync(Path.Combine(_folder, "p.yaml"), ProbeFiles.Of(cluster), Cancelled);

        var (exitCode, output, error) = await NatsProberProcess.RunAsync(_folder, "compare", "--probes", "p.yaml");

        Assert.Empty(error);
        Assert.True(exitCode == 0, output);
        Assert.Matches(@"\n  test/n2 +open for [^\n]* +alive \(account\)", output);
        Assert.EndsWith("\nThe past is known to a running prober alone.\n", output, StringComparison.Ordinal);

        cluster.Brokers[1].Kill();
        (exitCode, output, _) = await NatsProberProcess.RunAsync(_folder, "compare", "--probes", "p.yaml");
        Assert.Equal(1, exitCode);
        Assert.Matches(@"\n  test/n2 +DOWN for ", output);
    }

    [Fact]
    public async Task The_page_is_to_be_read_only_and_is_JSON()
    {
        await using var prober = await ProberProcess.StartAsync("cluster: down\nendpoints: [{ name: n1, url: \"nats://127.0.0.1:2\" }]\n");
        using var http = new HttpClient { BaseAddress = prober.Metrics };

        using var get = await http.GetAsync("/compare", Cancelled);
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/compare"), Cancelled);
        using var post = await http.PostAsync("/compare", null, Cancelled);

        Assert.Equal((HttpStatusCode.OK, "application/json"), (get.StatusCode, get.Content.Headers.ContentType!.MediaType));
        Assert.Equal("down", JsonSerializer.Deserialize(await get.Content.ReadAsStringAsync(Cancelled), ViewReportJson.Default.ViewReport)!.Clusters.Single().Cluster);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    [Fact]
    public async Task Nobody_there_is_one_line_and_exit_code_3() =>
        await AssertUnaskedAsync(new Uri("http://127.0.0.1:2"), "natsprober at http://127.0.0.1:2/ does not answer: Connection refused");

    [Theory]
    [InlineData("200 OK", "garbage \u001b[2J", "with something else than natsprober does")]
    [InlineData("200 OK", "{}", "with something else than natsprober does")]
    [InlineData("200 OK", "null", "with something else than natsprober does")]
    [InlineData("200 OK", """{"prober":"p","now":"2026-03-01T12:00:00Z","clusters":[null]}""", "with something else than natsprober does")]
    [InlineData("200 OK", """{"prober":"p","now":"2026-03-01T12:00:00Z","clusters":[{"cluster":"c","links":[],"pending":[null],"past":[]}]}""", "with something else than natsprober does")]
    [InlineData("200 OK", """{"prober":null,"now":"2026-03-01T12:00:00Z","clusters":[]}""", "with something else than natsprober does")]
    [InlineData("404 Not Found", "", "with status 404")]
    public async Task Strange_answers_are_one_line_and_exit_code_3(string status, string body, string told)
    {
        await using var stranger = MonitorServer.Responding(status, body);

        await AssertUnaskedAsync(stranger.Url, told);
    }

    [Fact]
    public async Task A_slow_answer_is_not_waited_for()
    {
        await using var slow = new MonitorServer((stream, stop) => stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), stop).AsTask());

        await AssertUnaskedAsync(slow.Url, "does not answer /compare within 0.5 s");
    }

    [Fact]
    public async Task A_huge_answer_is_not_read()
    {
        await using var huge = new MonitorServer((stream, stop) => stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n{"), stop).AsTask());

        await AssertUnaskedAsync(huge.Url, "does not answer: ");
    }

    private static async Task AssertUnaskedAsync(Uri from, string told)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter { NewLine = "\n" };

        var exitCode = await CompareCommand.RunAsync(new CompareCommandOptions { From = from.AbsoluteUri, Patience = TimeSpan.FromSeconds(0.5) }, output, error, Cancelled);

        Assert.Equal(CompareCommand.Unasked, exitCode);
        Assert.Empty(output.ToString());
        Assert.Contains(told, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, error.ToString().Count(c => c == '\n'));
        Assert.DoesNotContain('\u001b', error.ToString());
    }

    private static void AssertInOrder(IReadOnlyList<Moment> moments, params string[] whats)
    {
        Assert.Equal(moments.OrderBy(moment => moment.OffsetSeconds).Select(moment => moment.What), moments.Select(moment => moment.What));
        Assert.Equal(whats.Length, whats.Select(what => moments.Index().First(one => one.Item.What.StartsWith(what, StringComparison.Ordinal)).Index).Distinct().Count());
        Assert.Equal(whats, whats.OrderBy(what => moments.Index().First(one => one.Item.What.StartsWith(what, StringComparison.Ordinal)).Index));
    }

    private static async Task UntilReportAsync(string from, Func<ViewReport, bool> condition)
    {
        using var http = new HttpClient();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition(JsonSerializer.Deserialize(await http.GetStringAsync($"{from}/compare", limit.Token), ViewReportJson.Default.ViewReport)!))
            await Task.Delay(50, limit.Token);
    }
}
