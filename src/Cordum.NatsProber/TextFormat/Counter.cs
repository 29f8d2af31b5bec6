namespace Cordum.NatsProber.TextFormat;

/// <summary>A number that only grows.</summary>
/// <param name="place">Where it stands.</param>
internal sealed class Counter(SeriesPlace place) : Number(place)
{
    private double _value;

    public override double Value => Volatile.Read(ref _value);

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
internal sealed class CounterFamily(string name, string help, string[] labels, MetricPage page) : NumberFamily<Counter>(name, "counter", help, labels, page)
{
    protected override Counter Make(SeriesPlace place) => new(place);
}
