using System.Text;

namespace Cordum.NatsProber.TextFormat;

/// <summary>A number that only grows.</summary>
/// <param name="place">Where it stands.</param>
internal sealed class Counter(SeriesPlace place) : Series(place)
{
    private double _value;

    /// <summary>The number.</summary>
    public double Value => Volatile.Read(ref _value);

    /// <summary>So many more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than none.</exception>
    public void Inc(double more = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(more);
        double before;
        do
            before = Value;
        while (Interlocked.CompareExchange(ref _value, before + more, before) != before);
    }

    /// <summary>Raises it to a number that was counted elsewhere; one that is lower changes nothing.</summary>
    public void IncTo(double value)
    {
        for (var before = Value; value > before; before = Value)
        {
            if (Interlocked.CompareExchange(ref _value, value, before) == before)
                return;
        }
    }
}

/// <summary>Counters of one name.</summary>
/// <param name="name">Its name.</param>
/// <param name="help">What it means.</param>
/// <param name="labels">The labels of each series.</param>
/// <param name="page">Where it is written.</param>
internal sealed class CounterFamily(string name, string help, string[] labels, MetricPage page) : Family<Counter>(name, "counter", help, labels, page)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name + "{");
    private readonly byte[] _tail = page.Tail;

    protected override Counter Make(SeriesPlace place) => new(place);

    protected override void Write(ref LineWriter writer, PageFormat format, Counter series, ReadOnlySpan<byte> place, ReadOnlySpan<byte> kind) =>
        writer.Sample(_name, place, kind, _tail, series.Value);
}
