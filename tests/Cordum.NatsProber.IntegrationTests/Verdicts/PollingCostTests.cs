using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Lab;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cordum.NatsProber.IntegrationTests.Verdicts;

/// <summary>What it costs a broker with 8,000 clients, and the prober, that the broker is asked about itself.</summary>
public sealed class PollingCostTests
{
    private const int Clients = 8000;
    private const int Ticks = 200;
    private static readonly TimeSpan UsualInterval = new BrokerProbe().Every;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Asking_costs_a_busy_broker_less_than_a_hundredth_of_a_core_and_the_prober_less_than_20_ms_a_tick(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server, Brokers = 1, Cluster = false }, Stop);
        var broker = cluster.Brokers[0];
        using var crowd = await Crowd.ConnectAsync(broker.ClientPort, Clients);
        var clock = new ProberClock(TimeProvider.System);
        using var stalls = new StallWatch(clock, new StallRecord());
        using var monitor = new BrokerMonitor(new Uri(broker.MonitorUrl), new TlsPolicy(new TlsSettings()), TimeSpan.FromSeconds(2), TimeProvider.System);
        var watch = new BrokerWatch(
            new LinkIdentity("test", "n1", "endpoint"),
            [new AskedSource(new MonitorSource(monitor, static () => "n1"), TimeProvider.System)],
            new BrokerProbeTimes(UsualInterval, TimeSpan.FromSeconds(2)),
            static () => null,
            stalls,
            clock,
            TimeProvider.System,
            NullLoggerFactory.Instance);
        await RunAsync(watch, Ticks); // by then the code is compiled
        Assert.True(watch.Facts.Connections >= Clients, $"{watch.Facts.Connections} connections");

        var (brokerBefore, ownBefore, began) = (Cpu(broker.ProcessId), Environment.CpuUsage.TotalTime, clock.Now);
        await RunAsync(watch, Ticks);
        var (ofBroker, own, took) = ((Cpu(broker.ProcessId) - brokerBefore) / Ticks, (Environment.CpuUsage.TotalTime - ownBefore) / Ticks, (clock.Now - began) / Ticks);

        var share = ofBroker / UsualInterval;
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture,
            $"nats-server {version} with {Clients} clients: a tick costs the broker {ofBroker.TotalMilliseconds:0.00} ms of CPU ({share * 100:0.000} % of a core at one every {UsualInterval.TotalSeconds} s), the prober {own.TotalMilliseconds:0.00} ms, and takes {took.TotalMilliseconds:0.00} ms"));
        Assert.True(share < 0.01, $"{share * 100:0.00} % of a core");
        Assert.True(own < TimeSpan.FromMilliseconds(20), $"{own.TotalMilliseconds:0.0} ms of CPU");
        Assert.True(took < TimeSpan.FromMilliseconds(20) + (stalls.Stalled(began, clock.Now) / Ticks), $"{took.TotalMilliseconds:0.0} ms");
    }

    private static async Task RunAsync(BrokerWatch watch, int ticks)
    {
        for (var i = 0; i < ticks; i++)
            Assert.NotEqual(Outcome.Timeout, (await watch.RunAsync(Stop)).Outcome);
    }

    /// <summary>User and system time of a process: fields 14 and 15 of proc(5)'s stat, in hundredths of a second.</summary>
    private static TimeSpan Cpu(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0);
    }

    /// <summary>Many plain clients that say nothing.</summary>
    private sealed class Crowd : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public static async Task<Crowd> ConnectAsync(int port, int count)
        {
            var crowd = new Crowd();
            try
            {
                while (crowd._sockets.Count < count)
                {
                    var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    crowd._sockets.Add(socket);
                    // From several addresses, for other tests' ports are among those of one.
                    socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(1 + (crowd._sockets.Count % 8))]), 0));
                    await socket.ConnectAsync("127.0.0.1", port, Stop);
                    await socket.SendAsync("CONNECT {\"verbose\":false}\r\n"u8.ToArray(), Stop);
                }

                return crowd;
            }
            catch
            {
                crowd.Dispose();
                throw;
            }
        }

        public void Dispose()
        {
            foreach (var socket in _sockets)
                socket.Dispose();
        }
    }
}
