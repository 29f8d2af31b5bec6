using System.Diagnostics;
using System.Globalization;
using Cordum.NatsProber.Alerts;
using Cordum.NatsProber.Drills;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.AlertTests.Drills;

/// <summary>Prometheus and Alertmanager of one release on loopback, with the rules in less time, scraping one address every second. Nobody is told of anything.</summary>
internal sealed class DrillMonitoring : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly TemporaryFolder _folder = new();
    private readonly int[] _ports = [FreePorts.Take(), FreePorts.Take(), FreePorts.Take()];
    private readonly Process _prometheus;
    private readonly Process _alertmanager;

    private DrillMonitoring(PrometheusRelease release, RuleSettings settings, string withoutAlert)
    {
        var rules = RuleBook.Groups(settings).Select(group => group with { Rules = [.. group.Rules.Where(rule => rule is not AlertingRule alert || alert.Alert != withoutAlert)] }).ToList();
        _folder.Put("rules.yml", RulesYaml.Prometheus(rules, "for a test"));
        var config = _folder.Put("prometheus.yml", $$"""
            global: { scrape_interval: {{Seconds(settings.ScrapeInterval)}}, evaluation_interval: {{Seconds(settings.EvaluationInterval)}} }
            rule_files: [rules.yml]
            scrape_configs: [{ job_name: cordum-nats-prober, static_configs: [{ targets: ["{{Drill}}"] }] }]
            alerting: { alertmanagers: [{ static_configs: [{ targets: ["{{Address(2)}}"] }] }] }
            """);
        var routes = _folder.Put("alertmanager.yml", "route: { receiver: pager }\nreceivers: [{ name: pager }]\n");
        _prometheus = Start(release.Prometheus, $"--config.file={config}", $"--storage.tsdb.path={Path.Combine(_folder.Root, "tsdb")}", $"--web.listen-address={Address(1)}", "--rules.alert.resend-delay=1s");
        _alertmanager = Start(release.Alertmanager, $"--config.file={routes}", $"--storage.path={Path.Combine(_folder.Root, "am")}", $"--web.listen-address={Address(2)}", "--cluster.listen-address=");
    }

    /// <summary>The address that is scraped.</summary>
    public string Drill => Address(0);

    public string Prometheus => $"http://{Address(1)}";

    public string Alertmanager => $"http://{Address(2)}";

    public static async Task<DrillMonitoring> StartAsync(PrometheusRelease release, RuleSettings settings, string withoutAlert, CancellationToken stop)
    {
        var started = new DrillMonitoring(release, settings, withoutAlert);
        try
        {
            using var prometheus = new PrometheusApi(new Uri(started.Prometheus));
            using var alertmanager = new AlertmanagerApi(new Uri(started.Alertmanager));
            for (var since = Stopwatch.GetTimestamp(); ; await Task.Delay(Pause, stop))
            {
                var (one, other) = (await prometheus.VersionAsync(stop), await alertmanager.VersionAsync(stop));
                if (one.Value?.StartsWith(release.Version, StringComparison.Ordinal) == true && other.Problem is null)
                    return started;
                Assert.True(Stopwatch.GetElapsedTime(since) < Patience, $"{one}; {other}");
            }
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in (Process[])[_prometheus, _alertmanager])
        {
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        FreePorts.Release(_ports);
        _folder.Dispose();
    }

    private static Process Start(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Path.GetDirectoryName(program) })!;
        // Alertmanager finds its own templates in the folder in which it runs. Output is read and forgotten: a full pipe would hold a program up.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static string Seconds(TimeSpan time) => time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + "ms";

    private string Address(int port) => $"127.0.0.1:{_ports[port].ToString(CultureInfo.InvariantCulture)}";
}
