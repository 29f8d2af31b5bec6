using System.Text;

namespace Cordum.NatsProber.Links;

/// <summary>Reads a broker's first line, before any NATS client has the connection.</summary>
internal static class InfoLine
{
    /// <summary>
    /// The most that is read in search of the line's end. INFO grows with the cluster (one address per broker), about 30 bytes each.
    /// </summary>
    private const int MaxLength = 256 * 1024;

    /// <summary>Reads up to the end of the first line.</summary>
    /// <returns>What the line says, and all bytes read, for the client to read again.</returns>
    /// <exception cref="DialException">It is no NATS server, or one that refuses with an error.</exception>
    public static async Task<(BrokerInfo Info, byte[] Bytes)> ReadAsync(Stream stream, CancellationToken stop)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), stop).ConfigureAwait(false);
            if (read == 0)
            {
                throw new DialException(
                    DisconnectCause.Eof,
                    length == 0 ? "the connection was closed before the broker's INFO line" : "the connection was closed within the broker's first line");
            }

            length += read;
            var seen = buffer.AsSpan(0, length);
            if (!BrokerWords.CouldBeNats(seen))
                throw new DialException(DisconnectCause.NotNats, $"expected a NATS server's INFO line, got {Quoted(seen)}");
            var end = seen.IndexOf((byte)'\n');
            if (end >= 0)
                return (Parse(seen[..(end + 1)]), seen.ToArray());
            if (length >= MaxLength)
                throw new DialException(DisconnectCause.NotNats, $"no end of the first line within {MaxLength} bytes");
            if (length == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    private static BrokerInfo Parse(ReadOnlySpan<byte> line)
    {
        if (BrokerWords.ErrorAtEnd(line) is { } error)
            throw new DialException(DialFailure.FromBrokerError(error) ?? DisconnectCause.Protocol, $"the broker said: {error}");
        return BrokerInfo.TryParse(line["INFO ".Length..])
            ?? throw new DialException(DisconnectCause.NotNats, $"expected a NATS server's INFO line, got {Quoted(line)}");
    }

    /// <summary>The first bytes, fit for a log line: a stranger's bytes may be anything.</summary>
    private static string Quoted(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder("\"");
        foreach (var b in bytes[..Math.Min(bytes.Length, 40)])
            text.Append(b is >= 0x20 and < 0x7f and not (byte)'"' and not (byte)'\\' ? (char)b : '.');
        return text.Append('"').ToString();
    }
}
