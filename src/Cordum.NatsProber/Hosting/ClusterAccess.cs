using System.Net;
using Cordum.NatsProber.Discovery;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.RoundTrips;

namespace Cordum.NatsProber.Hosting;

/// <summary>How one cluster's brokers are reached: names, credentials, TLS, and who resolves.</summary>
internal sealed class ClusterAccess(string prober, ProbeFile file, DnsDiscovery? discovery)
{
    /// <summary>The name of the link that fails over, where others have their endpoint's.</summary>
    public const string FailoverEndpoint = "_cluster";

    /// <summary>The subjects of the whole cluster.</summary>
    public ProbeSubjects Subjects { get; } = ProbeSubjects.For(prober, file.Cluster, FailoverEndpoint);

    /// <summary>Where a connection to one endpoint leads.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="role">What the connection is for, as the broker's reports will show it.</param>
    /// <param name="certificateSeen">Told when the certificate that the broker shows expires.</param>
    public LinkTarget Target(ProbedEndpoint endpoint, string role, Action<DateTimeOffset> certificateSeen) =>
        Target(Addresses.HostOf(endpoint.Url), endpoint.Url.Port, ClientName(prober, file.Cluster, endpoint.Name, role), IsTls(endpoint), certificateSeen);

    /// <summary>The same with the credentials of the system account.</summary>
    /// <param name="endpoint">The endpoint.</param>
    public LinkTarget SystemTarget(ProbedEndpoint endpoint) => Target(endpoint, "system observer", static _ => { }) with
    {
        Credentials = () => Credentials.Present(file.SystemAuth),
    };

    /// <summary>The same for the link that fails over, but for host, port and TLS, which follow from where its client goes.</summary>
    public LinkTarget FailoverTarget(Action<DateTimeOffset> certificateSeen) =>
        Target("", 0, ClientName(prober, file.Cluster, FailoverEndpoint, "link"), mustUseTls: false, certificateSeen) with
        {
            // Of a service (SRV) no certificate bears the name; its hosts' own names are what the client has then.
            TlsHost = file.Discover is { } discover && !discover.Dns.StartsWith('_') ? discover.Dns : null,
        };

    /// <summary>The TLS to insist on at an address of the link that fails over: what its endpoint asks for; at one that was gossiped, what any endpoint asks for.</summary>
    public TlsPolicy? FailoverTls(Uri address)
    {
        var known = file.Endpoints.FirstOrDefault(endpoint => endpoint.Url.Authority == address.Authority);
        return Tls(known is null ? file.Endpoints.Any(IsTls) : IsTls(known));
    }

    /// <summary>The TLS of a broker's monitor, where its address is https: trust and certificate are the cluster's.</summary>
    public TlsPolicy MonitorTls => new(file.Tls ?? new TlsSettings());

    /// <summary>What a connection calls itself in the brokers' records.</summary>
    public static string ClientName(string prober, string cluster, string endpoint, string role) => $"natsprober {prober} {cluster}/{endpoint} {role}";

    private static bool IsTls(ProbedEndpoint endpoint) => endpoint.Url.Scheme == "tls";

    private TlsPolicy? Tls(bool isAskedFor) => isAskedFor || file.Tls is not null ? new TlsPolicy(file.Tls ?? new TlsSettings()) : null;

    private LinkTarget Target(string host, int port, string name, bool mustUseTls, Action<DateTimeOffset> certificateSeen) => new(
        host,
        port,
        name,
        () => Credentials.Present(file.Auth),
        Tls(mustUseTls))
    {
        CertificateSeen = certificateSeen,
        InboxPrefix = ProbeSubjects.InboxPrefix(prober),
        Resolve = discovery is null ? Resolver.ResolveAsync : ResolveAsync,
        // Where DNS named addresses, the certificate is for the name that was asked.
        TlsHost = discovery is not null && IPAddress.TryParse(host, out _) ? file.Discover!.Dns : null,
    };

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken stop)
    {
        try
        {
            return await discovery!.AddressesAsync(host, stop).ConfigureAwait(false);
        }
        catch (DiscoveryException e)
        {
            throw new DialException(DisconnectCause.Dns, e.Message);
        }
    }
}
