using System.Diagnostics;
using Cordum.NatsProber.Alerts;
using Cordum.NatsProber.Commands;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.AlertTests.Drills;

/// <summary>The whole drill, with real brokers, a real Prometheus and a real Alertmanager, from the loss of a broker to the page and back.</summary>
public sealed class DrillMonitoringTests : IDisposable
{
    /// <summary>Five minutes are ten seconds.</summary>
    private const double Factor = 30;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <summary>Any nats-server will do; those of the test run are named oldest first.</summary>
    private static readonly string? NatsServer = Environment.GetEnvironmentVariable("NATSPROBER_NATS_SERVERS")?.Split(':')[^1];

    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public static TheoryData<string, string> Releases => PrometheusReleases.Rows;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Turbulence_is_counted_by_Prometheus_and_pages_nobody_and_a_broker_that_stays_down_pages_and_is_resolved(string folder, string version)
    {
        await using var monitoring = await DrillMonitoring.StartAsync(new PrometheusRelease(folder, version), new RuleSettings().Compressed(Factor), withoutAlert: "");

        var exitCode = await RunAsync(monitoring, untilAlert: true).WaitAsync(Limit, Stop);

        var report = _output.ToString();
        Assert.True(exitCode == 0, report + _error);
        Assert.Contains($"| Prometheus | {version}", report, StringComparison.Ordinal);
        Assert.Contains("Alertmanager has `CordumNatsWatchdog`: the dead man's switch is armed | active, to pager |", report, StringComparison.Ordinal);
        Assert.Contains("| no page |", report, StringComparison.Ordinal);
        Assert.Matches(@"\| pass \| `CordumNatsDisconnectsOutrunReconnects` fires for drill/n3 \| after \d", report);
        Assert.Matches(@"\| pass \| Alertmanager resolves it \| after \d", report);
    }

    [Fact]
    public async Task A_broker_that_people_keep_down_pages_and_they_are_told_when_to_bring_it_back()
    {
        await using var monitoring = await DrillMonitoring.StartAsync(PrometheusReleases.Newest, new RuleSettings().Compressed(Factor), withoutAlert: "");
        await using var lab = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServer }, Stop);
        using var folder = new TemporaryFolder();
        var probes = folder.Put("prod.yaml", $"cluster: prod\nendpoints: [{string.Join(", ", lab.Brokers.Select(broker => $"{{ name: {broker.Name}, url: \"{broker.Url}\" }}"))}]\n");
        var told = TextWriter.Synchronized(_error);

        var drill = DrillCommand.RunAsync(
            new DrillCommandOptions { Probes = probes, Listen = monitoring.Drill, Prometheus = monitoring.Prometheus, Alertmanager = monitoring.Alertmanager, UntilAlert = true, Wait = "60s" },
            _output,
            told,
            Stop);
        await ToldAsync("take one of n1, n2, n3 down now");
        lab.Brokers[1].Kill();
        await ToldAsync("bring n2 back now");
        await lab.Brokers[1].StartAsync(Stop);

        Assert.True(await drill.WaitAsync(Limit, Stop) == 0, _output.ToString() + _error);
        Assert.Matches(@"\| pass \| `CordumNatsDisconnectsOutrunReconnects` fires for prod/n2 \| after \d", _output.ToString());

        async Task ToldAsync(string text)
        {
            for (var since = Stopwatch.GetTimestamp(); !Told().Contains(text, StringComparison.Ordinal); await Task.Delay(50, Stop))
                Assert.False(drill.IsCompleted || Stopwatch.GetElapsedTime(since) > Limit, $"it does not tell '{text}': {_output}{_error}");
        }

        string Told()
        {
            // As the synchronized writer does: it locks itself.
            lock (told)
                return _error.ToString();
        }
    }

    [Fact]
    public async Task A_rule_that_is_missing_fails_and_the_alert_that_is_waited_for_never_fires()
    {
        await using var monitoring = await DrillMonitoring.StartAsync(
            PrometheusReleases.Newest, new RuleSettings().Compressed(Factor), withoutAlert: AlertName.DisconnectsOutrunReconnects);

        var exitCode = await RunAsync(monitoring, untilAlert: true, wait: "15s").WaitAsync(Limit, Stop);

        var report = _output.ToString();
        Assert.Equal(1, exitCode);
        Assert.Contains("| missing: CordumNatsDisconnectsOutrunReconnects |", report, StringComparison.Ordinal);
        Assert.Matches(@"\| \*\*fail\*\* \| `CordumNatsDisconnectsOutrunReconnects` fires for drill/n3 \| not within", report);
        Assert.Contains("| it has not |", report, StringComparison.Ordinal);
        Assert.Equal(2, report.Split("| not judged: it was never there |").Length - 1);
        Assert.Equal(5, report.Split("| **fail** |").Length - 1);
    }

    [Fact]
    public async Task Prometheus_and_Alertmanager_that_are_down_are_failed_checks_and_all_but_the_alert_is_done()
    {
        var port = FreePorts.Take();
        var exitCode = await DrillCommand.RunAsync(
            new DrillCommandOptions { NatsServer = NatsServer, Listen = $"127.0.0.1:{port}", Prometheus = "http://127.0.0.1:1", Alertmanager = "http://127.0.0.1:1/am", UntilAlert = true },
            _output,
            _error,
            Stop).WaitAsync(Limit, Stop);
        FreePorts.Release([port]);

        var report = _output.ToString();
        Assert.Equal(1, exitCode);
        Assert.Contains("Prometheus at http://127.0.0.1:1/ does not answer: Connection refused", report, StringComparison.Ordinal);
        Assert.Contains("Alertmanager at http://127.0.0.1:1/am does not answer: Connection refused", report, StringComparison.Ordinal);
        Assert.Equal(41, report.Split('\n').Count(line => line.StartsWith("| pass |", StringComparison.Ordinal)));
        Assert.Equal(2, report.Split("**Not done**").Length);
        Assert.Contains("**Not done**: Prometheus has no series of drill from the drill's prober, so that no alert of it can fire", report, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(DrillMonitoring monitoring, bool untilAlert, string wait = "60s") => DrillCommand.RunAsync(
        new DrillCommandOptions { NatsServer = NatsServer, Listen = monitoring.Drill, Prometheus = monitoring.Prometheus, Alertmanager = monitoring.Alertmanager, UntilAlert = untilAlert, Wait = wait },
        _output,
        _error,
        Stop);
}
