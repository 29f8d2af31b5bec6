namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>One fault after another on one cluster: at most one at a time, each on the broker that was left in peace for longest.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="kinds">What is done to it; each as often as any other.</param>
/// <param name="lengths">How long.</param>
/// <param name="peace">How long an endpoint is left alone before the next fault, so that whoever looks now and then can tell one from the other.</param>
/// <param name="random">The dice.</param>
/// <param name="clock">The benchmark's clock.</param>
internal sealed class FaultSeries(TruthCluster cluster, FaultKind[] kinds, FaultLengths lengths, TimeSpan peace, Random random, BenchClock clock)
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(2);

    /// <summary>How long a broker may need to serve again, and whoever watches to find out, before the next fault or the end.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(4);

    private readonly FaultMaker _maker = new(clock);
    private readonly Queue<(TruthEndpoint Endpoint, TimeSpan From)> _turns = new(cluster.Endpoints.Select(endpoint => (endpoint, TimeSpan.Zero)));
    private readonly Queue<FaultKind> _deck = new();

    /// <summary>The cluster's name.</summary>
    public string Cluster => cluster.Name;

    /// <summary>Makes faults until there is no time for another, or there are enough.</summary>
    /// <param name="load">In which company.</param>
    /// <param name="deadline">When all must be well again.</param>
    /// <param name="most">How many are enough.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<IReadOnlyList<Fault>> RunAsync(Load load, TimeSpan deadline, int most, CancellationToken stop)
    {
        var faults = new List<Fault>();
        while (faults.Count < most)
        {
            var (endpoint, from) = _turns.Peek();
            // Between one and two seconds more, as the dice will have it: no fault may keep step with anybody's ticks.
            var pause = LeastPause * (1 + random.NextDouble());
            var begins = clock.Now + pause > from ? clock.Now + pause : from + pause - LeastPause;
            if (lengths.UpTo(deadline - begins - Recovery) is not { } possible)
                break;
            await clock.UntilAsync(begins, stop);
            faults.Add(await _maker.MakeAsync(NextKind(), endpoint, load, possible.At(random.NextDouble()), stop));
            _turns.Dequeue();
            _turns.Enqueue((endpoint, clock.Now + peace));
        }

        return faults;
    }

    private FaultKind NextKind()
    {
        if (_deck.Count == 0)
        {
            random.Shuffle(kinds);
            foreach (var kind in kinds)
                _deck.Enqueue(kind);
        }

        return _deck.Dequeue();
    }
}
