using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>What people use instead: the blackbox exporter, a fresh connection for each probe, asked by Prometheus for each endpoint.</summary>
internal sealed class Rival : IAsyncDisposable
{
    /// <summary>INFO, CONNECT and PING, PONG. The exporter ends a line with LF, NATS with CR LF.</summary>
    private const string Modules = """
        modules:
          nats:
            prober: tcp
            timeout: 900ms
            tcp:
              query_response:
                - expect: "^INFO "
                - send: "CONNECT {\"verbose\":false,\"pedantic\":false}\r"
                - send: "PING\r"
                - expect: "^PONG"
        """;

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-rival-").FullName;
    private readonly int _exporterPort = FreePorts.Take();
    private readonly int _prometheusPort = FreePorts.Take();
    private readonly List<Process> _processes = [];

    private Rival()
    {
    }

    /// <summary>The exporter's process.</summary>
    public int ExporterId => _processes[0].Id;

    /// <summary>Prometheus's.</summary>
    public int PrometheusId => _processes[1].Id;

    private string ConfigFile => Path.Combine(_folder, "prometheus.yml");

    /// <summary>Starts both; Prometheus scrapes nobody yet.</summary>
    public static async Task<Rival> StartAsync(BenchmarkTools tools, CancellationToken stop)
    {
        var rival = new Rival();
        try
        {
            var modules = Path.Combine(rival._folder, "blackbox.yml");
            await File.WriteAllTextAsync(modules, Modules, stop);
            await File.WriteAllTextAsync(rival.ConfigFile, "scrape_configs: []\n", stop);
            rival.Run(tools.BlackboxExporter, $"--config.file={modules}", $"--web.listen-address=127.0.0.1:{rival._exporterPort}", "--log.level=error");
            rival.Run(
                tools.Prometheus,
                $"--config.file={rival.ConfigFile}",
                $"--web.listen-address=127.0.0.1:{rival._prometheusPort}",
                $"--storage.tsdb.path={Path.Combine(rival._folder, "data")}",
                "--log.level=error");
            await rival.UntilReadyAsync($"http://127.0.0.1:{rival._exporterPort}/-/healthy", stop);
            await rival.UntilReadyAsync($"http://127.0.0.1:{rival._prometheusPort}/-/ready", stop);
            return rival;
        }
        catch
        {
            await rival.DisposeAsync();
            throw;
        }
    }

    /// <summary>From now on Prometheus has the exporter probe these, each once a second.</summary>
    public Task ProbeAsync(IEnumerable<string> addresses, CancellationToken stop) => ConfigureAsync(
        $$"""
        scrape_configs:
          - job_name: blackbox
            scrape_interval: 1s
            scrape_timeout: 1s
            metrics_path: /probe
            params: { module: [nats] }
            static_configs: [ { targets: [ {{string.Join(", ", addresses.Select(address => $"\"{address}\""))}} ] } ]
            relabel_configs:
              - { source_labels: [__address__], target_label: __param_target }
              - { source_labels: [__param_target], target_label: instance }
              - { target_label: __address__, replacement: "127.0.0.1:{{_exporterPort}}" }
        """,
        stop);

    /// <summary>From now on Prometheus scrapes the prober, every 15 s, and nobody else.</summary>
    public Task ScrapeAsync(Uri metrics, CancellationToken stop) => ConfigureAsync(
        $$"""
        scrape_configs:
          - job_name: cordum-nats-prober
            scrape_interval: 15s
            static_configs: [ { targets: [ "{{metrics.Authority}}" ] } ]
        """,
        stop);

    /// <summary>The exporter's successful probes of the last seconds, each second.</summary>
    public async Task<double> SuccessesPerSecondAsync(int seconds, CancellationToken stop)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"sum(sum_over_time(probe_success[{seconds}s])) / {seconds}");
        var answer = await Http.GetFromJsonAsync<JsonElement>($"http://127.0.0.1:{_prometheusPort}/api/v1/query?query={Uri.EscapeDataString(query)}", stop);
        var result = answer.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? 0 : double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        FreePorts.Release([_exporterPort, _prometheusPort]);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ConfigureAsync(string text, CancellationToken stop)
    {
        await File.WriteAllTextAsync(ConfigFile, text, stop);
        UnixSignal.TrySend(PrometheusId, BrokerSignal.Hangup, out _);
    }

    private void Run(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = _folder })!;
        // Read and dropped: a full pipe would hold the process up.
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _processes.Add(process);
    }

    private async Task UntilReadyAsync(string url, CancellationToken stop)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var response = await Http.GetAsync(new Uri(url), stop);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (!_processes[^1].HasExited)
            {
                // It does not listen yet.
            }

            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(1))
                throw new TimeoutException($"{url} is not ready after a minute");
            await Task.Delay(100, stop);
        }
    }
}
