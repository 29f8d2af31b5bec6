using System.Text;
using System.Text.Json;
using Cordum.NatsProber.Commands;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Tests.Metrics;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Tests.Commands;

public sealed class OnceReportTests
{
    private static readonly OnceResult Good = new(
        "prod",
        "n1",
        ProbeKind.Request,
        new Uri("nats://10.0.0.1:4222"),
        Outcome.Success,
        null,
        "",
        TimeSpan.FromMicroseconds(1234),
        new BrokerInfo { ServerId = "NABC", ServerName = "nats-1", Version = "2.10.1" });

    private static readonly OnceResult Bad = Good with
    {
        Endpoint = "n2",
        Url = new Uri("nats://10.0.0.2:4222"),
        Outcome = Outcome.Disconnected,
        Cause = DisconnectCause.Refused,
        Detail = "Connection refused",
        Duration = null,
        Broker = null,
    };

    private static readonly OnceResult Unsaid = Bad with { Endpoint = "n3", Outcome = Outcome.Indeterminate, Cause = null, Detail = "" };

    public static TheoryData<string, int, string> Passes => new()
    {
        { "prod/success", 0, "OK" },
        { "prod/success prod/success stage/success", 0, "OK" },
        { "prod/success prod/timeout", 1, "WARNING" },
        { "prod/success prod/timeout stage/success stage/error", 1, "WARNING" },
        { "prod/timeout", 2, "CRITICAL" },
        { "prod/timeout prod/disconnected", 2, "CRITICAL" },
        { "prod/success prod/success stage/timeout", 2, "CRITICAL" },
        { "prod/indeterminate", 3, "UNKNOWN" },
        { "prod/success prod/indeterminate", 3, "UNKNOWN" },
        { "prod/timeout prod/indeterminate", 1, "WARNING" },
    };

    public static TheoryData<string, int> OtherProbes => new()
    {
        // An endpoint that takes no new connections, or a route that is cut, is no dead cluster.
        { "n1 request success, n1 connect error", 1 },
        { "n1 request success, n2 request success, n1>n2 route timeout, n2>n1 route timeout", 1 },
        { "n1 request success, _cluster request success, _cluster jetstream noquorum", 1 },
        { "n1 request timeout, n1 connect success", 2 },
        // What an application would feel is the cluster's state, however its brokers look one by one.
        { "n1 request success, n2 request success, _cluster request noresponders", 2 },
        { "n1 request timeout, n2 request timeout, _cluster request success", 2 },
        { "n1 request success, n2 request timeout, _cluster request success", 1 },
        { "n1 request success, n1 connect indeterminate", 3 },
    };

    public static TheoryData<Outcome> Failures => [.. Enum.GetValues<Outcome>().Where(outcome => outcome is not (Outcome.Success or Outcome.Indeterminate))];

    [Theory]
    [MemberData(nameof(Passes))]
    public void The_exit_code_tells_how_bad_it_is_and_every_format_says_the_same(string pass, int code, string status)
    {
        var results = Results(pass);

        Assert.Equal(code, OnceReport.Code(results));
        Assert.StartsWith($"NATS {status} - ", Written(OnceFormat.Nagios, results), StringComparison.Ordinal);
        Assert.Contains($"\n{status}: ", Written(OnceFormat.Table, results), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Written(OnceFormat.Json, results));
        Assert.Equal(status, json.RootElement.GetProperty("status").GetString()!.ToUpperInvariant());
    }

    [Theory]
    [MemberData(nameof(OtherProbes))]
    public void Only_links_decide_whether_a_cluster_is_dead(string pass, int code) => Assert.Equal(
        code,
        OnceReport.Code([.. pass.Split(", ").Select(line => line.Split(' ')).Select(word => Good with
        {
            Endpoint = word[0],
            Probe = Enum.Parse<ProbeKind>(word[1], ignoreCase: true),
            Outcome = Enum.Parse<Outcome>(word[2], ignoreCase: true),
        })]));

    [Theory]
    [MemberData(nameof(Failures))]
    public void Every_outcome_but_success_and_indeterminate_is_a_failure(Outcome outcome)
    {
        Assert.Equal(1, OnceReport.Code([Good, Bad with { Outcome = outcome }]));
        Assert.Equal(2, OnceReport.Code([Bad with { Outcome = outcome }]));
    }

