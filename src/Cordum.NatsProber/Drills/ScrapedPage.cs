using System.Globalization;

namespace Cordum.NatsProber.Drills;

/// <summary>One sample of a scrape.</summary>
/// <param name="Name">The series' name.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value.</param>
internal sealed record ScrapedSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>The value of a label; empty if the sample has none of that name, as Prometheus has it.</summary>
    public string this[string label] => Labels.GetValueOrDefault(label, "");
}

/// <summary>A scrape in Prometheus's text format, as a scraper reads it. Types and help are passed over.</summary>
/// <remarks>https://prometheus.io/docs/instrumenting/exposition_formats/</remarks>
internal static class ScrapedPage
{
    /// <summary>All samples, in order.</summary>
    /// <exception cref="FormatException">A line is none; the message has it.</exception>
    public static IReadOnlyList<ScrapedSample> Read(string page)
    {
        var samples = new List<ScrapedSample>();
        foreach (var range in page.AsSpan().Split('\n'))
        {
            var line = page.AsSpan(range).Trim();
            if (line.Length > 0 && line[0] != '#')
                samples.Add(ReadSample(line));
        }

        return samples;
    }

    private static ScrapedSample ReadSample(ReadOnlySpan<char> line)
    {
        var at = line.IndexOfAny('{', ' ', '\t');
        if (at <= 0)
            throw Malformed(line);
        var name = line[..at].ToString();
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (line[at] == '{')
            at = ReadLabels(line, at + 1, labels);

        // A timestamp may follow.
        var rest = line[at..].TrimStart();
        var end = rest.IndexOfAny(' ', '\t');
        var number = end < 0 ? rest : rest[..end];
        return new ScrapedSample(name, labels, Number(number) ?? throw Malformed(line));
    }

    /// <returns>Where the label set has ended.</returns>
    private static int ReadLabels(ReadOnlySpan<char> line, int at, Dictionary<string, string> labels)
    {
        while (at < line.Length && line[at] != '}')
        {
            var equals = line[at..].IndexOf("=\"", StringComparison.Ordinal);
            if (equals <= 0)
                throw Malformed(line);
            var label = line.Slice(at, equals).Trim(" ,").ToString();
            at += equals + 2;
            var value = new System.Text.StringBuilder();
            for (; at < line.Length && line[at] != '"'; at++)
            {
                if (line[at] == '\\' && at + 1 < line.Length)
                    value.Append(line[++at] == 'n' ? '\n' : line[at]);
                else
                    value.Append(line[at]);
            }

            if (at >= line.Length || !labels.TryAdd(label, value.ToString()))
                throw Malformed(line);
            at++;
            if (at < line.Length && line[at] == ',')
                at++;
        }

        return at < line.Length ? at + 1 : throw Malformed(line);
    }

    private static double? Number(ReadOnlySpan<char> text) => text switch
    {
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
    };

    private static FormatException Malformed(ReadOnlySpan<char> line) => new($"no sample: {line[..Math.Min(line.Length, 200)]}");
}
