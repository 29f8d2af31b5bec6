using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>Ways of measuring the same thing, round after round: medians over the rounds, and ratios within each, so that a round in which the machine was slow is slow for all.</summary>
/// <param name="yardstick">The way that the others are held against.</param>
internal sealed class Comparison(Way yardstick)
{
    private readonly Dictionary<Way, List<Samples>> _rounds = [];

    /// <summary>Adds a way's times of the next round.</summary>
    public void Add(Way way, IEnumerable<double> took)
    {
        if (!_rounds.TryGetValue(way, out var rounds))
            _rounds.Add(way, rounds = []);
        rounds.Add(new Samples(took));
    }

    /// <summary>The median over the rounds of a percentile within each.</summary>
    public double Percentile(Way way, double percent) => new Samples(_rounds[way].Select(round => round.Percentile(percent))).Median;

    /// <summary>The median over the rounds of the ratio of two percentiles, the way's to the yardstick's.</summary>
    public double Ratio(Way way, double percent) =>
        new Samples(_rounds[way].Zip(_rounds[yardstick], (mine, other) => mine.Percentile(percent) / other.Percentile(percent))).Median;
}
