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
        Target(endpoint.Url.IdnHost.Trim('[', ']'), endpoint.Url.Port, $"{file.Cluster}/{endpoint.Name} {role}", endpoint.Url.Scheme == "tls", certificateSeen);

    /// <summary>The same for the link that fails over, but for host and port, which its client chooses.</summary>
    public LinkTarget FailoverTarget(Action<DateTimeOffset> certificateSeen) =>
        Target("", 0, $"{file.Cluster}/{FailoverEndpoint} link", file.Endpoints.Any(endpoint => endpoint.Url.Scheme == "tls"), certificateSeen);

    private LinkTarget Target(string host, int port, string name, bool mustUseTls, Action<DateTimeOffset> certificateSeen) => new(
        host,
        port,
        $"natsprober {prober} {name}",
        () => Credentials.Present(file.Auth),
        mustUseTls || file.Tls is not null ? new TlsPolicy(file.Tls ?? new TlsSettings()) : null)
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
