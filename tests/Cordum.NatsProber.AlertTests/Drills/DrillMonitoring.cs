using System.Globalization;
using Cordum.NatsProber.AlertTests.Monitoring;
using Cordum.NatsProber.Alerts;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.AlertTests.Drills;

/// <summary>Prometheus and Alertmanager of one release, with the rules in less time, scraping the address at which a drill's prober is to serve. Nobody is told of anything.</summary>
internal sealed class DrillMonitoring : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly int _port = FreePorts.Take();
    private MonitoringStack? _stack;

    /// <summary>The address that is scraped.</summary>
    public string Drill => $"127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}";

    public string Prometheus => _stack!.Prometheus.ToString();

    public string Alertmanager => _stack!.Alertmanager.ToString();

    /// <param name="release">Which.</param>
    /// <param name="settings">Of the rules.</param>
    /// <param name="withoutAlert">The name of an alert to leave out; empty for none.</param>
    public static async Task<DrillMonitoring> StartAsync(PrometheusRelease release, RuleSettings settings, string withoutAlert)
    {
        var rules = RuleBook.Groups(settings).Select(group => group with { Rules = [.. group.Rules.Where(rule => rule is not AlertingRule alert || alert.Alert != withoutAlert)] }).ToList();
        var started = new DrillMonitoring();
        try
        {
            started._stack = await MonitoringStack.StartAsync(
                release,
                started._http,
                started._folder.Root,
                RulesYaml.Prometheus(rules, "for a test"),
                "route: { receiver: pager }\nreceivers: [{ name: pager }]\n",
                settings.ScrapeInterval,
                [started.Drill]);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stack is not null)
            await _stack.DisposeAsync();
        FreePorts.Release([_port]);
        _http.Dispose();
        _folder.Dispose();
    }
}
