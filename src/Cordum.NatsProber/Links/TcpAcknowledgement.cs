using System.Buffers.Binary;
using System.Net.Sockets;

namespace Cordum.NatsProber.Links;

/// <summary>
/// Whether the other end's TCP has acknowledged all that was sent. It tells a process that hangs, whose host still acknowledges, from a path on which nothing arrives. (Of a proxy between
/// the two it is the proxy's TCP that acknowledges.)
/// </summary>
internal static class TcpAcknowledgement
{
    // getsockopt(2), linux/tcp.h: the count of segments that are not acknowledged follows eight bytes and the fields rto, ato, snd_mss and rcv_mss.
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;
    private const int Unacknowledged = 8 + (4 * sizeof(uint));

    /// <summary>Asks the kernel; null where it cannot tell (not Linux, or the socket is closed already).</summary>
    public static bool? Of(Socket? socket)
    {
        if (socket is null || !OperatingSystem.IsLinux())
            return null;
        Span<byte> info = stackalloc byte[128];
        try
        {
            var length = socket.GetRawSocketOption(TcpLevel, TcpInfo, info);
            return length >= Unacknowledged + sizeof(uint) ? ReadUInt32(info[Unacknowledged..]) == 0 : null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static uint ReadUInt32(ReadOnlySpan<byte> bytes) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
