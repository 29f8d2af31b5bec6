using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.Benchmarks.Harness;

/// <summary>A line of a prober's log.</summary>
/// <param name="At">When it was written, by the prober's wall clock; to the millisecond.</param>
/// <param name="EventId">Which kind it is.</param>
/// <param name="State">Its values by name.</param>
internal sealed record ProberLogLine(DateTimeOffset At, int EventId, JsonElement State);

/// <summary>The product as users run it: <c>natsprober run</c>, a process of its own, seen through its log and its pages alone.</summary>
internal sealed partial class ProberUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);
    private static readonly HttpClient Http = new() { Timeout = Soon };

    private readonly Process _process;
    private readonly string _folder;
    private readonly TaskCompletionSource<Uri> _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<ProberLogLine> _log = new();
    private readonly ConcurrentQueue<string> _other = new();

    private ProberUnderTest(Process process, string folder)
    {
        (_process, _folder) = (process, folder);
        process.ErrorDataReceived += Keep;
        process.BeginErrorReadLine();
    }

    /// <summary>Its <c>/metrics</c>.</summary>
    public Uri Metrics { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Its process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>What it has used so far.</summary>
    public ProcessUsage Usage => ProcessUsage.Of(ProcessId);

    /// <summary>Its log so far.</summary>
    public IReadOnlyCollection<ProberLogLine> Log => _log;

    /// <summary>Starts it, and waits until it serves.</summary>
    /// <param name="probeFiles">The texts of its probe files, one a cluster.</param>
    /// <param name="options">Further options of <c>natsprober run</c>.</param>
    /// <param name="binary">Which build; this one if null.</param>
    /// <param name="stop">Ends the wait.</param>
    public static async Task<ProberUnderTest> StartAsync(
        IReadOnlyList<string> probeFiles, IReadOnlyList<string>? options = null, string? binary = null, CancellationToken stop = default)
    {
        var folder = Directory.CreateTempSubdirectory("natsprober-bench-").FullName;
        for (var i = 0; i < probeFiles.Count; i++)
            await File.WriteAllTextAsync(Path.Combine(folder, $"probes-{i}.yaml"), probeFiles[i], stop);
        var start = new ProcessStartInfo(
            binary ?? BenchmarkTools.NatsProber,
            ["run", "--probes", folder, "--listen", "127.0.0.1:0", "--prober", "bench", "--log-format", "json", .. options ?? []])
        {
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("NATSPROBER_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        var prober = new ProberUnderTest(Process.Start(start)!, folder);
        try
        {
            prober.Metrics = await prober._serving.Task.WaitAsync(Soon, stop);
            return prober;
        }
        catch (Exception e)
        {
            await prober.DisposeAsync();
            throw new InvalidOperationException($"the prober did not start:\n{string.Join('\n', prober._other)}", e);
        }
    }

    /// <summary>The lines of a kind, oldest first.</summary>
    public IEnumerable<ProberLogLine> Events(int eventId) => _log.Where(line => line.EventId == eventId);

    /// <summary>A scrape, now.</summary>
    public async Task<ScrapedPage> ScrapeAsync(CancellationToken stop = default) => new(await Http.GetStringAsync(Metrics, stop));

    /// <summary>Waits until a scrape meets a condition.</summary>
    /// <exception cref="TimeoutException">It does not within the limit.</exception>
    public async Task<ScrapedPage> UntilAsync(Func<ScrapedPage, bool> condition, string what, TimeSpan limit, CancellationToken stop = default)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var page = await ScrapeAsync(stop);
            if (condition(page))
                return page;
            if (Stopwatch.GetElapsedTime(since) > limit)
                throw new TimeoutException($"not within {limit.TotalSeconds:0} s: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
        }
    }

    /// <summary>Waits until every link is open.</summary>
    public Task<ScrapedPage> UntilConnectedAsync(TimeSpan limit, CancellationToken stop = default) =>
        UntilAsync(page => page.Of("cordum_nats_connected").All(sample => sample.Value == 1), "all links are open", limit, stop);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Keep(object sender, DataReceivedEventArgs received)
    {
        if (received.Data is not { Length: > 0 } line)
            return;
        if (line[0] != '{')
        {
            _other.Enqueue(line);
            return;
        }

        var root = JsonDocument.Parse(line).RootElement;
        _log.Enqueue(new(root.GetProperty("Timestamp").GetDateTimeOffset(), root.GetProperty("EventId").GetInt32(), root.GetProperty("State")));
        if (ServingLine().Match(line) is { Success: true } match)
            _serving.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex("""serves (http://[^" ]+/metrics)""")]
    private static partial Regex ServingLine();
}
