using System.Globalization;
using System.Text;

namespace Cordum.NatsProber.TextFormat;

/// <summary>Numbers, counted by size. A page shows all of an observation or nothing of it.</summary>
/// <param name="place">Where it stands.</param>
/// <param name="bounds">The upper bounds of the buckets, ascending.</param>
internal sealed class Histogram(SeriesPlace place, double[] bounds) : Series(place)
{
    /// <summary>How many fell into each bucket alone, the one without bound last. Null until the first: of most series there never is one.</summary>
    private long[]? _counts;
    private double _sum;

    /// <summary>How many numbers there were.</summary>
    public long Count => Totals().Count;

    /// <summary>Their sum.</summary>
    public double Sum => Totals().Sum;

    /// <summary>One more number.</summary>
    public void Observe(double value)
    {
        var bucket = bounds.AsSpan().BinarySearch(value);
        if (Volatile.Read(ref _counts) is null)
            Interlocked.CompareExchange(ref _counts, new long[bounds.Length + 1], null);
        lock (_counts!)
        {
            // A bound belongs to the bucket that it closes.
            _counts[bucket < 0 ? ~bucket : bucket]++;
            _sum += value;
        }
    }

    /// <summary>How many there were up to each bound, all of them last, and their sum; of one instant.</summary>
    /// <param name="upTo">One place more than there are bounds.</param>
    public double Read(Span<long> upTo)
    {
        if (Volatile.Read(ref _counts) is not { } counts)
        {
            upTo.Clear();
            return 0;
        }

        lock (counts)
        {
            var all = 0L;
            for (var i = 0; i < counts.Length; i++)
                upTo[i] = all += counts[i];
            return _sum;
        }
    }

    private (long Count, double Sum) Totals()
    {
        Span<long> upTo = stackalloc long[bounds.Length + 1];
        var sum = Read(upTo);
        return (upTo[^1], sum);
    }
}

/// <summary>Histograms of one name, with the same buckets.</summary>
/// <param name="name">Its name.</param>
/// <param name="help">What it means.</param>
/// <param name="labels">The labels of each series.</param>
/// <param name="page">Where it is written.</param>
/// <param name="bounds">The upper bounds of the buckets, ascending.</param>
internal sealed class HistogramFamily(string name, string help, double[] bounds, string[] labels, MetricPage page) : Family<Histogram>(name, "histogram", help, labels, page)
{
    private readonly byte[] _sum = Encoding.UTF8.GetBytes(name + "_sum{");
    private readonly byte[] _count = Encoding.UTF8.GetBytes(name + "_count{");
    private readonly byte[] _bucket = Encoding.UTF8.GetBytes(name + "_bucket{");
    private readonly byte[] _tail = page.Tail;
    private readonly byte[][] _tails = [.. bounds.Select(bound => page.TailWith("le", Text(bound))), page.TailWith("le", "+Inf")];

    /// <summary>OpenMetrics wants bounds as floating-point numbers, so that both spellings of one are not two.</summary>
    private readonly byte[][] _openTails = [.. bounds.Select(bound => page.TailWith("le", Canonical(bound))), page.TailWith("le", "+Inf")];

    protected override Histogram Make(SeriesPlace place) => new(place, bounds);

    protected override void Write(ref LineWriter writer, PageFormat format, Histogram series, ReadOnlySpan<byte> place, ReadOnlySpan<byte> kind)
    {
        Span<long> upTo = stackalloc long[_tails.Length];
        writer.Sample(_sum, place, kind, _tail, series.Read(upTo));
        writer.Sample(_count, place, kind, _tail, upTo[^1]);
        var tails = format == PageFormat.OpenMetrics ? _openTails : _tails;
        for (var i = 0; i < tails.Length; i++)
            writer.Sample(_bucket, place, kind, tails[i], upTo[i]);
    }

    private static string Text(double bound) => bound.ToString(CultureInfo.InvariantCulture);

    private static string Canonical(double bound) => bound == Math.Floor(bound) ? Text(bound) + ".0" : Text(bound);
}
