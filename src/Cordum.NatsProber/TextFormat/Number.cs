using System.Text;

namespace Cordum.NatsProber.TextFormat;

/// <summary>A series of one number.</summary>
/// <param name="place">Where it stands.</param>
internal abstract class Number(SeriesPlace place) : Series(place)
{
    /// <summary>The number.</summary>
    public abstract double Value { get; }
}

/// <summary>Series of one name, of one number each.</summary>
/// <typeparam name="T">The series.</typeparam>
/// <param name="name">Its name.</param>
/// <param name="type">The word for its type in both formats.</param>
/// <param name="help">What it means.</param>
/// <param name="labels">The labels of each series.</param>
/// <param name="page">Where it is written.</param>
internal abstract class NumberFamily<T>(string name, string type, string help, string[] labels, MetricPage page) : Family<T>(name, type, help, labels, page)
    where T : Number
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name + "{");
    private readonly byte[] _tail = page.Tail;

    protected override void Write(ref LineWriter writer, PageFormat format, T series, ReadOnlySpan<byte> place, ReadOnlySpan<byte> kind) =>
        writer.Sample(_name, place, kind, _tail, series.Value);
}
