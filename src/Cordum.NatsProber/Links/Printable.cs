using System.Globalization;

namespace Cordum.NatsProber.Links;

/// <summary>Text from somebody else, made fit for a log line: one line, no terminal codes, and not too long.</summary>
internal static class Printable
{
    private const int MaxLength = 200;

    /// <summary>The text, with a dot for each character that steers a terminal or turns the line around, cut where it is too long.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">Most characters that are left.</param>
    public static string Of(string text, int most = MaxLength)
    {
        var cut = text.Length > most ? string.Concat(text.AsSpan(0, most), "…") : text;
        return string.Create(cut.Length, cut, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
                to[i] = Steers(from[i]) ? '.' : from[i];
        });
    }

    private static bool Steers(char c) => char.GetUnicodeCategory(c) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
