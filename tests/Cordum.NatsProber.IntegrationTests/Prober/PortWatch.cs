using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>
/// The test's own ruler for the end of an outage: dials a port without pause and notes when it last failed and when a client's handshake was first
/// answered with a PONG. The truth lies between the two.
/// </summary>
internal static class PortWatch
{
    /// <summary>Watches until a handshake succeeds.</summary>
    /// <returns>Timestamps (<see cref="Stopwatch"/>): the start of the last attempt that failed, and the PONG of the first that succeeded.</returns>
    public static async Task<(long LastBad, long FirstGood)> UntilAnswersAsync(int port)
    {
        var lastBad = Stopwatch.GetTimestamp();
        while (true)
        {
            var asked = Stopwatch.GetTimestamp();
            if (await AnswersAsync(port))
                return (lastBad, Stopwatch.GetTimestamp());
            lastBad = asked;
            // As often as possible without taking the CPU from the broker that is starting.
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            await socket.SendAsync("CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"test\",\"version\":\"1\"}\r\nPING\r\n"u8.ToArray());
            var buffer = new byte[16 * 1024];
            var heard = new StringBuilder();
            while (!heard.ToString().Contains("PONG\r\n", StringComparison.Ordinal))
            {
                var read = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
                if (read == 0)
                    return false;
                heard.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
