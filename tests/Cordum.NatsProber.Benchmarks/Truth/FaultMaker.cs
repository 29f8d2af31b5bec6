namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>Makes faults, each of which takes as long as it lasts, and knows the truth about them.</summary>
internal sealed class FaultMaker(BenchClock clock)
{
    /// <summary>Breaks an endpoint, and mends it.</summary>
    /// <param name="kind">How.</param>
    /// <param name="endpoint">Which.</param>
    /// <param name="load">In which company.</param>
    /// <param name="length">How long; a broker that has to start again is away for as long as that takes, besides.</param>
    /// <param name="stop">Ends the wait; what is broken may stay so.</param>
    public Task<Fault> MakeAsync(FaultKind kind, TruthEndpoint endpoint, Load load, TimeSpan length, CancellationToken stop) => kind switch
    {
        FaultKind.Kill or FaultKind.Terminate => RestartAsync(kind, endpoint, load, length, stop),
        FaultKind.Suspend => SuspendAsync(endpoint, load, length, stop),
        FaultKind.Drop => DropAsync(endpoint, load, length, stop),
        FaultKind.Cut => CutAsync(endpoint, load, length, stop),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private async Task<Fault> RestartAsync(FaultKind kind, TruthEndpoint endpoint, Load load, TimeSpan length, CancellationToken stop)
    {
        var broker = endpoint.Broker;
        var began = clock.Of(kind == FaultKind.Kill ? broker.Kill() : broker.Terminate());
        await broker.ExitedAsync(stop);
        var exited = clock.Now;
        await clock.UntilAsync(began + length, stop);
        var watch = ServingWatch.UntilServesAsync(broker.ClientPort);
        await broker.StartAsync(stop);
        var (lastBad, firstGood) = await watch;
        return new(kind, endpoint.Cluster, broker.Name, load, began, exited, clock.Of(lastBad), clock.Of(firstGood));
    }

    private async Task<Fault> SuspendAsync(TruthEndpoint endpoint, Load load, TimeSpan length, CancellationToken stop)
    {
        var began = clock.Of(endpoint.Broker.Suspend());
        await clock.UntilAsync(began + length, stop);
        return new(FaultKind.Suspend, endpoint.Cluster, endpoint.Broker.Name, load, began, clock.Of(endpoint.Broker.Resume()));
    }

    private async Task<Fault> DropAsync(TruthEndpoint endpoint, Load load, TimeSpan length, CancellationToken stop)
    {
        var began = clock.Now;
        endpoint.Proxy!.Swallow = true;
        await clock.UntilAsync(began + length, stop);
        var ended = clock.Now;
        endpoint.Proxy.Swallow = false;
        return new(FaultKind.Drop, endpoint.Cluster, endpoint.Broker.Name, load, began, ended);
    }

    private async Task<Fault> CutAsync(TruthEndpoint endpoint, Load load, TimeSpan length, CancellationToken stop)
    {
        var began = clock.Now;
        endpoint.Proxy!.Refuse = true;
        await endpoint.Proxy.CutAsync();
        var cut = clock.Now;
        await clock.UntilAsync(began + length, stop);
        var ended = clock.Now;
        endpoint.Proxy.Refuse = false;
        return new(FaultKind.Cut, endpoint.Cluster, endpoint.Broker.Name, load, began, cut < ended ? cut : ended, ended, ended);
    }
}
