namespace Cordum.NatsProber.TextFormat;

/// <summary>A number that goes up and down.</summary>
/// <param name="place">Where it stands.</param>
internal sealed class Gauge(SeriesPlace place) : Number(place)
{
    private double _value;

    public override double Value => Volatile.Read(ref _value);

    /// <summary>Changes it.</summary>
    public void Set(double value) => Volatile.Write(ref _value, value);
}

/// <summary>Gauges of one name.</summary>
/// <param name="name">Its name.</param>
/// <param name="help">What it means.</param>
/// <param name="labels">The labels of each series.</param>
/// <param name="page">Where it is written.</param>
internal sealed class GaugeFamily(string name, string help, string[] labels, MetricPage page) : NumberFamily<Gauge>(name, "gauge", help, labels, page)
{
    protected override Gauge Make(SeriesPlace place) => new(place);
}
