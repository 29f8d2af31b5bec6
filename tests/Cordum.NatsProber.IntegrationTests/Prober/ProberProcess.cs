using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>
/// A real <c>natsprober run</c>, scraped many times a second from its first answer to its end. Every scrape must keep the law of parity.
/// </summary>
internal sealed partial class ProberProcess : IAsyncDisposable
{
    private static readonly TimeSpan ScrapeEvery = TimeSpan.FromMilliseconds(50);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) }; // some tests suspend it for 20

    private readonly Process _process;
    private readonly string _folder;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly TaskCompletionSource<Uri> _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _breaches = new();
    private Task _scraping = Task.CompletedTask;
    private int _scrapes;

    private ProberProcess(Process process, string folder)
    {
        _process = process;
        _folder = folder;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it serves.</summary>
    public Uri Metrics { get; private set; } = new("http://127.0.0.1/");

    public int ProcessId => _process.Id;

    /// <summary>Where its probe files are.</summary>
    public string Folder => _folder;

    /// <summary>How many scrapes were answered.</summary>
    public int Scrapes => Volatile.Read(ref _scrapes);

    /// <summary>Everything that it wrote.</summary>
    public IReadOnlyList<string> Log => [.. _log];

    /// <summary>Starts it on a probe file with the given text, on a free port, and waits for its first scrape.</summary>
    public static Task<ProberProcess> StartAsync(string probeFile, string prober = "test", TimeSpan? scrapeEvery = null) =>
        StartAsync([probeFile], prober, scrapeEvery);

    /// <summary>Starts it on several probe files.</summary>
    public static async Task<ProberProcess> StartAsync(IReadOnlyList<string> probeFiles, string prober = "test", TimeSpan? scrapeEvery = null)
    {
        var folder = Directory.CreateTempSubdirectory("natsprober-test-").FullName;
        for (var i = 0; i < probeFiles.Count; i++)
            await File.WriteAllTextAsync(Path.Combine(folder, $"probes-{i}.yaml"), probeFiles[i]);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "natsprober"))
        {
            ArgumentList = { "run", "--probes", folder, "--listen", "127.0.0.1:0", "--prober", prober, "--log-format", "json" },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var process = new ProberProcess(Process.Start(start)!, folder);
        try
        {
            var serving = await process._serving.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            process.Metrics = serving;
            await process.ScrapeAsync();
            process._scraping = process.ScrapeForEverAsync(scrapeEvery ?? ScrapeEvery);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>A scrape, now.</summary>
    public async Task<Scrape> ScrapeAsync()
    {
        var scrape = new Scrape(await Http.GetStringAsync(Metrics, TestContext.Current.CancellationToken));
        Interlocked.Increment(ref _scrapes);
        if (scrape.ParityBreach() is { } breach)
            _breaches.Enqueue(breach);
        return scrape;
    }

    /// <summary>Waits until a scrape meets a condition.</summary>
    public async Task<Scrape> UntilAsync(Func<Scrape, bool> condition, string what, double seconds = 15)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var scrape = await ScrapeAsync();
            if (condition(scrape))
                return scrape;
            Assert.True(Stopwatch.GetElapsedTime(since).TotalSeconds < seconds, $"not within {seconds} s: {what}. Its log:\n{string.Join('\n', Log.TakeLast(30))}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until every link is open.</summary>
    public Task<Scrape> UntilAllConnectedAsync(double seconds = 15) => UntilAsync(s => s.Endpoints.All(s.IsConnected), "all links open", seconds);

    /// <summary>
    /// The <c>State</c> objects of one endpoint's log lines with an event id, oldest first, as soon as there are so many: a scrape may outrun the log.
    /// </summary>
    public async Task<IReadOnlyList<JsonElement>> EventsAsync(string endpoint, int id, int count)
    {
        await UntilAsync(_ => Events(endpoint, id).Count() >= count, $"{count} log lines of {endpoint} with event id {id}");
        return [.. Events(endpoint, id)];
    }

    /// <summary>Fails the test if any scrape so far broke the law of parity.</summary>
    public void AssertParityHeldThroughout(int atLeastScrapes)
    {
        Assert.Empty(_breaches);
        Assert.True(Scrapes >= atLeastScrapes, $"only {Scrapes} scrapes");
    }

    /// <summary>Sends it a signal, such as <c>STOP</c>.</summary>
    public void Signal(string signal)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", $"{_process.Id}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        await _stop.CancelAsync();
        await _scraping;
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _scraping;
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
        // A breach in any scrape fails the test, whatever it was about; here, so that no test can forget to ask.
        Assert.Empty(_breaches);
    }

    private IEnumerable<JsonElement> Events(string endpoint, int id) => Log.Where(line => line.StartsWith('{'))
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Where(line => line.GetProperty("EventId").GetInt32() == id)
        .Select(line => line.GetProperty("State"))
        .Where(state => state.GetProperty("Endpoint").GetString() == endpoint);

    private async Task ScrapeForEverAsync(TimeSpan every)
    {
        while (!_stop.IsCancellationRequested && !_process.HasExited)
        {
            try
            {
                await ScrapeAsync();
                await Task.Delay(every, _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested || TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                if (!_stop.IsCancellationRequested && !_process.HasExited)
                    _breaches.Enqueue($"/metrics did not answer: {e.Message}");
                return;
            }
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        _log.Enqueue(line.Data);
        if (ServingLine().Match(line.Data) is { Success: true } match)
            _serving.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex("""serves (http://[^" ]+/metrics)""")]
    private static partial Regex ServingLine();
}
