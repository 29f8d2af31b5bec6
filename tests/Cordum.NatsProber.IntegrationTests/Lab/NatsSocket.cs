using System.Net.Sockets;
using System.Text;

namespace Cordum.NatsProber.IntegrationTests.Lab;

/// <summary>A client so plain that nothing stands between a test and the broker: a socket and the lines that come over it.</summary>
internal sealed class NatsSocket : IDisposable
{
    private readonly TcpClient _tcp = new();
    private readonly StreamReader _lines;

    private NatsSocket(int port)
    {
        _tcp.Connect("127.0.0.1", port);
        _lines = new StreamReader(_tcp.GetStream(), Encoding.ASCII);
    }

    public string Info { get; private set; } = "";

    public static async Task<NatsSocket> ConnectAsync(int port)
    {
        var socket = new NatsSocket(port);
        socket.Info = (await socket.ReadLineAsync())!;
        await socket.SendAsync("CONNECT {\"verbose\":false,\"protocol\":1}");
        await socket.PingAsync();
        return socket;
    }

    public async Task PingAsync()
    {
        await SendAsync("PING");
        while (await ReadLineAsync() is var line && line != "PONG")
            Assert.NotNull(line);
    }

    public async Task SendAsync(string line) =>
        await _tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), TestContext.Current.CancellationToken);

    /// <summary>The next line, or null at the connection's end, however it ended.</summary>
    public async Task<string?> ReadLineAsync()
    {
        try
        {
            return await _lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Completes at the connection's end; gossip may come before it.</summary>
    public async Task EndAsync()
    {
        while (await ReadLineAsync() is not null)
        {
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        _tcp.Dispose();
    }
}
