using System.Diagnostics;
using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Benchmarks.Scale;

namespace Cordum.NatsProber.Benchmarks.Endurance;

/// <summary>What the prober used at one moment.</summary>
/// <param name="After">Since the run began.</param>
/// <param name="Resident">What it holds in RAM, in bytes.</param>
/// <param name="Managed">Its heap, in bytes.</param>
/// <param name="Threads">Its threads.</param>
internal sealed record Footprint(TimeSpan After, long Resident, double Managed, double Threads);

/// <summary>Scrapes every few seconds: holds every link to the law of parity, keeps what the process uses, and tells who waits of each new page.</summary>
internal sealed class FleetObserver(Fleet fleet, ProberUnderTest prober, long began)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly List<Footprint> _footprints = [];
    private readonly List<string> _breaches = [];
    private volatile TaskCompletionSource<FleetPage> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was used so far.</summary>
    public IReadOnlyList<Footprint> Footprints => _footprints;

    /// <summary>What broke the law of parity.</summary>
    public IReadOnlyList<string> Breaches => _breaches;

    /// <summary>Scrapes until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await LookAsync(stop);
                await Task.Delay(Pause, stop);
            }
        }
        catch (Exception e)
        {
            // Whoever waits for the next page must learn that none will come.
            _next.TrySetException(e);
            if (!stop.IsCancellationRequested)
                throw;
        }
    }

    /// <summary>
    /// Waits until every link has been well for some requests: by then the connections on which they are answered are back as well, and what was
    /// dropped is folded up.
    /// </summary>
    /// <returns>The page that shows it; null if none does within the limit.</returns>
    public Task<FleetPage?> UntilSettledAsync(TimeSpan limit, CancellationToken stop)
    {
        long[]? successes = null;
        return UntilAsync(
            page =>
            {
                if (page.Connected.Contains(0) || page.InOutage.Contains(1))
                    successes = null;
                else if (successes is not null)
                    return page.Successes.Zip(successes).All(link => link.First >= link.Second + 3);
                else
                    successes = page.Successes;
                return false;
            },
            limit,
            stop);
    }

    /// <summary>Waits for a page that was asked for after now and meets a condition.</summary>
    /// <returns>The page; null if none does within the limit.</returns>
    public async Task<FleetPage?> UntilAsync(Func<FleetPage, bool> condition, TimeSpan limit, CancellationToken stop)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var page = await _next.Task.WaitAsync(stop);
            if (page.AskedAt > since && condition(page))
                return page;
            if (Stopwatch.GetElapsedTime(since) > limit)
                return null;
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        var page = await FleetPage.ReadAsync(fleet, prober.Metrics, stop);
        var usage = prober.Usage;
        _footprints.Add(new(
            Stopwatch.GetElapsedTime(began), usage.ResidentBytes, page.OfProcess["dotnet_total_memory_bytes"], usage.Threads));
        foreach (var link in page.Unequal())
            _breaches.Add($"parity of {Fleet.NameOf(link)} at scrape {_footprints.Count}: {page.Disconnects[link]} disconnects, {page.Reconnects[link]} reconnects, connected {page.Connected[link]}");
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(page);
    }
}
