using System.Diagnostics;
using Cordum.NatsProber.Benchmarks.Scale;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Benchmarks.Endurance;

/// <summary>Makes random faults at one broker, one after another, each when all links have got over the one before: then each is one disconnect.</summary>
internal sealed class FaultMaker(int number, LabBroker broker, EnduranceSetting setting, Fleet fleet, FleetObserver observer, FaultLog log, long began)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // A broker's faults depend on the seed and its number alone, and not on how the brokers' turns fall.
    private readonly Random _random = new(unchecked((setting.Seed * 31) + number));
    private readonly List<string> _breaches = [];

    /// <summary>Links that did not come back.</summary>
    public IReadOnlyList<string> Breaches => _breaches;

    /// <summary>Runs until its time is over, and ends with the broker well.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(setting.LongestPause * _random.NextDouble(), stop);
            if (Stopwatch.GetElapsedTime(began) >= setting.Length)
                return;
            await MakeAsync((EnduranceFault)_random.Next(3), stop);
            if (await observer.UntilAsync(IsWell, Patience, stop) is null)
                _breaches.Add($"not all links to broker {number} are well {Patience.TotalSeconds:0} s after its fault {log.Entries.Count(entry => entry.Broker == number)} ({log.Entries.Last(entry => entry.Broker == number)})");
        }
    }

    private async Task MakeAsync(EnduranceFault kind, CancellationToken stop)
    {
        var at = Stopwatch.GetElapsedTime(began);
        var (least, most) = kind == EnduranceFault.Suspend ? EnduranceSetting.Suspended : EnduranceSetting.Down;
        var length = least + ((most - least) * _random.NextDouble());
        switch (kind)
        {
            case EnduranceFault.Suspend:
                broker.Suspend();
                await Task.Delay(length, stop);
                broker.Resume();
                break;
            default:
                _ = kind == EnduranceFault.Kill ? broker.Kill() : broker.Terminate();
                await broker.ExitedAsync(stop);
                await Task.Delay(length, stop);
                await broker.StartAsync(stop);
                break;
        }

        log.Add(new(number, kind, at, Stopwatch.GetElapsedTime(began) - at));
    }

    private bool IsWell(FleetPage page) => Enumerable.Range(0, fleet.Links)
        .Where(link => Fleet.IsPinned(link) && Fleet.BrokerOf(link) == number)
        .All(link => page.Connected[link] == 1 && page.InOutage[link] == 0);
}
