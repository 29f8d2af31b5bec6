using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cordum.NatsProber.IntegrationTests.Brokers;

/// <summary>Stands where a broker's monitor should: answers every request on loopback as the test says, byte by byte.</summary>
internal sealed class MonitorServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Stream, CancellationToken, Task> _answer;
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;
    private int _accepted;
    private int _requests;

    /// <param name="answer">Writes what follows on a request. Returning leaves the connection open; throwing closes it.</param>
    public MonitorServer(Func<Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Connections so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The head of the latest request.</summary>
    public string Latest { get; private set; } = "";

    /// <summary>One that always says the same.</summary>
    public static MonitorServer Saying(string response) => new((stream, stop) => stream.WriteAsync(Encoding.ASCII.GetBytes(response), stop).AsTask());

    /// <summary>One that always gives a whole response.</summary>
    public static MonitorServer Responding(string status, string body, string headers = "") =>
        Saying($"HTTP/1.1 {status}\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                _connections.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            while (await ReadHeadAsync(reader) is { Length: > 0 } head)
            {
                Latest = head;
                Interlocked.Increment(ref _requests);
                await _answer(stream, _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The prober hung up, the test is over, or the script wants it so.
        }
    }

    private async Task<string> ReadHeadAsync(StreamReader reader)
    {
        var head = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            head.AppendLine(line);
        return head.ToString();
    }
}