    [Fact]
    public void The_Nagios_line_has_status_text_and_performance_data()
    {
        Assert.Equal("NATS OK - 1 of 1 probes succeed | 'prod/n1 request'=0.001234s\n", Written(OnceFormat.Nagios, [Good]));
        Assert.Equal(
            "NATS WARNING - 1 of 2 probes succeed: prod/n2 request disconnected, cause refused: Connection refused | 'prod/n1 request'=0.001234s\n",
            Written(OnceFormat.Nagios, [Good, Bad]));
        Assert.Equal(
            "NATS CRITICAL - 0 of 1 probes succeed: prod/n2 request disconnected, cause refused: Connection refused\n", Written(OnceFormat.Nagios, [Bad]));
    }

    [Fact]
    public void A_brokers_words_cannot_break_the_Nagios_line()
    {
        var line = Written(OnceFormat.Nagios, [Good, Bad with { Detail = "odd | 'x'=1\r\nsecond" }]);

        Assert.Equal(1, line.Count(c => c == '|'));
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        Assert.DoesNotContain('\r', line);
    }

    [Fact]
    public void Json_has_everything_about_every_probe()
    {
        using var json = JsonDocument.Parse(Written(OnceFormat.Json, [Good, Bad]));

        var probes = json.RootElement.GetProperty("probes");
        Assert.Equal(
            """{"cluster":"prod","endpoint":"n1","probe":"request","url":"nats://10.0.0.1:4222","outcome":"success","cause":null,"detail":"","seconds":0.001234,"server_name":"nats-1","server_id":"NABC","version":"2.10.1"}""",
            JsonSerializer.Serialize(probes[0]));
        Assert.Equal(
            """{"cluster":"prod","endpoint":"n2","probe":"request","url":"nats://10.0.0.2:4222","outcome":"disconnected","cause":"refused","detail":"Connection refused","seconds":null,"server_name":null,"server_id":null,"version":null}""",
            JsonSerializer.Serialize(probes[1]));
    }

    [Fact]
    public void The_table_has_a_row_for_every_probe_and_cuts_nothing()
    {
        var table = Written(OnceFormat.Table, [Good, Bad, Unsaid with { Detail = "[markup] is text" }]);

        Assert.Matches(@"\n +prod +. n1 +. request +. nats://10\.0\.0\.1:4222 . nats-1 2\.10\.1 . success +. 1\.23 ms *\n", table);
        Assert.Matches(@"\n +prod +. n2 +. request +. nats://10\.0\.0\.2:4222 . - +. disconnected, cause refused: Connection refused +. - *\n", table);
        Assert.Contains("indeterminate: [markup] is text", table, StringComparison.Ordinal);
        Assert.EndsWith("\nWARNING: 1 of 3 probes succeed\n", table, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', table);
    }

    [Fact]
    public async Task The_series_are_those_of_a_scrape()
    {
        await using var output = new StringWriter(new StringBuilder());
        var metrics = new ProberMetrics("test", new ProberClock(TimeProvider.System), new StallRecord());
        metrics.ForLink(new LinkIdentity("prod", "n1", "endpoint"));

        await OnceReport.WriteSeriesAsync(metrics, output);

        Assert.Equal(0, Exposition.Read(output.ToString(), openMetrics: false)["cordum_nats_connected"].Samples.Single().Value);
    }

    private static List<OnceResult> Results(string pass) => [.. pass.Split(' ').Select((word, i) => (word.Split('/'), i) switch
    {
        ([var cluster, "success"], var n) => Good with { Cluster = cluster, Endpoint = $"n{n}" },
        ([var cluster, var outcome], var n) => Bad with { Cluster = cluster, Endpoint = $"n{n}", Outcome = Enum.Parse<Outcome>(outcome, ignoreCase: true) },
        _ => throw new ArgumentException(pass),
    })];

    private static string Written(OnceFormat format, IReadOnlyList<OnceResult> results)
    {
        using var output = new StringWriter { NewLine = "\n" };
        OnceReport.Write(format, results, output);
        return output.ToString();
    }
}
