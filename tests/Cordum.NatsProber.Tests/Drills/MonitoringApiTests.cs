using System.Net;
using System.Net.Sockets;
using System.Text;
using Cordum.NatsProber.Drills;

namespace Cordum.NatsProber.Tests.Drills;

/// <summary>The clients against a server that answers in the shapes that the APIs' references give, and in shapes that it should not.</summary>
public sealed class MonitoringApiTests : IDisposable
{
    private readonly Dictionary<string, (int Status, string Body)> _answers = [];
    private readonly List<string> _asked = [];
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _address;
    private readonly Task _serving;

    public MonitoringApiTests()
    {
        _listener.Start();
        _address = new Uri($"http://{_listener.LocalEndpoint}/below/");
        _serving = ServeAsync();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _listener.Dispose();
        _serving.GetAwaiter().GetResult();
    }

    [Fact]
    public async Task A_query_gives_series()
    {
        _answers["/below/api/v1/query"] = (200, """
            {"status":"success","data":{"resultType":"vector","result":[
              {"metric":{"__name__":"cordum_nats_disconnect_total","cluster":"c","endpoint":"a","prober":"p"},"value":[1763958000.123,"3"]},
              {"metric":{},"value":[1763958000.123,"+Inf"]}]},"warnings":["x"]}
            """);
        using var prometheus = new PrometheusApi(_address);

        var answer = await prometheus.QueryAsync("x{a=\"b\"} + 1", Stop);

        Assert.Null(answer.Problem);
        Assert.Equal([(new LinkKey("c", "a"), "p", 3), (new LinkKey("", ""), "", double.PositiveInfinity)], answer.Value!.Select(one => (one.Link, one["prober"], one.Value)));
        Assert.Equal("/below/api/v1/query?query=x%7Ba%3D%22b%22%7D%20%2B%201", Assert.Single(_asked));
    }

    [Fact]
    public async Task Rules_versions_and_alertmanagers_are_read()
    {
        _answers["/below/api/v1/rules"] = (200, """
            {"status":"success","data":{"groups":[{"name":"g","file":"f","interval":15,"rules":[
              {"state":"inactive","name":"A","query":"vector(1)","duration":300,"keepFiringFor":180,"labels":{"severity":"critical"},"annotations":{},"alerts":[],"health":"ok","type":"alerting"},
              {"name":"r","query":"x","health":"ok","type":"recording"},
              {"state":"unknown","name":"B","query":"x","duration":0,"labels":{},"annotations":{},"alerts":[],"health":"err","lastError":"bad","type":"alerting"}]}]}}
            """);
        _answers["/below/api/v1/status/buildinfo"] = (200, """{"status":"success","data":{"version":"3.5.3","revision":"x"}}""");
        _answers["/below/api/v1/alertmanagers"] = (200, """{"status":"success","data":{"activeAlertmanagers":[{"url":"http://h:9093/api/v2/alerts"}],"droppedAlertmanagers":[]}}""");
        using var prometheus = new PrometheusApi(_address);

        Assert.Equal(
            [new PrometheusRule("A", "critical", TimeSpan.FromMinutes(5), "ok", ""), new PrometheusRule("B", "", TimeSpan.Zero, "err", "bad")],
            (await prometheus.AlertRulesAsync(Stop)).Value!);
        Assert.Equal("3.5.3", (await prometheus.VersionAsync(Stop)).Value);
        Assert.Equal(["http://h:9093/api/v2/alerts"], (await prometheus.AlertmanagersAsync(Stop)).Value!);
    }

    [Fact]
    public async Task Alertmanager_tells_its_alerts_and_who_holds_them_back()
    {
        _answers["/below/api/v2/alerts"] = (200, """
            [{"annotations":{"summary":"s"},"endsAt":"2026-11-23T04:10:00.000Z","fingerprint":"f","receivers":[{"name":"pager"},{"name":"log"}],
              "startsAt":"2026-11-23T04:06:00.000Z","status":{"inhibitedBy":[],"silencedBy":["id"],"mutedBy":[],"state":"suppressed"},
              "updatedAt":"2026-11-23T04:06:00.000Z","generatorURL":"http://h","labels":{"alertname":"A","cluster":"c"}}]
            """);
        _answers["/below/api/v2/status"] = (200, """{"cluster":{"status":"disabled"},"versionInfo":{"version":"0.33.1"},"config":{"original":""},"uptime":"2026-11-23T04:06:00.000Z"}""");
        using var alertmanager = new AlertmanagerApi(_address);

        var held = Assert.Single((await alertmanager.AlertsAsync("A", Stop)).Value!);

        Assert.Equal(("suppressed", 1, 0, "pager,log", "c"), (held.State, held.SilencedBy, held.InhibitedBy, string.Join(',', held.Receivers), held.Labels["cluster"]));
        Assert.Equal("/below/api/v2/alerts?filter=alertname%3D%22A%22", Assert.Single(_asked));
        Assert.Equal("0.33.1", (await alertmanager.VersionAsync(Stop)).Value);
    }

