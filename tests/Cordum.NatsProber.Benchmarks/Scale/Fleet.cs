using System.Buffers.Text;
using System.Globalization;
using Cordum.NatsProber.Scheduling;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>
/// Many endpoints of few brokers, and what they are called. Two endpoints of one cluster must not be one broker process, or the prober says so: thus
/// clusters of one endpoint per broker, each endpoint at an address of its own, and as many clusters as it takes.
/// </summary>
/// <param name="Endpoints">How many; a multiple of <see cref="Brokers"/>.</param>
internal sealed record Fleet(int Endpoints)
{
    /// <summary>The broker processes, and the endpoints of a cluster.</summary>
    public const int Brokers = 10;

    /// <summary>The links of a cluster: one to each endpoint, and the one that fails over, which is the last.</summary>
    public const int LinksPerCluster = Brokers + 1;

    /// <summary>How often each link is probed.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private const string Failover = "_cluster";

    /// <summary>The clusters.</summary>
    public int Clusters { get; } = Endpoints % Brokers == 0
        ? Endpoints / Brokers
        : throw new ArgumentOutOfRangeException(nameof(Endpoints), Endpoints, $"must be a multiple of {Brokers}");

    /// <summary>All links: those to endpoints, and one more in each cluster.</summary>
    public int Links => Clusters * LinksPerCluster;

    /// <summary>Where an endpoint is reached: all of 127.0.0.0/8 is this machine.</summary>
    /// <param name="cluster">Which cluster, from 0.</param>
    /// <param name="broker">Which of its endpoints, from 0.</param>
    /// <param name="port">The broker's port.</param>
    public static string Url(int cluster, int broker, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"nats://127.{1 + (cluster / 250)}.{cluster % 250}.{broker + 1}:{port}");

    /// <summary>The probe files, one a cluster.</summary>
    /// <param name="ports">The brokers' ports.</param>
    public IReadOnlyList<string> ProbeFiles(IReadOnlyList<int> ports) =>
    [
        .. Enumerable.Range(0, Clusters).Select(cluster => $$"""
            cluster: c{{cluster}}
            endpoints:
            {{string.Join('\n', ports.Select((port, broker) => $"  - {{ name: e{broker}, url: \"{Url(cluster, broker, port)}\" }}"))}}
            probes:
              request: { every: 1s, timeout: 500ms }
            """),
    ];

    /// <summary>Whether a link goes to an endpoint of its own, and not where the client leads it.</summary>
    public static bool IsPinned(int link) => link % LinksPerCluster != Brokers;

    /// <summary>The broker that a pinned link goes to, from 0.</summary>
    public static int BrokerOf(int link) => link % LinksPerCluster;

    /// <summary>A link's name, as in the log.</summary>
    public static string NameOf(int link) => $"{ClusterOf(link)}/{EndpointOf(link)}";

    /// <summary>The number of a link, by the labels of its series; -1 if it is none of these.</summary>
    public int LinkOf(ReadOnlySpan<byte> cluster, ReadOnlySpan<byte> endpoint)
    {
        if (!TryNumber(cluster, (byte)'c', out var c) || c >= Clusters)
            return -1;
        if (endpoint.SequenceEqual("_cluster"u8))
            return (c * LinksPerCluster) + Brokers;
        return TryNumber(endpoint, (byte)'e', out var e) && e < Brokers ? (c * LinksPerCluster) + e : -1;
    }

    /// <summary>When within its interval a link's requests are due.</summary>
    public static TimeSpan PhaseOf(int link) => TickPhase.Of(ClusterOf(link), EndpointOf(link), "request", Every);

    private static string ClusterOf(int link) => $"c{link / LinksPerCluster}";

    private static string EndpointOf(int link) => IsPinned(link) ? $"e{BrokerOf(link)}" : Failover;

    private static bool TryNumber(ReadOnlySpan<byte> name, byte letter, out int number)
    {
        number = 0;
        return name.Length > 1 && name[0] == letter && Utf8Parser.TryParse(name[1..], out number, out var used) && used == name.Length - 1;
    }
}
