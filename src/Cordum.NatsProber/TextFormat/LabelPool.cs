using System.Text;

namespace Cordum.NatsProber.TextFormat;

/// <summary>
/// The labels of all series, as bytes of the page: each piece is kept once, however many series have it, and goes when the last of them does. Thread-safe.
/// </summary>
internal sealed class LabelPool
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Piece> _pieces = [];

    /// <summary>How many pieces are kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _pieces.Count;
        }
    }

    /// <summary>The piece of some labels, for one series more.</summary>
    /// <param name="names">The labels' names.</param>
    /// <param name="values">Their values, as many.</param>
    public Piece Take(ReadOnlySpan<string> names, ReadOnlySpan<string> values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < names.Length; i++)
            Append(text, names[i], values[i]);
        var key = text.ToString();
        lock (_gate)
        {
            if (!_pieces.TryGetValue(key, out var piece))
                _pieces.Add(key, piece = new Piece(key));
            piece.Uses++;
            return piece;
        }
    }

    /// <summary>One series has this piece no longer.</summary>
    public void Return(Piece piece)
    {
        lock (_gate)
        {
            if (--piece.Uses == 0)
                _pieces.Remove(piece.Key);
        }
    }

    /// <summary>A label as it stands between the braces, with a comma behind it.</summary>
    public static byte[] Render(string name, string value) => Encoding.UTF8.GetBytes(Append(new StringBuilder(), name, value).ToString());

    private static StringBuilder Append(StringBuilder text, string name, string value) => text.Append(name).Append("=\"")
        .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
        .Append("\",");

    /// <summary>Some labels, each with a comma behind it.</summary>
    internal sealed class Piece(string key)
    {
        /// <summary>As text.</summary>
        public string Key { get; } = key;

        /// <summary>As it is written.</summary>
        public byte[] Bytes { get; } = Encoding.UTF8.GetBytes(key);

        /// <summary>How many series have it. Under the pool's lock.</summary>
        public int Uses { get; set; }
    }
}
