namespace Cordum.NatsProber.Benchmarks.Harness;

/// <summary>Numbers that were measured, in order of size.</summary>
/// <param name="values">In any order.</param>
internal sealed class Samples(IEnumerable<double> values)
{
    private readonly double[] _ordered = [.. values.Order()];

    /// <summary>How many.</summary>
    public int Count => _ordered.Length;

    /// <summary>The one in the middle; of an even number, the lower of both.</summary>
    public double Median => Percentile(50);

    /// <summary>The largest.</summary>
    public double Largest => _ordered[^1];

    /// <summary>The smallest.</summary>
    public double Smallest => _ordered[0];

    /// <summary>The share of them that are larger than a limit, from 0 to 1; 0 if there are none.</summary>
    public double ShareOver(double limit) => Count == 0 ? 0 : _ordered.Count(value => value > limit) / (double)Count;

    /// <summary>The smallest value that <paramref name="percent"/> of them do not exceed (nearest rank): one that was measured, never one between.</summary>
    /// <param name="percent">Above 0, up to 100.</param>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public double Percentile(double percent)
    {
        if (_ordered.Length == 0)
            throw new InvalidOperationException("nothing was measured");
        // Seven tenths of ten is 7.000000000000001 in floating point, and must be the seventh.
        var rank = (int)Math.Ceiling(Math.Round(percent / 100 * _ordered.Length, 9));
        return _ordered[Math.Clamp(rank, 1, _ordered.Length) - 1];
    }
}
