using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>
/// The least that speaks NATS: one blocking socket, read and written by the thread that calls, with one buffer each way and nothing between them and the kernel.
/// It is what a round trip costs when no client library takes part.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _read = new byte[8192];
    private int _from;
    private int _to;

    /// <summary>Connects, and returns when the broker has accepted the client.</summary>
    /// <param name="broker">A broker on this machine that wants neither TLS nor credentials.</param>
    public RawConnection(Uri broker)
    {
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, broker.Port));
        Send("CONNECT {\"verbose\":false,\"pedantic\":false,\"no_responders\":true,\"headers\":true}\r\nPING\r\n"u8);
        UntilPong();
    }

    /// <summary>Writes, and returns when the kernel has all.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[_socket.Send(bytes)..];
    }

    /// <summary>Reads up to the broker's PONG.</summary>
    public void UntilPong()
    {
        while (!ReadLine().StartsWith("PONG"u8))
        {
            // INFO, or a message that nobody waits for any more.
        }
    }

    /// <summary>Reads up to the next message.</summary>
    /// <returns>Its reply subject; empty if it has none.</returns>
    public ReadOnlySpan<byte> UntilMessage()
    {
        while (true)
        {
            var line = ReadLine();
            if (!line.StartsWith("MSG "u8))
                continue;

            // MSG subject sid [reply-to] size
            var size = int.Parse(line[(line.LastIndexOf((byte)' ') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);
            var words = line[..line.LastIndexOf((byte)' ')];
            var reply = words.Count((byte)' ') == 3 ? words[(words.LastIndexOf((byte)' ') + 1)..].ToArray() : [];
            while (_to - _from < size + 2)
                Receive();
            _from += size + 2;
            return reply;
        }
    }

    /// <summary>What a client sends to publish.</summary>
    public static byte[] Publish(string subject, string? replyTo, string payload) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"PUB {subject} {(replyTo is null ? "" : replyTo + " ")}{payload.Length}\r\n{payload}\r\n"));

    public void Dispose() => _socket.Dispose();

    /// <summary>Ends a read that another thread waits in.</summary>
    public void Shutdown() => _socket.Shutdown(SocketShutdown.Both);

    private ReadOnlySpan<byte> ReadLine()
    {
        while (true)
        {
            var end = _read.AsSpan(_from, _to - _from).IndexOf("\r\n"u8);
            if (end < 0)
            {
                Receive();
                continue;
            }

            var line = _read.AsSpan(_from, end);
            _from += end + 2;
            if (line.SequenceEqual("PING"u8))
                Send("PONG\r\n"u8); // the broker measures, too
            else
                return line;
        }
    }

    private void Receive()
    {
        if (_from > 0)
        {
            _read.AsSpan(_from, _to - _from).CopyTo(_read);
            (_from, _to) = (0, _to - _from);
        }

        var count = _socket.Receive(_read.AsSpan(_to));
        if (count == 0)
            throw new EndOfStreamException("the broker closed the connection");
        _to += count;
    }
}
