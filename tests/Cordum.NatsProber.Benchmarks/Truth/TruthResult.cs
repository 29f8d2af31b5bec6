namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>Somebody who watched, and what it told of the faults.</summary>
/// <param name="Name">Who.</param>
/// <param name="Matching">What.</param>
internal sealed record Instrument(string Name, FaultMatching Matching);

/// <summary>Short cuts, and how many of them <c>cordum_nats_disconnect_total</c> counted.</summary>
/// <param name="Load">In which company.</param>
/// <param name="Made">How many there were.</param>
/// <param name="Counted">By how much the counters grew.</param>
internal sealed record CountedCuts(Load Load, int Made, double Counted)
{
    /// <summary>By how much <c>cordum_nats_prober_stall_seconds_total</c> grew meanwhile: what the prober says that it was held up itself, of each kind.</summary>
    public TimeSpan Stalled { get; init; }
}

/// <summary>What a run found out.</summary>
/// <param name="Seed">Of the dice.</param>
/// <param name="Prober">The product.</param>
/// <param name="Peers">What people would use instead.</param>
/// <param name="Cuts">The short cuts.</param>
/// <param name="WallDrift">By how much the wall clock moved against the monotonic one.</param>
internal sealed record TruthResult(int Seed, Instrument Prober, IReadOnlyList<Instrument> Peers, IReadOnlyList<CountedCuts> Cuts, TimeSpan WallDrift)
{
    /// <summary>The prober's request probe, by default: how often it asks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>And how long it waits for the answer.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    /// <summary>The product and the others.</summary>
    public IEnumerable<Instrument> All => Peers.Prepend(Prober);

    /// <summary>A fault that is longer must be seen: no tick can have stepped over it.</summary>
    public static TimeSpan Tick(Fault fault) => fault.IsSilent ? Interval + Timeout : Interval;

    /// <summary>How wrong the length of an outage whose sockets were closed may be.</summary>
    public static TimeSpan Bound(Fault fault) => TimeSpan.FromSeconds(Math.Max(0.05, 0.01 * fault.Length.TotalSeconds));
}
