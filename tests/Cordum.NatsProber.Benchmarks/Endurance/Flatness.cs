using System.Globalization;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Endurance;

/// <summary>How much a number may grow and still be called flat.</summary>
/// <param name="Share">Of what it was, from 0 to 1.</param>
/// <param name="Units">And this much besides.</param>
public readonly record struct Slack(double Share, double Units);

/// <summary>Whether a number stayed what it was: the median of the last quarter of what was measured, beside that of the first.</summary>
/// <param name="Name">What it is.</param>
/// <param name="First">The median of the first quarter, or the first value.</param>
/// <param name="Last">That of the last.</param>
/// <param name="Most">What the last may be.</param>
public sealed record Flatness(string Name, double First, double Last, double Most)
{
    /// <summary>It did not grow, but for what it may.</summary>
    public bool IsFlat => Last <= Most;

    /// <summary>Compares.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="values">In order of time, warm-up left out.</param>
    /// <param name="slack">What it may grow by.</param>
    /// <exception cref="ArgumentException">Fewer than four values have no quarters.</exception>
    public static Flatness Of(string name, IReadOnlyList<double> values, Slack slack)
    {
        var quarter = values.Count / 4;
        if (quarter == 0)
            throw new ArgumentException($"{values.Count} values have no quarters", nameof(values));
        var first = new Samples(values.Take(quarter)).Median;
        return new(name, first, new Samples(values.TakeLast(quarter)).Median, (first * (1 + slack.Share)) + slack.Units);
    }

    /// <summary>In words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}: {First:0.#} at first, {Last:0.#} at last; flat is at most {Most:0.#}");
}
