using System.Net;
using System.Net.Sockets;

namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>Somebody on the way to a broker who writes down all that the client sends, and may change what the broker says first.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly MemoryStream _recorded = new();
    private readonly int _broker;
    private readonly Task _accepting;
    private int _connections;

    public RecordingProxy(int brokerPort)
    {
        _broker = brokerPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Changes the first bytes from the broker: its INFO.</summary>
    public Func<byte[], byte[]> Forge { get; init; } = info => info;

    public string Url => $"nats://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Connections so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>All that clients have sent, in the order in which it came.</summary>
    public byte[] Recorded
    {
        get
        {
            lock (_recorded)
                return _recorded.ToArray();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _recorded.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                passing.Add(PassAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        using (var broker = new TcpClient())
        {
            try
            {
                await broker.ConnectAsync(IPAddress.Loopback, _broker, _stop.Token);
                await Task.WhenAny(UpAsync(client.GetStream(), broker.GetStream()), DownAsync(broker.GetStream(), client.GetStream()));
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
            {
                // No broker, or the end of the test.
            }
        }
    }

    private async Task UpAsync(NetworkStream client, NetworkStream broker)
    {
        var buffer = new byte[8192];
        while (await ReadAsync(client, buffer) is > 0 and var read)
        {
            lock (_recorded)
                _recorded.Write(buffer, 0, read); // before anybody can act on it
            await WriteAsync(broker, buffer.AsMemory(0, read));
        }
    }

    private async Task DownAsync(NetworkStream broker, NetworkStream client)
    {
        var buffer = new byte[8192];
        for (var isFirst = true; await ReadAsync(broker, buffer) is > 0 and var read; isFirst = false)
            await WriteAsync(client, isFirst ? Forge(buffer[..read]) : buffer.AsMemory(0, read));
    }

    private async Task<int> ReadAsync(NetworkStream from, byte[] buffer)
    {
        try
        {
            return await from.ReadAsync(buffer, _stop.Token);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return 0;
        }
    }

    private async Task WriteAsync(NetworkStream to, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await to.WriteAsync(bytes, _stop.Token);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The other end is gone: the next read tells.
        }
    }
}
