using System.Text.Json;

namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>What Prometheus kept of one target.</summary>
/// <param name="Job">Scraped by which job.</param>
/// <param name="Cluster">The target's cluster.</param>
/// <param name="Endpoint">The target's broker.</param>
/// <param name="Samples"><c>probe_success</c>, and when, oldest first.</param>
internal sealed record SampledTarget(string Job, string Cluster, string Endpoint, IReadOnlyList<(DateTimeOffset At, bool IsGood)> Samples)
{
    /// <summary>Reads the answer of Prometheus's HTTP API to an instant query of a range: its raw samples.</summary>
    /// <exception cref="FormatException">It is no such answer.</exception>
    public static IReadOnlyList<SampledTarget> Read(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        var data = json.RootElement.GetProperty("status").GetString() == "success" ? json.RootElement.GetProperty("data") : throw new FormatException($"Prometheus refuses: {answer}");
        if (data.GetProperty("resultType").GetString() != "matrix")
            throw new FormatException("Prometheus does not answer with raw samples");
        return [.. data.GetProperty("result").EnumerateArray().Select(Target)];
    }

    private static SampledTarget Target(JsonElement series)
    {
        var labels = series.GetProperty("metric");
        return new(
            Label("job"),
            Label("cluster"),
            Label("endpoint"),
            [.. series.GetProperty("values").EnumerateArray().Select(sample => (At(sample[0].GetDouble()), sample[1].GetString() == "1"))]);

        string Label(string name) => labels.GetProperty(name).GetString()!;
        static DateTimeOffset At(double seconds) => DateTimeOffset.UnixEpoch + TimeSpan.FromMilliseconds(Math.Round(seconds * 1000));
    }
}

/// <summary>Reads outages out of samples as one does who looks at a graph: a row of failed ones is an outage, as long as its samples are for.</summary>
internal static class SampledOutages
{
    /// <summary>The outages of a target. A sample that is missing says nothing; a row that has no end yet is none.</summary>
    /// <param name="target">The samples.</param>
    /// <param name="interval">The scrape interval.</param>
    /// <param name="clock">Puts wall time on the benchmark's clock.</param>
    public static IEnumerable<ToldOutage> Of(SampledTarget target, TimeSpan interval, Func<DateTimeOffset, TimeSpan> clock)
    {
        DateTimeOffset? lastGood = null, firstBad = null, lastBad = null;
        var failed = 0;
        foreach (var (at, isGood) in target.Samples)
        {
            if (!isGood)
            {
                firstBad ??= at;
                lastBad = at;
                failed++;
                continue;
            }

            if (firstBad is { } from && lastBad is { } to)
            {
                yield return new(target.Cluster, target.Endpoint, clock(from), clock(to), interval * failed)
                {
                    Minimum = to - from,
                    Maximum = at - lastGood,
                };
            }

            (lastGood, firstBad, lastBad, failed) = (at, null, null, 0);
        }
    }
}
