using System.Diagnostics;
using System.Globalization;
using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>What people have who have no prober: Prometheus, scraping the blackbox exporter, which speaks a NATS client's first words to each broker.</summary>
internal sealed class BlackboxMonitoring : IAsyncDisposable
{
    // The exporter puts a line feed behind each line that it sends.
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

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-bench-").FullName;
    private readonly List<Process> _processes = [];
    private readonly int[] _ports = [FreePorts.Take(), FreePorts.Take()];

    private BlackboxMonitoring()
    {
    }

    /// <summary>The jobs: what each is called, and how often it scrapes.</summary>
    public static IReadOnlyList<(string Job, TimeSpan Interval)> Jobs { get; } = [("blackbox-1s", TimeSpan.FromSeconds(1)), ("blackbox-15s", TimeSpan.FromSeconds(15))];

    /// <summary>Starts both, and waits until they serve.</summary>
    public static async Task<BlackboxMonitoring> StartAsync(BenchmarkTools tools, IReadOnlyCollection<TruthEndpoint> endpoints, CancellationToken stop)
    {
        var started = new BlackboxMonitoring();
        try
        {
            var (exporter, prometheus) = (Address(started._ports[0]), Address(started._ports[1]));
            await File.WriteAllTextAsync(Path.Combine(started._folder, "blackbox.yml"), Modules, stop);
            await File.WriteAllTextAsync(Path.Combine(started._folder, "prometheus.yml"), Scrapes(exporter, endpoints), stop);
            started.Start(tools.BlackboxExporter, "--config.file=blackbox.yml", $"--web.listen-address={exporter}", "--log.level=error");
            started.Start(tools.Prometheus, "--config.file=prometheus.yml", $"--web.listen-address={prometheus}", "--storage.tsdb.path=data", "--log.level=error");
            await started.UntilReadyAsync($"http://{exporter}/-/healthy", stop);
            await started.UntilReadyAsync($"http://{prometheus}/-/ready", stop);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>All that Prometheus has kept, sample by sample.</summary>
    public async Task<IReadOnlyList<SampledTarget>> SamplesAsync(CancellationToken stop) =>
        SampledTarget.Read(await Http.GetStringAsync($"http://{Address(_ports[1])}/api/v1/query?query=probe_success%5B2h%5D", stop));

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

    /// <remarks>A scrape may take as long as Prometheus lets it by default, or as its interval; the exporter takes half a second less for itself.</remarks>
    private static string Scrapes(string exporter, IReadOnlyCollection<TruthEndpoint> endpoints) => "scrape_configs:\n" + string.Concat(Jobs.Select(job => $$"""
          - job_name: {{job.Job}}
            scrape_interval: {{job.Interval.TotalSeconds}}s
            scrape_timeout: {{Math.Min(10, job.Interval.TotalSeconds)}}s
            metrics_path: /probe
            params: { module: [nats] }
            static_configs:
        {{string.Join('\n', endpoints.Select(endpoint => $"      - {{ targets: [\"{endpoint.Url.Authority}\"], labels: {{ cluster: {endpoint.Cluster}, endpoint: {endpoint.Broker.Name} }} }}"))}}
            relabel_configs:
              - { source_labels: [__address__], target_label: __param_target }
              - { target_label: __address__, replacement: "{{exporter}}" }

        """));

    private void Start(string program, params string[] arguments)
    {
        // The shell becomes the program: the process is the program's own, and what it says of every probe that fails is kept from the terminal.
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec \"$@\" >>{Log} 2>&1", "sh", program, .. arguments]) { WorkingDirectory = _folder };
        _processes.Add(Process.Start(start)!);
    }

    private async Task UntilReadyAsync(string url, CancellationToken stop)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = await Http.GetAsync(url, stop);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (_processes.All(process => !process.HasExited))
            {
                // It does not listen yet.
            }

            if (Stopwatch.GetElapsedTime(since) > StartLimit)
                throw new TimeoutException($"{url} is not ready after {StartLimit.TotalSeconds:0} s:\n{await File.ReadAllTextAsync(Path.Combine(_folder, Log), stop)}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
        }
    }
}
