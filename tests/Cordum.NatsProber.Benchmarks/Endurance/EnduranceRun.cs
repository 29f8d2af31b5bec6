using System.Diagnostics;
using Cordum.NatsProber.Benchmarks.Scale;

namespace Cordum.NatsProber.Benchmarks.Endurance;

/// <summary>Hundreds of endpoints, random faults, and in the end every counter is held against the list of faults.</summary>
public static class EnduranceRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // What a process that breathes may differ by. A leak of 2 KB a reconnect would be 30 MB in an hour, at which the closer limit aims; in three minutes the
    // collector may not have come by at all, and only a leak of tens of KB a reconnect shows.
    private static readonly Slack BytesInAnHour = new(0.05, 8 << 20);
    private static readonly Slack BytesInMinutes = new(0.15, 24 << 20);
    private static readonly Slack Things = new(0, 12);

    /// <summary>Runs it.</summary>
    /// <param name="setting">How.</param>
    /// <param name="stop">Ends it without a result.</param>
    public static async Task<EnduranceResult> RunAsync(EnduranceSetting setting, CancellationToken stop)
    {
        var fleet = new Fleet(setting.Endpoints);
        await using var brokers = await FleetBrokers.StartAsync(setting.NatsServer, stop);
        var (prober, _) = await ScaleRun.StartAsync(fleet, brokers.Ports, [], binary: null, stop);
        await using var running = prober;
        var began = Stopwatch.GetTimestamp();
        var observer = new FleetObserver(fleet, prober, began);
        var log = new FaultLog();
        var makers = brokers.All.Select((broker, number) => new FaultMaker(number, broker, setting, fleet, observer, log, began)).ToList();

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var observing = observer.RunAsync(ended.Token);
        FleetPage before, after;
        try
        {
            before = await SettledAsync();
            await Task.WhenAll(makers.Select(maker => maker.RunAsync(stop)));
            after = await SettledAsync();
        }
        finally
        {
            await ended.CancelAsync();
            await observing;
        }

        List<string> breaches = [];
        var bytes = setting.Length >= TimeSpan.FromMinutes(30) ? BytesInAnHour : BytesInMinutes;
        var warm = observer.Footprints.Where(footprint => footprint.After >= setting.WarmUp).ToList();
        breaches.AddRange(makers.SelectMany(maker => maker.Breaches));
        breaches.AddRange(observer.Breaches);
        breaches.AddRange(CounterCheck.Breaches(fleet, before, after, log));
        return new(
            setting,
            log.Entries,
            observer.Footprints.Count,
            Enumerable.Range(0, fleet.Links).Where(Fleet.IsPinned).Sum(link => after.Disconnects[link] - before.Disconnects[link]),
            after.Ticks.Sum() - before.Ticks.Sum(),
            [
                Flatness.Of("memory in RAM, bytes", [.. warm.Select(one => (double)one.Resident)], bytes),
                Flatness.Of("heap, bytes", [.. warm.Select(one => one.Managed)], bytes),
                Flatness.Of("threads", [.. warm.Select(one => one.Threads)], Things),
                // Of these each open link is some: they are compared while all are open.
                new Flatness("open handles", Handles(before), Handles(after), Handles(before) + Things.Units),
            ],
            breaches);

        async Task<FleetPage> SettledAsync() => await observer.UntilSettledAsync(Patience, stop)
            ?? throw new TimeoutException($"not all links are well for {Patience.TotalSeconds:0} s, though no broker fails (seed {setting.Seed}, {log.Entries.Count} faults)");

        static double Handles(FleetPage page) => page.OfProcess["process_open_handles"];
    }
}
