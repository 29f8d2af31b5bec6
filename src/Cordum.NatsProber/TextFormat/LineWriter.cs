using System.Buffers;
using System.Globalization;

namespace Cordum.NatsProber.TextFormat;

/// <summary>Writes the lines of a page into large pieces of memory, so that a line costs little more than copying it.</summary>
/// <param name="to">Where to.</param>
internal ref struct LineWriter(IBufferWriter<byte> to)
{
    /// <summary>What is asked for at once.</summary>
    private const int PieceSize = 1 << 18;

    /// <summary>No number is longer: sign, 17 digits, point, exponent.</summary>
    private const int LongestNumber = 32;

    private Span<byte> _free;
    private int _written;

    /// <summary>A line of a family's head.</summary>
    public void Head(ReadOnlySpan<byte> mark, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        Reserve(mark.Length + name.Length + text.Length + 2);
        Copy(mark);
        Copy(name);
        Copy(" "u8);
        Copy(text);
        Copy("\n"u8);
    }

    /// <summary>A line of a series.</summary>
    /// <param name="name">The name and the opening brace.</param>
    /// <param name="place">Labels, with a comma behind each.</param>
    /// <param name="kind">More of them.</param>
    /// <param name="tail">The last labels, the closing brace and a space.</param>
    /// <param name="value">The value.</param>
    public void Sample(ReadOnlySpan<byte> name, ReadOnlySpan<byte> place, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> tail, double value)
    {
        Reserve(name.Length + place.Length + kind.Length + tail.Length + LongestNumber + 1);
        Copy(name);
        Copy(place);
        Copy(kind);
        Copy(tail);
        Number(value);
        _free[_written++] = (byte)'\n';
    }

    /// <summary>Hands over what is written. Nothing may be written after that.</summary>
    public void End()
    {
        to.Advance(_written);
        _free = default;
        _written = 0;
    }

    private void Reserve(int length)
    {
        if (_free.Length - _written >= length)
            return;
        to.Advance(_written);
        _free = to.GetSpan(Math.Max(PieceSize, length));
        _written = 0;
    }

    private void Copy(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_free[_written..]);
        _written += text.Length;
    }

    private void Number(double value)
    {
        // Nearly all are zero, and most others whole: up to 2^53 each whole number has a double of its own.
        if (value == 0)
        {
            _free[_written++] = (byte)'0';
            return;
        }

        int length;
        if (Math.Abs(value) < 1L << 53 && value == Math.Floor(value))
            ((long)value).TryFormat(_free[_written..], out length, default, CultureInfo.InvariantCulture);
        else if (double.IsInfinity(value))
            length = Word(value > 0 ? "+Inf"u8 : "-Inf"u8);
        else
            value.TryFormat(_free[_written..], out length, default, CultureInfo.InvariantCulture); // the shortest that reads back as the same; or NaN
        _written += length;
    }

    private readonly int Word(ReadOnlySpan<byte> word)
    {
        word.CopyTo(_free[_written..]);
        return word.Length;
    }
}
