using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.AlertTests.Monitoring;

/// <summary>A real Prometheus that scrapes probers and evaluates rules, and a real Alertmanager that it tells of its alerts.</summary>
internal sealed class MonitoringStack : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly int[] _ports;
    private readonly StartedProgram _alertmanager;
    private readonly StartedProgram _prometheus;

    private MonitoringStack(HttpClient http, int[] ports, StartedProgram alertmanager, StartedProgram prometheus) =>
        (_http, _ports, _alertmanager, _prometheus) = (http, ports, alertmanager, prometheus);

    /// <summary>Prometheus' address.</summary>
    public Uri Prometheus => new($"http://127.0.0.1:{_ports[0]}/");

    /// <summary>Alertmanager's address.</summary>
    public Uri Alertmanager => new($"http://127.0.0.1:{_ports[1]}/");

    /// <summary>Starts both, and waits until both are ready.</summary>
    /// <param name="release">Which.</param>
    /// <param name="http">For asking them.</param>
    /// <param name="folder">For their files.</param>
    /// <param name="rules">The text of the rules.</param>
    /// <param name="alertmanagerConfig">The text of Alertmanager's configuration.</param>
    /// <param name="every">Interval of scrapes and evaluations.</param>
    /// <param name="targets">What the job <c>cordum-nats-prober</c> scrapes.</param>
    public static async Task<MonitoringStack> StartAsync(
        PrometheusRelease release, HttpClient http, string folder, string rules, string alertmanagerConfig, TimeSpan every, IEnumerable<string> targets)
    {
        int[] ports = [FreePorts.Take(), FreePorts.Take()];
        var interval = string.Create(CultureInfo.InvariantCulture, $"{every.TotalMilliseconds}ms");
        await File.WriteAllTextAsync(Path.Combine(folder, "rules.yml"), rules);
        await File.WriteAllTextAsync(Path.Combine(folder, "alertmanager.yml"), alertmanagerConfig);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "prometheus.yml"),
            $$"""
            global: { scrape_interval: {{interval}}, scrape_timeout: {{interval}}, evaluation_interval: {{interval}} }
            rule_files: [rules.yml]
            alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:{{ports[1]}}'] }] }] }
            scrape_configs:
            - job_name: cordum-nats-prober
              static_configs: [{ targets: [{{string.Join(", ", targets.Select(target => $"'{target}'"))}}] }]
            """);
        var alertmanager = StartedProgram.Start(
            release.Alertmanager,
            $"--config.file={folder}/alertmanager.yml",
            $"--storage.path={folder}/alertmanager",
            $"--web.listen-address=127.0.0.1:{ports[1]}",
            "--cluster.listen-address="); // no peers
        var prometheus = StartedProgram.Start(
            release.Prometheus,
            $"--config.file={folder}/prometheus.yml",
            $"--storage.tsdb.path={folder}/prometheus",
            $"--web.listen-address=127.0.0.1:{ports[0]}",
            "--rules.alert.resend-delay=1s"); // a minute by default: too long for compressed time
        var stack = new MonitoringStack(http, ports, alertmanager, prometheus);
        try
        {
            await alertmanager.AnswersAsync(http, new Uri(stack.Alertmanager, "-/ready"), Soon);
            await prometheus.AnswersAsync(http, new Uri(stack.Prometheus, "-/ready"), Soon);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>The values of an instant query's series.</summary>
    public async Task<double[]> QueryAsync(string query)
    {
        using var answer = await _http.GetAsync(new Uri(Prometheus, $"api/v1/query?query={Uri.EscapeDataString(query)}"), TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        using var body = JsonDocument.Parse(text);
        return [.. body.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(series => double.Parse(series.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture))];
    }

    /// <summary>Waits until a query's values meet a condition.</summary>
    public async Task UntilAsync(string query, Func<double[], bool> condition, string what, TimeSpan limit)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var values = await QueryAsync(query);
            if (condition(values))
                return;
            Assert.True(
                Stopwatch.GetElapsedTime(since) < limit,
                $"not within {limit.TotalSeconds} s: {what}. {query} is [{string.Join(", ", values)}]. Prometheus said:\n{_prometheus.Said}\nAlertmanager said:\n{_alertmanager.Said}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _prometheus.DisposeAsync();
        await _alertmanager.DisposeAsync();
        FreePorts.Release(_ports);
    }
}
