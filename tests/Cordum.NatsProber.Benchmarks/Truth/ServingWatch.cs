using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>
/// The benchmark's own ruler for the instant at which a broker serves again: a thread of its own that knocks every millisecond, and notes when it last failed and when a client's
/// PING was first answered. The truth lies between the two.
/// </summary>
internal static class ServingWatch
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Watches until the broker serves.</summary>
    /// <param name="port">The port for clients.</param>
    /// <returns>Timestamps (<see cref="Stopwatch"/>): the start of the last attempt that failed, and the PONG of the first that succeeded.</returns>
    /// <exception cref="TimeoutException">It does not serve.</exception>
    public static Task<(long LastBad, long FirstGood)> UntilServesAsync(int port)
    {
        var found = new TaskCompletionSource<(long, long)>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Watch(port, found)) { IsBackground = true, Name = "serving watch" }.Start();
        return found.Task;
    }

    private static void Watch(int port, TaskCompletionSource<(long, long)> found)
    {
        var since = Stopwatch.GetTimestamp();
        var lastBad = since;
        while (Stopwatch.GetElapsedTime(since) < Limit)
        {
            var asked = Stopwatch.GetTimestamp();
            if (Serves(port))
            {
                found.SetResult((lastBad, Stopwatch.GetTimestamp()));
                return;
            }

            lastBad = asked;
            Thread.Sleep(1);
        }

        found.SetException(new TimeoutException($"the broker at port {port} does not serve after {Limit.TotalSeconds:0} s"));
    }

    private static bool Serves(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 1000 };
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            socket.Send("CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"bench\",\"version\":\"1\"}\r\nPING\r\n"u8);
            var heard = new byte[16 * 1024];
            var length = 0;
            while (length < heard.Length && socket.Receive(heard.AsSpan(length)) is > 0 and var read)
            {
                length += read;
                if (heard.AsSpan(0, length).IndexOf("PONG\r\n"u8) >= 0)
                    return true;
            }

            return false;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
