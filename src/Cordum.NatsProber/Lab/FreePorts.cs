using System.Net;
using System.Net.Sockets;

namespace Cordum.NatsProber.Lab;

/// <summary>Ports for brokers that may be down for a while and must find their port free when they come back.</summary>
internal static class FreePorts
{
    // Below the range from which systems take the local ports of outgoing connections (Linux: from 32768, others: from 49152), which is where
    // bind(0) would choose as well: while a broker is down, anybody's dial could take its port; a client that redials it could even
    // connect to itself. Above the defaults of `natsprober lab`.
    private const int From = 20_000;
    private const int To = 32_000;

    private static readonly Lock Gate = new();

    // A port of a broker that is down just now looks free: remember whom it belongs to.
    private static readonly HashSet<int> Taken = [];

    public static int Take()
    {
        lock (Gate)
        {
            for (var attempt = 0; attempt < 1000; attempt++)
            {
                var port = Random.Shared.Next(From, To);
                if (!Taken.Contains(port) && IsFree(port))
                {
                    Taken.Add(port);
                    return port;
                }
            }
        }

        throw new LabException($"no free port found between {From} and {To}");
    }

    public static void Release(IEnumerable<int> ports)
    {
        lock (Gate)
            Taken.ExceptWith(ports);
    }

    /// <summary>Whether nobody listens on the port.</summary>
    public static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
