using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>Round trips in parts, and what is usual of each part.</summary>
internal sealed class PartsOfRounds
{
    private readonly List<RoundTripParts> _all = [];

    /// <summary>Adds some.</summary>
    public void Add(IEnumerable<RoundTripParts> parts) => _all.AddRange(parts);

    /// <summary>The medians as a row of a table.</summary>
    public string[] Row(string name) =>
        [name, Of(one => one.Begin), Of(one => one.Request), Of(one => one.Answer), Of(one => one.Reply), Of(one => one.End), Of(one => one.Reported)];

    private string Of(Func<RoundTripParts, double> part) => OverheadBenchmark.Micros(new Samples(_all.Select(part)).Median);
}
