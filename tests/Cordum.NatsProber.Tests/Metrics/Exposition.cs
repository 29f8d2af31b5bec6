using System.Globalization;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.Tests.Metrics;

/// <summary>One line of a scrape that carries a value.</summary>
internal sealed record Sample(string Name, IReadOnlyList<KeyValuePair<string, string>> Labels, double Value)
{
    public IEnumerable<string> LabelNames => Labels.Select(label => label.Key);

    public string this[string label] => Labels.Single(one => one.Key == label).Value;
}

/// <summary>All samples of one name, as a scrape declares them.</summary>
internal sealed record Family(string Name, string Help, string Type, IReadOnlyList<Sample> Samples);

/// <summary>
/// A strict reader of both formats of a scrape: what a lenient scraper would let pass (families in pieces, a series twice, buckets that shrink, a type
/// after its samples) is an error here.
/// </summary>
/// <remarks>
/// Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/; OpenMetrics: https://github.com/prometheus/OpenMetrics. Of the latter, only
/// what a scrape of counters, gauges and histograms may hold.
/// </remarks>
internal static partial class Exposition
{
    /// <summary>Reads a whole scrape; families by name, counters with their <c>_total</c> in either format.</summary>
    /// <exception cref="FormatException">It is none; the message has the line.</exception>
    public static IReadOnlyDictionary<string, Family> Read(string page, bool openMetrics)
    {
        var lines = page.Split('\n');
        Require(lines[^1].Length == 0, "the last line does not end", page);
        lines = lines[..^1];
        if (openMetrics)
        {
            Require(lines[^1] == "# EOF", "does not end with # EOF", lines[^1]);
            lines = lines[..^1];
        }

        var families = new Dictionary<string, Family>();
        var at = 0;
        while (at < lines.Length)
        {
            var family = ReadFamily(lines, ref at, openMetrics);
            Require(families.TryAdd(family.Name, family), "declared twice", family.Name);
        }

        return families;
    }

    private static Family ReadFamily(string[] lines, ref int at, bool openMetrics)
    {
        var help = HelpLine().Match(lines[at]);
        Require(help.Success, "expected # HELP", lines[at]);
        at++;
        var declared = help.Groups["name"].Value;
        var type = at < lines.Length ? TypeLine().Match(lines[at]) : Match.Empty;
        Require(type.Success && type.Groups["name"].Value == declared, "expected the # TYPE of " + declared, lines[at - 1]);
        at++;

        var kind = type.Groups["type"].Value;
        var isCounter = kind == "counter";
        Require(!openMetrics || !isCounter || !declared.EndsWith("_total", StringComparison.Ordinal), "a counter family of OpenMetrics has no _total", declared);
        var name = openMetrics && isCounter ? declared + "_total" : declared;
        string[] names = kind == "histogram" ? [name + "_bucket", name + "_sum", name + "_count"] : [name];

        var samples = new List<Sample>();
        for (; at < lines.Length && !lines[at].StartsWith('#'); at++)
        {
            var sample = ReadSample(lines[at]);
            Require(names.Contains(sample.Name), $"does not belong to {kind} {name}", lines[at]);
            Require(!isCounter || sample.Value >= 0, "a counter is negative or no number", lines[at]);
            samples.Add(sample);
        }

        var twice = samples.GroupBy(SeriesOf).FirstOrDefault(group => group.Count() > 1);
        Require(twice is null, "a series twice", twice?.Key ?? "");
        if (kind == "histogram")
            CheckHistogram(name, samples);
        return new Family(name, help.Groups["help"].Value, kind, samples);
    }

    private static Sample ReadSample(string line)
    {
        var match = SampleLine().Match(line);
        Require(match.Success, "no sample", line);
        var keys = match.Groups["key"].Captures;
        var values = match.Groups["value"].Captures;
        var labels = keys.Zip(values, (key, value) => KeyValuePair.Create(key.Value, value.Value)).ToList();
        Require(labels.DistinctBy(label => label.Key).Count() == labels.Count, "a label twice", line);
        return new Sample(match.Groups["name"].Value, labels, Number(match.Groups["number"].Value));
    }

    private static void CheckHistogram(string name, List<Sample> samples)
    {
        foreach (var one in samples.GroupBy(sample => string.Join(',', sample.Labels.Where(label => label.Key != "le"))))
        {
            var buckets = one.Where(sample => sample.Name == name + "_bucket").ToList();
            var bounds = buckets.Select(bucket => Number(bucket["le"])).ToList();
            Require(bounds.SequenceEqual(bounds.Order()) && bounds[^1] == double.PositiveInfinity, "buckets out of order or without +Inf", one.Key);
            var counts = buckets.Select(bucket => bucket.Value).ToList();
            Require(counts.SequenceEqual(counts.Order()), "buckets that shrink", one.Key);
            Require(one.Single(sample => sample.Name == name + "_count").Value == counts[^1], "count is not the +Inf bucket", one.Key);
            Require(one.Count(sample => sample.Name == name + "_sum") == 1, "no sum", one.Key);
        }
    }

    private static string SeriesOf(Sample sample) => $"{sample.Name}{{{string.Join(',', sample.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))}}}";

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static void Require(bool holds, string problem, string where)
    {
        if (!holds)
            throw new FormatException($"{problem}: {where}");
    }

    [GeneratedRegex(@"^# HELP (?<name>[a-z_][a-z0-9_]*) (?<help>([^\\""\n]|\\[\\""n])+)$")]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"^# TYPE (?<name>[a-z_][a-z0-9_]*) (?<type>counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^(?<name>[a-z_][a-z0-9_]*)(\{((?<key>[a-z_][a-z0-9_]*)="(?<value>([^\\"\n]|\\[\\"n])*)"(,(?!\})|(?=\})))*\})? (?<number>[+-]?(Inf|NaN|[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?))$""", RegexOptions.IgnoreCase)]
    private static partial Regex SampleLine();
}
