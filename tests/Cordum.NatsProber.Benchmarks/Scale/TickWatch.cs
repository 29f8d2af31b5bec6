using System.Net;
using System.Net.Sockets;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>
/// Sees from outside when the prober's requests reach the brokers: a raw subscriber on each. What it tells includes the sending, the broker's work and its own
/// waking: the prober is no later than that.
/// </summary>
internal sealed class TickWatch : IDisposable
{
    /// <summary>At most so many clusters are watched, evenly chosen: who watches five thousand requests a second becomes a load of its own.</summary>
    private const int Most = 100;

    private readonly Fleet _fleet;
    private readonly MonotonicWallClock _clock = new(TimeProvider.System);
    private readonly TimeSpan[] _phases;
    private readonly long[] _arrivals;
    private readonly List<Socket> _sockets = [];
    private readonly Lock _gate = new();
    private List<double> _milliseconds = [];

    private TickWatch(Fleet fleet)
    {
        _fleet = fleet;
        _phases = [.. Enumerable.Range(0, fleet.Links).Select(Fleet.PhaseOf)];
        _arrivals = new long[fleet.Links];
        Clusters = [.. Enumerable.Range(0, fleet.Clusters).Where(cluster => cluster % Math.Max(1, fleet.Clusters / Most) == 0)];
    }

    /// <summary>The clusters that are watched.</summary>
    public IReadOnlyList<int> Clusters { get; }

    /// <summary>The links that are watched.</summary>
    public IEnumerable<int> Links => Clusters.SelectMany(cluster => Enumerable.Range(cluster * Fleet.LinksPerCluster, Fleet.LinksPerCluster));

    /// <summary>Begins to watch a prober. Right behind its start, whose clock does not step either, so that the two do not drift apart.</summary>
    /// <param name="fleet">What it probes.</param>
    /// <param name="prober">Its name.</param>
    /// <param name="ports">The brokers' ports.</param>
    public static TickWatch Start(Fleet fleet, string prober, IReadOnlyList<int> ports)
    {
        var watch = new TickWatch(fleet);
        var subscribe = string.Concat(watch.Clusters.Select(cluster => $"SUB _cordum.probe.{prober}.*.c{cluster}.*.req {cluster + 1}\r\n"));
        foreach (var port in ports)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            watch._sockets.Add(socket);
            socket.Connect(IPAddress.Loopback, port);
            socket.Send(System.Text.Encoding.ASCII.GetBytes("CONNECT {\"verbose\":false,\"name\":\"watch\"}\r\n" + subscribe));
            // A thread of its own: the pool may be busy with scrapes.
            new Thread(() => watch.Receive(socket)) { IsBackground = true, Name = $"watch {port}" }.Start();
        }

        return watch;
    }

    /// <summary>How late the requests were since it was last asked, in milliseconds; early ones are negative.</summary>
    public List<double> TakeMilliseconds()
    {
        lock (_gate)
            return Interlocked.Exchange(ref _milliseconds, []);
    }

    /// <summary>How many requests of each link have arrived so far.</summary>
    public long[] Arrivals()
    {
        lock (_gate)
            return [.. _arrivals];
    }

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    private void Receive(Socket socket)
    {
        var buffer = new byte[1 << 16];
        var held = 0;
        try
        {
            while (socket.Receive(buffer, held, buffer.Length - held, SocketFlags.None) is > 0 and var read)
            {
                var now = _clock.GetUtcNow();
                held += read;
                var used = 0;
                while (buffer.AsSpan(used, held - used).IndexOf((byte)'\n') is >= 0 and var length)
                {
                    var line = buffer.AsSpan(used, length);
                    used += length + 1;
                    if (line.StartsWith("MSG "u8))
                        Arrived(line, now);
                    else if (line.StartsWith("PING"u8))
                        socket.Send("PONG\r\n"u8);
                }

                buffer.AsSpan(used, held - used).CopyTo(buffer);
                held -= used;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Nobody watches any more, or the broker was ended.
        }
    }

    /// <param name="line"><c>MSG _cordum.probe.PROBER.RUN.cluster.endpoint.req 1 reply 0</c></param>
    /// <param name="now">When it came.</param>
    private void Arrived(ReadOnlySpan<byte> line, DateTimeOffset now)
    {
        var subject = line[4..];
        subject = subject[..subject.IndexOf((byte)' ')];
        var place = subject[..^".req".Length];
        var endpoint = place.LastIndexOf((byte)'.');
        var cluster = place[..endpoint].LastIndexOf((byte)'.');
        var link = _fleet.LinkOf(place[(cluster + 1)..endpoint], place[(endpoint + 1)..]);
        if (link < 0)
            return;
        var late = Lateness.Of(now, _phases[link], Fleet.Every).TotalMilliseconds;
        lock (_gate)
        {
            _arrivals[link]++;
            _milliseconds.Add(late);
        }
    }
}
