namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>Lengths of faults, each order of magnitude as likely as any other.</summary>
/// <param name="Least">None is shorter.</param>
/// <param name="Most">None is longer.</param>
internal sealed record FaultLengths(TimeSpan Least, TimeSpan Most)
{
    /// <summary>A length.</summary>
    /// <param name="random">Uniform in [0, 1).</param>
    public TimeSpan At(double random) => Least * Math.Pow(Most / Least, random);

    /// <summary>The same with what would outlast a limit left out; null where nothing is left.</summary>
    public FaultLengths? UpTo(TimeSpan limit) => limit < Least ? null : this with { Most = limit < Most ? limit : Most };
}
