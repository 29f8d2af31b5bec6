using System.Text;

namespace Cordum.NatsProber.TextFormat;

/// <summary>A number that goes up and down.</summary>
/// <param name="place">Where it stands.</param>
internal sealed class Gauge(SeriesPlace place) : Series(place)
{
    private double _value;

    /// <summary>The number.</summary>
    public double Value => Volatile.Read(ref _value);

    /// <summary>Changes it.</summary>
    public void Set(double value) => Volatile.Write(ref _value, value);
}

/// <summary>Gauges of one name.</summary>
/// <param name="name">Its name.</param>
/// <param name="help">What it means.</param>
/// <param name="labels">The labels of each series.</param>
/// <param name="page">Where it is written.</param>
internal sealed class GaugeFamily(string name, string help, string[] labels, MetricPage page) : Family<Gauge>(name, "gauge", help, labels, page)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name + "{");
    private readonly byte[] _tail = page.Tail;

    protected override Gauge Make(SeriesPlace place) => new(place);

    protected override void Write(ref LineWriter writer, PageFormat format, Gauge series, ReadOnlySpan<byte> place, ReadOnlySpan<byte> kind) =>
        writer.Sample(_name, place, kind, _tail, series.Value);
}
