using System.Text;

namespace Cordum.NatsProber.Benchmarks.Harness;

/// <summary>A table in markdown, aligned so that it reads as text, too. The first column is words, the others numbers.</summary>
/// <param name="head">The columns' headings.</param>
internal sealed class Table(params string[] head)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">It has more or fewer cells than there are headings.</exception>
    public Table Row(params string[] cells)
    {
        if (cells.Length != head.Length)
            throw new ArgumentException($"{cells.Length} cells under {head.Length} headings: {string.Join(" | ", cells)}");
        _rows.Add(cells);
        return this;
    }

    /// <summary>The table, with an empty line after it.</summary>
    public override string ToString()
    {
        var widths = head.Select((heading, column) => _rows.Select(row => row[column].Length).Append(heading.Length).Append(3).Max()).ToArray();
        var text = new StringBuilder();
        Line(head);
        text.Append('|').AppendJoin('|', widths.Select((width, column) => column == 0 ? new string('-', width + 2) : new string('-', width + 1) + ":")).Append("|\n");
        foreach (var row in _rows)
            Line(row);
        return text.Append('\n').ToString();

        void Line(string[] cells) =>
            text.Append("| ").AppendJoin(" | ", cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).Append(" |\n");
    }
}
