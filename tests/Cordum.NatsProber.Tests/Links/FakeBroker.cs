using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>A TCP server on loopback that plays one script for each connection, and keeps what it heard.</summary>
internal sealed class FakeBroker : IAsyncDisposable
{
    public const string ServerId = "NFAKE";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Channel<Caller> _accepted = Channel.CreateUnbounded<Caller>();
    private readonly Task _serving;

    public FakeBroker(Func<Caller, Task> script)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync(script);
    }

    public int Port { get; }

    /// <summary>An INFO line; <paramref name="more"/> is further JSON, with a comma first.</summary>
    public static string Info(string name = "nats-0", string more = "") =>
        $$"""INFO {"server_id":"{{ServerId}}","server_name":"{{name}}","version":"2.15.1","proto":1,"headers":true,"max_payload":1048576,"client_id":7{{more}}}""" + "\r\n";

    /// <summary>Greets, and takes whoever comes.</summary>
    public static async Task WelcomeAsync(Caller caller)
    {
        await caller.SayAsync(Info());
        await caller.HearAsync("PING\r\n");
        await caller.SayAsync("PONG\r\n");
        await caller.HearOutAsync();
    }

    /// <summary>The next connection that was made, in order.</summary>
    public async Task<Caller> NextCallerAsync() => await _accepted.Reader.ReadAsync(_stop.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Somebody called whom <see cref="NextCallerAsync"/> has not told of yet.</summary>
    public bool HasNextCaller => _accepted.Reader.Count > 0;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving; // before the listener goes: it may be about to accept
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<Caller, Task> script)
    {
        var calls = new List<Task>();
        try
        {
            while (true)
            {
                var caller = new Caller(await _listener.AcceptTcpClientAsync(_stop.Token), _stop.Token);
                calls.Add(caller.ServeAsync(script));
                _accepted.Writer.TryWrite(caller);
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(calls);
        }
    }

    /// <summary>One connection, from the broker's end.</summary>
    internal sealed class Caller(TcpClient client, CancellationToken stop)
    {
        private readonly StringBuilder _heard = new();
        private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>All that the caller has said, so far.</summary>
        public string Heard
        {
            get
            {
                lock (_heard)
                    return _heard.ToString();
            }
        }

        /// <summary>Completes with all that the caller has said, when its end or this one has closed the connection.</summary>
        public async Task<string> WhenGoneAsync()
        {
            await _gone.Task.WaitAsync(TimeSpan.FromSeconds(20), stop);
            return Heard;
        }

        public async Task SayAsync(string text) => await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), stop);

        /// <summary>Returns when the caller has said <paramref name="text"/>; throws if it goes before that.</summary>
        public async Task HearAsync(string text)
        {
            while (!Heard.Contains(text, StringComparison.Ordinal))
            {
                if (!await HearMoreAsync())
                    throw new IOException($"gone before {text}");
            }
        }

        /// <summary>Listens until the caller goes.</summary>
        public async Task HearOutAsync()
        {
            while (await HearMoreAsync())
            {
            }
        }

        /// <summary>Ends the connection with a reset instead of a farewell.</summary>
        public void Reset()
        {
            client.LingerState = new LingerOption(true, 0);
            client.Client.Dispose(); // not by way of the stream, which says farewell
        }

        internal async Task ServeAsync(Func<Caller, Task> script)
        {
            using (client)
            {
                try
                {
                    await script(this);
                }
                catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
                {
                    // The caller went in the middle of the script, or the test is over.
                }
            }

            _gone.TrySetResult();
        }

        private async Task<bool> HearMoreAsync()
        {
            var buffer = new byte[4096];
            var read = await client.GetStream().ReadAsync(buffer, stop);
            lock (_heard)
                _heard.Append(Encoding.UTF8.GetString(buffer, 0, read));
            return read > 0;
        }
    }
}
