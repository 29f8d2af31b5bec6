using System.Text;

namespace Cordum.NatsProber.TextFormat;

/// <summary>All series of one name.</summary>
internal abstract class Family
{
    private readonly byte[] _help;

    /// <param name="name">Its name.</param>
    /// <param name="type">The word for its type in both formats.</param>
    /// <param name="help">What it means; one line, without quotes and backslashes, which the formats escape differently.</param>
    protected Family(string name, string type, string help)
    {
        if (help.AsSpan().IndexOfAny("\\\"\n") >= 0)
            throw new ArgumentException($"the help of {name} has a quote, a backslash or a line break", nameof(help));
        (Name, Type) = (name, type);
        _help = Encoding.UTF8.GetBytes(help);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    private string Type { get; }

    /// <summary>Writes it, with its head; nothing where it has no series.</summary>
    public abstract void Write(ref LineWriter writer, PageFormat format);

    /// <summary>Unpublishes a series; one that is none of its own any more is left alone.</summary>
    public abstract void Remove(SeriesPlace place);

    /// <summary>Writes what precedes the series.</summary>
    protected void WriteHead(ref LineWriter writer, PageFormat format)
    {
        // OpenMetrics names a family of counters without what each of its samples ends in.
        var name = Encoding.UTF8.GetBytes(format == PageFormat.OpenMetrics && Type == "counter" ? Name[..^"_total".Length] : Name);
        writer.Head("# HELP "u8, name, _help);
        writer.Head("# TYPE "u8, name, Encoding.UTF8.GetBytes(Type));
    }
}

/// <summary>All series of one name, of one type.</summary>
/// <typeparam name="T">The series.</typeparam>
/// <param name="name">Its name.</param>
/// <param name="type">The word for its type in both formats.</param>
/// <param name="help">What it means.</param>
/// <param name="labels">The labels of each series.</param>
/// <param name="page">Where it is written.</param>
internal abstract class Family<T>(string name, string type, string help, string[] labels, MetricPage page) : Family(name, type, help)
    where T : Series
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(LabelPool.Piece Place, LabelPool.Piece Kind), T> _series = [];

    /// <summary>The series with these values of the labels; made at zero if there is none yet.</summary>
    /// <param name="values">One for each label, in their order.</param>
    /// <exception cref="ArgumentException">There are more values, or fewer, than labels.</exception>
    public T WithLabels(params ReadOnlySpan<string> values)
    {
        if (values.Length != labels.Length)
            throw new ArgumentException($"{Name} has {labels.Length} labels, and not {values.Length}");
        // Series differ in the last label more than in those before it, which name the place.
        var split = Math.Max(labels.Length - 1, 0);
        var key = (page.Labels.Take(labels.AsSpan(0, split), values[..split]), page.Labels.Take(labels.AsSpan(split), values[split..]));
        lock (_gate)
        {
            if (!_series.TryGetValue(key, out var series))
            {
                _series.Add(key, series = Make(new SeriesPlace(this, key.Item1, key.Item2)));
                return series;
            }

            Return(key);
            return series;
        }
    }

    public override void Write(ref LineWriter writer, PageFormat format)
    {
        lock (_gate)
        {
            if (_series.Count == 0)
                return;
            WriteHead(ref writer, format);
            foreach (var (labels, series) in _series)
                Write(ref writer, format, series, labels.Place.Bytes, labels.Kind.Bytes);
        }
    }

    /// <summary>A series at zero.</summary>
    /// <param name="place">Where it stands.</param>
    protected abstract T Make(SeriesPlace place);

    /// <summary>Writes one series.</summary>
    protected abstract void Write(ref LineWriter writer, PageFormat format, T series, ReadOnlySpan<byte> place, ReadOnlySpan<byte> kind);

    public override void Remove(SeriesPlace place)
    {
        var key = (place.Place, place.Kind);
        lock (_gate)
        {
            if (_series.Remove(key))
                Return(key);
        }
    }

    private void Return((LabelPool.Piece, LabelPool.Piece) key)
    {
        page.Labels.Return(key.Item1);
        page.Labels.Return(key.Item2);
    }
}
