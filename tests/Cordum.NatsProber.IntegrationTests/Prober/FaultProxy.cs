using System.Net;
using System.Net.Sockets;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>Stands before a broker and passes bytes both ways, until it is told to cut connections or to swallow what the broker says.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int> _broker;
    private readonly Task _accepting;
    private readonly List<Pair> _pairs = [];
    private int _accepted;

    public FaultProxy(int brokerPort)
        : this(() => brokerPort)
    {
    }

    /// <param name="brokerPort">Asked for each connection: the port need not be known before the broker starts.</param>
    public FaultProxy(Func<int> brokerPort)
    {
        _broker = brokerPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"nats://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>While set, the connections that introduced themselves as the prober's responder hear nothing more from the broker.</summary>
    public volatile bool SilenceResponders;

    /// <summary>While set, the broker seems to hang up on the prober's responder as soon as that has subscribed.</summary>
    public volatile bool HangUpOnResponders;

    /// <summary>While set, whoever connects is hung up on.</summary>
    public volatile bool Refuse;

    /// <summary>While set, bytes are taken from either side and passed on to none.</summary>
    public volatile bool Swallow;

    /// <summary>While set, what clients say is taken and not passed on; what the broker says is.</summary>
    public volatile bool SwallowFromClients;

    /// <summary>While set, what the broker says is taken and not passed on; what clients say is.</summary>
    public volatile bool SwallowFromBroker;

    /// <summary>While set, nothing that the broker says is even taken: its own buffers fill up.</summary>
    public volatile bool LeaveWithBroker;

    /// <summary>How long each packet takes to either side.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Connections so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Cuts every connection, and returns when they are gone.</summary>
    public async Task CutAsync()
    {
        Pair[] pairs;
        lock (_pairs)
        {
            pairs = [.. _pairs];
            _pairs.Clear();
        }

        foreach (var pair in pairs)
            pair.Dispose();
        await Task.WhenAll(pairs.Select(pair => pair.Passing));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await CutAsync();
        _stop.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                if (Refuse)
                {
                    client.Dispose();
                    continue;
                }

                var broker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                try
                {
                    await broker.ConnectAsync(IPAddress.Loopback, _broker(), _stop.Token);
                }
                catch (SocketException)
                {
                    // The broker is down: who asks for it is told so, and may ask again.
                    client.Dispose();
                    broker.Dispose();
                    continue;
                }

                lock (_pairs)
                {
                    // Whoever was on the way when everything was cut is cut, too.
                    if (!Refuse)
                    {
                        _pairs.Add(new Pair(this, client, broker));
                        continue;
                    }
                }

                client.Dispose();
                broker.Dispose();
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private sealed class Pair : IDisposable
    {
        private readonly FaultProxy _proxy;
        private readonly Socket _client;
        private readonly Socket _broker;
        private volatile bool _isResponder;
        private int _pongs;
        private volatile bool _isCut;

        public Pair(FaultProxy proxy, Socket client, Socket broker)
        {
            (_proxy, _client, _broker) = (proxy, client, broker);
            Passing = Task.WhenAll(PassAsync(client, broker, fromClient: true), PassAsync(broker, client, fromClient: false));
        }

        public Task Passing { get; }

        public void Dispose()
        {
            _isCut = true;
            _client.Dispose();
            _broker.Dispose();
        }

        private async Task PassAsync(Socket from, Socket to, bool fromClient)
        {
            var buffer = new byte[4096];
            try
            {
                while (await from.ReceiveAsync(buffer) is > 0 and var read)
                {
                    // The name is in CONNECT, the first thing that a client sends.
                    if (fromClient && buffer.AsSpan(0, read).IndexOf(" responder\""u8) >= 0)
                        _isResponder = true;
                    if (!fromClient && _isResponder && _proxy.SilenceResponders)
                        continue;
                    if (IsDropped(fromClient))
                        continue;
                    while (!fromClient && _proxy.LeaveWithBroker)
                        await Task.Delay(5);
                    if (_proxy.Latency > TimeSpan.Zero)
                        await Task.Delay(_proxy.Latency);
                    await to.SendAsync(buffer.AsMemory(0, read));

                    // The first PONG answers the handshake, the second confirms the subscription.
                    if (!fromClient && _isResponder && buffer.AsSpan(0, read).IndexOf("PONG"u8) >= 0 && ++_pongs == 2 && _proxy.HangUpOnResponders)
                        return;
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Cut, or ended by either side.
            }
            finally
            {
                // The news of an end is a packet, too: where packets are dropped, the other side does not hear of it.
                while (IsDropped(fromClient) && !_proxy._stop.IsCancellationRequested && !_isCut)
                    await Task.Delay(10);
                Dispose();
            }
        }

        private bool IsDropped(bool fromClient) => _proxy.Swallow || (fromClient ? _proxy.SwallowFromClients : _proxy.SwallowFromBroker);
    }
}
