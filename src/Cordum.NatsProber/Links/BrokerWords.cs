using System.Text;

namespace Cordum.NatsProber.Links;

/// <summary>Reads the lines of the NATS protocol that matter before and after the client library has the connection.</summary>
internal static class BrokerWords
{
    private static ReadOnlySpan<byte> ErrorStart => "-ERR '"u8;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    /// <summary>
    /// The text of <c>-ERR '…'</c> if the bytes end with such a line. A broker that hangs up says so in its last line; an error further
    /// back in the stream (a denied subject, say) was not what ended the connection.
    /// </summary>
    public static string? ErrorAtEnd(ReadOnlySpan<byte> tail)
    {
        if (!tail.EndsWith("'\r\n"u8))
            return null;
        var line = tail[..^2];
        var start = line.LastIndexOf(LineEnd);
        line = line[(start < 0 ? 0 : start + 2)..];
        return line.StartsWith(ErrorStart) && line.Length > ErrorStart.Length
            ? Printable.Of(Encoding.UTF8.GetString(line[ErrorStart.Length..^1]))
            : null;
    }

    /// <summary>Whether bytes could still become an <c>INFO {…}</c> or <c>-ERR</c> line: what a NATS server says first.</summary>
    public static bool CouldBeNats(ReadOnlySpan<byte> start) => StartsLike(start, "INFO "u8) || StartsLike(start, ErrorStart);

    private static bool StartsLike(ReadOnlySpan<byte> start, ReadOnlySpan<byte> word)
    {
        var length = Math.Min(start.Length, word.Length);
        for (var i = 0; i < length; i++)
        {
            // nats-server accepts and clients send either case; '-' and quotes have none.
            if (char.ToUpperInvariant((char)start[i]) != word[i])
                return false;
        }

        return true;
    }
}
