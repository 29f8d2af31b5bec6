using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Benchmarks.Harness;

/// <summary>What Prometheus is to scrape.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Settings">The rest of its entry in <c>scrape_configs</c>.</param>
internal sealed record ScrapeJob(string Name, string Settings);

/// <summary>What people have who have no prober: Prometheus, scraping the blackbox exporter, which speaks a NATS client's first words to each broker.</summary>
internal sealed class BlackboxMonitoring : IAsyncDisposable
{
    // The exporter puts a line feed behind each line that it sends. Of Prometheus's scrape timeout it leaves half a second.
    private const string Modules =
        """
        modules:
          nats:
            prober: tcp
            timeout: 5s
            tcp:
              query_response:
                - expect: "^INFO"
                - send: "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"blackbox\",\"version\":\"1\"}\r"
                - send: "PING\r"
                - expect: "^PONG"

        """;

    private const string Log = "log.txt";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-bench-").FullName;
    private readonly List<Process> _processes = [];
    private readonly int[] _ports = [FreePorts.Take(), FreePorts.Take()];

    private BlackboxMonitoring()
    {
    }

    /// <summary>The exporter's process.</summary>
    public int ExporterId => _processes[0].Id;

    /// <summary>Prometheus's.</summary>
    public int PrometheusId => _processes[1].Id;

    private string Exporter => Address(_ports[0]);

    private string Prometheus => Address(_ports[1]);

    private string ConfigFile => Path.Combine(_folder, "prometheus.yml");

    /// <summary>Starts both, and waits until they serve. Prometheus scrapes nobody yet.</summary>
    public static async Task<BlackboxMonitoring> StartAsync(BenchmarkTools tools, CancellationToken stop)
    {
        var started = new BlackboxMonitoring();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(started._folder, "blackbox.yml"), Modules, stop);
            await File.WriteAllTextAsync(started.ConfigFile, "scrape_configs: []\n", stop);
            started.Start(tools.BlackboxExporter, "--config.file=blackbox.yml", $"--web.listen-address={started.Exporter}", "--log.level=error");
            started.Start(tools.Prometheus, "--config.file=prometheus.yml", $"--web.listen-address={started.Prometheus}", "--storage.tsdb.path=data", "--log.level=error");
            await started.UntilAsync(started.Exporter, "-/healthy", _ => true, stop);
            await started.UntilAsync(started.Prometheus, "-/ready", _ => true, stop);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>A job of <see cref="ScrapeAsync"/>: the exporter is asked for each target.</summary>
    /// <param name="job">Its name.</param>
    /// <param name="interval">How often; a scrape may take as long, and not longer than Prometheus lets it by default.</param>
    /// <param name="targets">In the syntax of <c>static_configs</c>, one a line.</param>
    public ScrapeJob Probing(string job, TimeSpan interval, IEnumerable<string> targets) => new(job, $$"""
            scrape_interval: {{interval.TotalSeconds}}s
            scrape_timeout: {{Math.Min(10, interval.TotalSeconds)}}s
            metrics_path: /probe
            params: { module: [nats] }
            static_configs:
        {{string.Join('\n', targets.Select(target => $"      - {target}"))}}
            relabel_configs:
              - { source_labels: [__address__], target_label: __param_target }
              - { source_labels: [__param_target], target_label: instance }
              - { target_label: __address__, replacement: "{{Exporter}}" }

        """);

    /// <summary>A job of <see cref="ScrapeAsync"/>: a prober's own series, each 15 s.</summary>
    /// <param name="metrics">Its <c>/metrics</c>.</param>
    public static ScrapeJob Scraping(Uri metrics) => new("cordum-nats-prober", $$"""
            scrape_interval: 15s
            static_configs: [ { targets: [ "{{metrics.Authority}}" ] } ]

        """);

    /// <summary>From now on Prometheus scrapes these and nobody else. Returns when it has taken them over.</summary>
    public async Task ScrapeAsync(IReadOnlyCollection<ScrapeJob> jobs, CancellationToken stop)
    {
        await File.WriteAllTextAsync(ConfigFile, "scrape_configs:\n" + string.Concat(jobs.Select(job => $"  - job_name: {job.Name}\n{job.Settings}")), stop);
        UnixSignal.TrySend(PrometheusId, BrokerSignal.Hangup, out _);
        var names = jobs.Select(job => job.Name).Order().ToList();
        await UntilAsync(
            Prometheus,
            "api/v1/scrape_pools",
            answer => JsonDocument.Parse(answer).RootElement.GetProperty("data").GetProperty("scrapePools").EnumerateArray().Select(name => name.GetString()).Order().SequenceEqual(names),
            stop);
    }

    /// <summary>What Prometheus answers to an instant query: the text of its JSON.</summary>
    public Task<string> QueryAsync(string query, CancellationToken stop) => Http.GetStringAsync($"http://{Prometheus}/api/v1/query?query={Uri.EscapeDataString(query)}", stop);

    /// <summary>The exporter's successful probes of the last seconds, each second.</summary>
    public async Task<double> SuccessesPerSecondAsync(int seconds, CancellationToken stop)
    {
        var answer = await QueryAsync(string.Create(CultureInfo.InvariantCulture, $"sum(sum_over_time(probe_success[{seconds}s])) / {seconds}"), stop);
        var result = JsonDocument.Parse(answer).RootElement.GetProperty("data").GetProperty("result");
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

        FreePorts.Release(_ports);
        Directory.Delete(_folder, recursive: true);
    }

    private static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private void Start(string program, params string[] arguments)
    {
        // The shell becomes the program: the process is the program's own, and what it says of every probe that fails is kept from the terminal.
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec \"$@\" >>{Log} 2>&1", "sh", program, .. arguments]) { WorkingDirectory = _folder };
        _processes.Add(Process.Start(start)!);
    }

    private async Task UntilAsync(string address, string path, Func<string, bool> condition, CancellationToken stop)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = await Http.GetAsync($"http://{address}/{path}", stop);
                if (answer.IsSuccessStatusCode && condition(await answer.Content.ReadAsStringAsync(stop)))
                    return;
            }
            catch (HttpRequestException) when (_processes.All(process => !process.HasExited))
            {
                // It does not listen yet.
            }

            if (Stopwatch.GetElapsedTime(since) > Limit)
                throw new TimeoutException($"{address}/{path} is not as it should be after {Limit.TotalSeconds:0} s:\n{await File.ReadAllTextAsync(Path.Combine(_folder, Log), stop)}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
        }
    }
}
