using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Drills;

/// <summary>
/// A prober in this process, put together as <c>natsprober run</c> puts it together, and read as Prometheus reads it: over HTTP, on the address on which it listens.
/// </summary>
internal sealed class DrillProber : IAsyncDisposable
{
    /// <summary>As Prometheus's default.</summary>
    private static readonly TimeSpan ScrapeTimeout = TimeSpan.FromSeconds(10);

    private readonly WebApplication _app;
    private readonly HttpClient _http;
    private readonly DrillLog _log;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Task _scraping;
    private volatile Reading _latest = Reading.Empty;

    private DrillProber(WebApplication app, ProberSettings settings, DrillLog log, TimeProvider time, Uri metrics, TimeSpan scrapeEvery)
    {
        (_app, _log, _time, Metrics, Name) = (app, log, time, metrics, settings.Prober);
        // This machine only: a proxy that the environment names must not be asked.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = ScrapeTimeout };
        _scraping = ScrapeForEverAsync(scrapeEvery);
    }

    /// <summary>Its name, the label <c>prober</c>.</summary>
    public string Name { get; }

    /// <summary>Where it is scraped.</summary>
    public Uri Metrics { get; }

    /// <summary>The log lines of its links, oldest first.</summary>
    public IReadOnlyList<LinkLine> Lines => _log.Lines;

    /// <summary>What all scrapes of the current step had to say.</summary>
    public ScrapeRecord Scrapes { get; } = new();

    /// <summary>The latest scrape that was answered.</summary>
    public Reading Latest => _latest;

    /// <summary>Starts it.</summary>
    /// <param name="settings">Its name and address.</param>
    /// <param name="files">What it probes.</param>
    /// <param name="scrapeEvery">How often it is scraped, whatever else happens: in the middle of a fault, too, its counters must agree.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the start early.</param>
    /// <exception cref="IOException">The address is in use.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">There is no such address on this machine.</exception>
    public static async Task<DrillProber> StartAsync(
        ProberSettings settings, IReadOnlyList<ProbeFile> files, TimeSpan scrapeEvery, TimeProvider time, CancellationToken stop)
    {
        var log = new DrillLog(time);
        var app = ProberHost.Build(settings, files, logging => logging.AddProvider(log));
        try
        {
            await app.StartAsync(stop).ConfigureAwait(false);
            return new DrillProber(app, settings, log, time, ScrapeAddress(app.Urls.First()), scrapeEvery);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>One scrape, kept in <see cref="Scrapes"/> and, if it was answered, <see cref="Latest"/>.</summary>
    public async Task<Reading> ReadAsync(CancellationToken stop)
    {
        await _turn.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            var reading = Reading.Of(await _http.GetStringAsync(Metrics, stop).ConfigureAwait(false));
            Scrapes.Answered(reading);
            _latest = reading;
        }
        catch (Exception e) when (e is HttpRequestException or FormatException)
        {
            Scrapes.Unanswered(e.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Scrapes.Unanswered($"not within {ScrapeTimeout.TotalSeconds:0} s");
        }
        finally
        {
            _turn.Release();
        }

        return Latest;
    }

    /// <summary>Scrapes until a condition is met or the time is up.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="every">How often to scrape.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>The last scrape, whether it meets the condition or not.</returns>
    public async Task<Reading> UntilAsync(Func<Reading, bool> condition, TimeSpan every, TimeSpan limit, CancellationToken stop)
    {
        var since = _time.GetTimestamp();
        while (true)
        {
            var reading = await ReadAsync(stop).ConfigureAwait(false);
            if (condition(reading) || _time.GetElapsedTime(since) > limit)
                return reading;
            await Task.Delay(every, _time, stop).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _scraping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
        _log.Dispose();
        _turn.Dispose();
        _stop.Dispose();
    }

    private async Task ScrapeForEverAsync(TimeSpan every)
    {
        while (true)
        {
            await Task.Delay(every, _time, _stop.Token).ConfigureAwait(false);
            await ReadAsync(_stop.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Where it listens on every address, it can be reached on the loopback one.</summary>
    private static Uri ScrapeAddress(string listens)
    {
        var address = new UriBuilder(new Uri(listens)) { Path = "/metrics" };
        if (address.Host is "[::]" or "0.0.0.0")
            address.Host = "127.0.0.1";
        return address.Uri;
    }
}
