using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>The real brokers of a <see cref="Fleet"/>: independent of each other, each reached at thousands of addresses.</summary>
internal sealed class FleetBrokers : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-fleet-").FullName;
    private readonly List<LabBroker> _brokers = [];

    private FleetBrokers()
    {
    }

    /// <summary>The brokers.</summary>
    public IReadOnlyList<LabBroker> All => _brokers;

    /// <summary>Their ports.</summary>
    public IReadOnlyList<int> Ports => [.. _brokers.Select(broker => broker.ClientPort)];

    /// <summary>The processor time that their present processes have used. All must run.</summary>
    public TimeSpan Cpu => _brokers.Aggregate(TimeSpan.Zero, (sum, broker) => sum + ProcessUsage.Of(broker.ProcessId).Cpu);

    /// <summary>Starts them.</summary>
    public static async Task<FleetBrokers> StartAsync(string natsServer, CancellationToken stop)
    {
        var fleet = new FleetBrokers();
        try
        {
            for (var i = 0; i < Fleet.Brokers; i++)
            {
                var name = $"b{i}";
                var plan = new LabBrokerPlan(name, FreePorts.Take(), MonitorPort: 0, RoutePort: 0, Path.Combine(fleet._folder, name));
                Directory.CreateDirectory(plan.Folder);
                // 0.0.0.0, because a listener on 127.0.0.1 does not answer 127.1.2.3.
                await File.WriteAllTextAsync(plan.ConfigFile, $"server_name: {name}\nlisten: \"0.0.0.0:{plan.ClientPort}\"\nports_file_dir: \"{plan.Folder}\"\n", stop);
                var broker = new LabBroker(natsServer, plan, fleet._folder);
                fleet._brokers.Add(broker);
                await broker.StartAsync(stop);
            }
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }

        return fleet;
    }

    /// <summary>Waits until a broker serves: it answers a PING. Tries again each millisecond.</summary>
    /// <returns>When it did, on <see cref="Stopwatch"/>'s clock.</returns>
    public static async Task<long> UntilServesAsync(LabBroker broker, CancellationToken stop)
    {
        var buffer = new byte[4096];
        while (true)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, broker.ClientPort), stop);
                await socket.SendAsync("CONNECT {\"verbose\":false}\r\nPING\r\n"u8.ToArray(), stop);
                var got = 0;
                while (got < buffer.Length)
                {
                    var read = await socket.ReceiveAsync(buffer.AsMemory(got), stop);
                    if (read == 0)
                        break;
                    got += read;
                    if (buffer.AsSpan(0, got).IndexOf("PONG\r\n"u8) >= 0)
                        return Stopwatch.GetTimestamp();
                }
            }
            catch (SocketException)
            {
                // It does not listen yet.
            }

            await Task.Delay(1, stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_brokers.Select(broker => broker.DisposeAsync().AsTask()));
        FreePorts.Release(Ports);
        Directory.Delete(_folder, recursive: true);
    }
}