    [Theory]
    [InlineData(404, "404 page not found", "answers /api/v1/query with status 404")]
    [InlineData(400, "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}", "answers /api/v1/query with status 400: parse error")]
    [InlineData(503, "\"starting\"", "answers /api/v1/query with status 503: starting")]
    [InlineData(200, "<html>", "answers /api/v1/query with something else than Prometheus does: is the address right?")]
    [InlineData(200, "{}", "answers /api/v1/query with something else than Prometheus does: is the address right?")]
    [InlineData(200, "[]", "answers /api/v1/query with something else than Prometheus does: is the address right?")]
    [InlineData(200, "{\"data\":{\"resultType\":\"matrix\",\"result\":[]}}", "answers /api/v1/query with something else than Prometheus does: is the address right?")]
    [InlineData(200, "{\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1]}]}}", "answers /api/v1/query with something else than Prometheus does: is the address right?")]
    [InlineData(200, "{\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"a\":\"1\",\"a\":\"2\"},\"value\":[1,\"1\"]}]}}", "answers /api/v1/query with something else than Prometheus does: is the address right?")]
    [InlineData(200, "{\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"a\":null},\"value\":[1,\"1\"]}]}}", "answers /api/v1/query with something else than Prometheus does: is the address right?")]
    [InlineData(200, "{\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"a\":\"\\ud800\"},\"value\":[1,\"1\"]}]}}", "answers /api/v1/query with something else than Prometheus does: is the address right?")]
    [InlineData(200, "null", "answers /api/v1/query with something else than Prometheus does: is the address right?")]
    [InlineData(500, "\"\\ud800\"", "answers /api/v1/query with status 500")]
    [InlineData(500, "{\"error\":\"a\\nb \\u001b[31m`c`\"}", "answers /api/v1/query with status 500: a.b .[31m'c'")]
    [InlineData(302, "https://user:secret@login.example:8443/x?token=secret", "answers /api/v1/query with status 302: redirects to login.example:8443")]
    [InlineData(301, "/elsewhere?token=secret", "answers /api/v1/query with status 301: redirects to another path of its own")]
    [InlineData(304, "", "answers /api/v1/query with status 304")]
    public async Task Another_answer_is_a_problem_in_words(int status, string body, string problem)
    {
        _answers["/below/api/v1/query"] = (status, body);
        using var prometheus = new PrometheusApi(_address);

        var answer = await prometheus.QueryAsync("x", Stop);

        Assert.Null(answer.Value);
        Assert.Equal($"Prometheus at {_address} {problem}", answer.Problem);
    }

    [Theory]
    [InlineData("1e300")]
    [InlineData("\"5m\"")]
    [InlineData("null")]
    public async Task A_rule_that_makes_no_sense_is_a_problem_in_words(string duration)
    {
        _answers["/below/api/v1/rules"] = (200, $$$"""
            {"data":{"groups":[{"rules":[{"name":"A","duration":{{{duration}}},"labels":{},"health":"ok","type":"alerting"}]}]}}
            """);
        using var prometheus = new PrometheusApi(_address);

        var answer = await prometheus.AlertRulesAsync(Stop);

        Assert.Equal($"Prometheus at {_address} answers /api/v1/rules with something else than Prometheus does: is the address right?", answer.Problem);
    }

    [Fact]
    public async Task Foreign_words_are_kept_short_and_on_one_line()
    {
        var many = new string('x', 1000);
        _answers["/below/api/v1/status/buildinfo"] = (200, """{"data":{"version":"3`\n_"}}""".Replace("_", many, StringComparison.Ordinal));
        _answers["/below/api/v1/query"] = (500, """{"error":"_"}""".Replace("_", many, StringComparison.Ordinal));
        using var prometheus = new PrometheusApi(_address);

        Assert.Equal($"3'.{new string('x', 197)}…", (await prometheus.VersionAsync(Stop)).Value);
        Assert.EndsWith($"500: {new string('x', 200)}…", (await prometheus.QueryAsync("x", Stop)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_down_does_not_answer()
    {
        _listener.Stop();
        using var alertmanager = new AlertmanagerApi(_address);

        Assert.StartsWith($"Alertmanager at {_address} does not answer: Connection refused", (await alertmanager.VersionAsync(Stop)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task To_be_stopped_is_no_answer()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        using var prometheus = new PrometheusApi(_address);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => prometheus.QueryAsync("x", stopped.Token));
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
                var target = (await reader.ReadLineAsync())!.Split(' ')[1];
                while (!string.IsNullOrEmpty(await reader.ReadLineAsync()))
                {
                }

                _asked.Add(target);
                var (status, body) = _answers.GetValueOrDefault(target.Split('?')[0], (404, "404 page not found"));
                // Of a redirect, the body stands for the place that it leads to.
                var location = status is >= 300 and < 400 && body.Length > 0 ? $"Location: {body}\r\n" : "";
                if (status is >= 300 and < 400)
                    body = "";
                await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {status} x\r\n{location}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}"));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return; // the test is over
            }
        }
    }
}
