using System.Buffers;

namespace Cordum.NatsProber.TextFormat;

/// <summary>The two formats in which Prometheus reads a page.</summary>
public enum PageFormat
{
    /// <summary>Prometheus's own, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0.0: https://prometheus.io/docs/specs/om/open_metrics_spec/.</summary>
    OpenMetrics,
}

/// <summary>
/// Families of series that are written as a page. It keeps a number per series and writes the rest of each line from bytes that many series share, for
/// probers with a million of them; what a general library spends on each was most of the memory and of the time of a scrape (docs/benchmarks.md).
/// </summary>
/// <param name="label">A label that all series bear.</param>
/// <param name="value">Its value.</param>
internal sealed class MetricPage(string label, string value)
{
    private readonly List<Family> _families = [];

    /// <summary>What stands behind the labels of a series' own, and before the value.</summary>
    public byte[] Tail { get; } = [.. LabelPool.Render(label, value)[..^1], .. "} "u8];

    /// <summary>The same for a series with one label more.</summary>
    /// <param name="more">The label's name.</param>
    /// <param name="its">Its value.</param>
    public byte[] TailWith(string more, string its) => [.. LabelPool.Render(label, value), .. LabelPool.Render(more, its)[..^1], .. "} "u8];

    /// <summary>What the families' labels are written from.</summary>
    public LabelPool Labels { get; } = new();

    /// <summary>Declares a family of counters.</summary>
    /// <param name="name">Its name, which ends in <c>_total</c>.</param>
    /// <param name="help">What it means, in which unit, and when it starts anew.</param>
    /// <param name="labels">The labels of each of its series.</param>
    public CounterFamily Counter(string name, string help, params string[] labels) =>
        Declare(new CounterFamily(name.EndsWith("_total", StringComparison.Ordinal) ? name : throw new ArgumentException($"a counter's name ends in _total: {name}", nameof(name)), help, labels, this));

    /// <summary>Declares a family of gauges.</summary>
    /// <inheritdoc cref="Counter"/>
    public GaugeFamily Gauge(string name, string help, params string[] labels) => Declare(new GaugeFamily(name, help, labels, this));

    /// <summary>Declares a family of histograms.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="help">What it means, in which unit, and when it starts anew.</param>
    /// <param name="bounds">The upper bounds of its buckets, ascending; the last, without bound, is not among them.</param>
    /// <param name="labels">The labels of each of its series.</param>
    public HistogramFamily Histogram(string name, string help, double[] bounds, params string[] labels) => Declare(new HistogramFamily(name, help, bounds, labels, this));

    /// <summary>Writes all families. Nobody may publish or unpublish meanwhile who wants to be seen whole.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="format">How. That OpenMetrics ends with <c># EOF</c> is the caller's affair: others may have families for the same page.</param>
    public void Write(IBufferWriter<byte> to, PageFormat format)
    {
        var writer = new LineWriter(to);
        foreach (var family in _families)
            family.Write(ref writer, format);
        writer.End();
    }

    private T Declare<T>(T family)
        where T : Family
    {
        if (_families.Any(other => other.Name == family.Name))
            throw new ArgumentException($"{family.Name} is declared twice");
        _families.Add(family);
        return family;
    }
}
