using System.Globalization;

namespace Cordum.NatsProber.Benchmarks.Harness;

/// <summary>One sample of a scrape.</summary>
/// <param name="Labels">Between the braces, as they stand there.</param>
/// <param name="Value">The value.</param>
internal readonly record struct ScrapedSample(string Labels, double Value)
{
    /// <summary>The value of a label; null where it has none of that name.</summary>
    public string? this[string label]
    {
        get
        {
            var begins = Labels.StartsWith(label + "=\"", StringComparison.Ordinal) ? 0 : Labels.IndexOf("," + label + "=\"", StringComparison.Ordinal);
            if (begins < 0)
                return null;
            var from = Labels.IndexOf('"', begins) + 1;
            return Labels[from..Labels.IndexOf('"', from)];
        }
    }
}

/// <summary>A scrape of <c>/metrics</c>. The prober's own labels have neither quotes nor backslashes in them.</summary>
internal sealed class ScrapedPage
{
    private readonly Dictionary<string, List<ScrapedSample>> _byName = [];

    /// <summary>Reads it.</summary>
    /// <param name="page">In Prometheus's text format.</param>
    public ScrapedPage(string page)
    {
        foreach (var range in page.AsSpan().Split('\n'))
        {
            var line = page.AsSpan()[range];
            if (line.IsEmpty || line[0] == '#')
                continue;
            var space = line.LastIndexOf(' ');
            var brace = line.IndexOf('{');
            var name = line[..(brace < 0 ? space : brace)].ToString();
            if (!_byName.TryGetValue(name, out var samples))
                _byName.Add(name, samples = []);
            samples.Add(new(brace < 0 ? "" : line[(brace + 1)..(space - 1)].ToString(), double.Parse(line[(space + 1)..], CultureInfo.InvariantCulture)));
            Count++;
        }
    }

    /// <summary>How many samples it has.</summary>
    public int Count { get; }

    /// <summary>All samples of a name.</summary>
    /// <exception cref="KeyNotFoundException">There are none.</exception>
    public IReadOnlyList<ScrapedSample> Of(string name) => _byName.TryGetValue(name, out var samples) ? samples : throw new KeyNotFoundException($"no sample of {name}");

    /// <summary>The sum of the samples of a name that carry these labels.</summary>
    /// <exception cref="KeyNotFoundException">There are none.</exception>
    public double Sum(string name, params (string Label, string Value)[] labels)
    {
        var found = Of(name).Where(sample => labels.All(label => sample[label.Label] == label.Value)).ToList();
        return found.Count > 0 ? found.Sum(sample => sample.Value) : throw new KeyNotFoundException($"no sample of {name} with {string.Join(", ", labels)}");
    }
}
