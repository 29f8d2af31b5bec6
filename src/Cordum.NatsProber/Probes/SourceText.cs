using System.Buffers;
using System.Text.Unicode;

namespace Cordum.NatsProber.Probes;

/// <summary>
/// A probe file's bytes as text. Refuses what would make positions lie or the parser stop early: other encodings, control characters
/// (a NUL ends the parser's input) and the line breaks that only YAML 1.1 knows.
/// </summary>
internal static class SourceText
{
    public const int MaxBytes = 4 * 1024 * 1024;

    private static readonly SearchValues<char> Unprintable = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Where(c => c is < 0x20 or > 0x7E).Except([0x09, 0x0A, 0x0D]).Select(c => (char)c),
            '\u2028', '\u2029', '\uFEFF', '\uFFFE', '\uFFFF']);

    /// <returns>The text without a leading byte order mark, or null after reporting why not.</returns>
    public static string? Read(string path, Findings findings)
    {
        byte[] bytes;
        try
        {
            using var stream = File.OpenRead(path);
            bytes = new byte[Math.Min(stream.Length, MaxBytes) + 1];
            bytes = bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            findings.Error(1, 1, $"cannot be read: {FileTrouble.Describe(path, e)}", "name a probe file, or a folder of them");
            return null;
        }

        if (bytes.Length > MaxBytes)
        {
            findings.Error(1, 1, "is larger than 4 MiB", "split the cluster, or remove what is not a probe file");
            return null;
        }

        return Decode(bytes, findings);
    }

    public static string? Decode(ReadOnlySpan<byte> bytes, Findings findings)
    {
        if (bytes.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        var chars = new char[bytes.Length];
        var status = Utf8.ToUtf16(bytes, chars, out _, out var length, replaceInvalidSequences: false);
        var text = new string(chars, 0, length);
        if (status != OperationStatus.Done)
        {
            var (line, column) = Position(text, length);
            findings.Error(line, column, "the file is not UTF-8 from here on", "save it as UTF-8");
            return null;
        }

        if (text.AsSpan().IndexOfAny(Unprintable) is var at and >= 0)
        {
            var (line, column) = Position(text, at);
            findings.Error(line, column, $"unprintable character U+{(int)text[at]:X4}", "remove it");
            return null;
        }

        return text;
    }

    public static (int Line, int Column) Position(string text, int index)
    {
        var (line, start) = (1, 0);
        for (var i = 0; i < index; i++)
        {
            if (text[i] is not ('\n' or '\r') || (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n'))
                continue;
            line++;
            start = i + 1;
        }

        return (line, index - start + 1);
    }
}
