using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>A listener on a free loopback port that does with each connection whatever the test wants, and counts them.</summary>
internal sealed class Stranger : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _talks = [];
    private readonly Task _accepting;
    private int _accepted;

    /// <summary>Starts listening.</summary>
    /// <param name="talk">What to do with a connection; it is closed afterwards.</param>
    public Stranger(Func<NetworkStream, CancellationToken, Task> talk)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(talk);
    }

    public int Port { get; }

    public string Url => $"nats://127.0.0.1:{Port}";

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Accepts and never says a word, but reads.</summary>
    public static Stranger Silent() => new(async (stream, stop) => await stream.CopyToAsync(Stream.Null, stop));

    /// <summary>An HTTP server: waits for a request, then answers.</summary>
    public static Stranger Http() => new(async (stream, stop) =>
    {
        await stream.ReadExactlyAsync(new byte[4], stop);
        await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop);
    });

    /// <summary>Bytes that are no protocol at all.</summary>
    public static Stranger Garbage() => new(async (stream, stop) =>
    {
        var bytes = new byte[512];
        new Random(7).NextBytes(bytes);
        await stream.WriteAsync(bytes, stop);
        await stream.CopyToAsync(Stream.Null, stop);
    });

    /// <summary>A broker that takes clients and answers their PINGs, and delivers nothing to anybody: it never says that nobody answers, either.</summary>
    /// <param name="refusesResponders">It hangs up on the prober's responders.</param>
    public static Stranger Deaf(bool refusesResponders) => new(async (stream, stop) =>
    {
        await stream.WriteAsync("INFO {\"server_id\":\"DEAF\",\"server_name\":\"n1\",\"version\":\"2.11.0\",\"proto\":1,\"headers\":true,\"max_payload\":1048576,\"client_id\":1}\r\n"u8.ToArray(), stop);
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync(stop) is { } line)
        {
            if (line.StartsWith("CONNECT", StringComparison.Ordinal) && refusesResponders && line.Contains(" responder\"", StringComparison.Ordinal))
                return;
            if (line == "PING")
                await stream.WriteAsync("PONG\r\n"u8.ToArray(), stop);
        }
    });

    /// <summary>What might become an INFO line, a byte a tenth of a second.</summary>
    public static Stranger SlowDrip() => new(async (stream, stop) =>
    {
        foreach (var b in "INFO {\"server_id\":\"NSLOW\",\"server_name\":\"slow\",\"version\":\"2.9.10\"}\r\n"u8.ToArray())
        {
            await stream.WriteAsync(new[] { b }, stop);
            await Task.Delay(100, stop);
        }
    });

    /// <summary>A broker that welcomes everybody and hangs up at once.</summary>
    public static Stranger Welcomes() => new(async (stream, stop) =>
    {
        await stream.WriteAsync("INFO {\"server_id\":\"NFLAP\",\"server_name\":\"flap\",\"version\":\"2.9.10\",\"max_payload\":1048576}\r\n"u8.ToArray(), stop);
        var heard = new StringBuilder();
        var buffer = new byte[4096];
        while (!heard.ToString().Contains("PING\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer, stop) is > 0 and var read)
            heard.Append(Encoding.ASCII.GetString(buffer, 0, read));
        await stream.WriteAsync("PONG\r\n"u8.ToArray(), stop);
    });

    /// <summary>Accepts and hangs up.</summary>
    public static Stranger HangsUp() => new((_, _) => Task.CompletedTask);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_talks);
        _stop.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> talk)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                _talks.Add(TalkAsync(socket, talk));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task TalkAsync(Socket socket, Func<NetworkStream, CancellationToken, Task> talk)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await talk(stream, _stop.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The prober hung up, or the test is over.
        }
    }
}
