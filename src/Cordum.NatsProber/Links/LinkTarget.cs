using System.Net;

namespace Cordum.NatsProber.Links;

/// <summary>Where a link leads and how it introduces itself.</summary>
/// <param name="Host">Host name or address.</param>
/// <param name="Port">TCP port.</param>
/// <param name="ClientName">The name that the broker's reports show for the connection.</param>
/// <param name="Credentials">Reads the credentials afresh for each dial, so that a rotated secret needs no restart. Throws <see cref="DialException"/>.</param>
/// <param name="Tls">What TLS to insist on; null to use it only where the broker requires it.</param>
internal sealed record LinkTarget(
    string Host,
    int Port,
    string ClientName,
    Func<PresentedCredentials> Credentials,
    TlsPolicy? Tls)
{
    /// <summary>The host to find in the broker's certificate, where that is not <see cref="Host"/>; null where it is.</summary>
    public string? TlsHost { get; init; }

    /// <summary>Told when the certificate that the broker shows expires, trusted or not.</summary>
    public Action<DateTimeOffset> CertificateSeen { get; init; } = static _ => { };

    /// <summary>Resolves <see cref="Host"/>. Throws <see cref="DialException"/>.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Resolver.ResolveAsync;

    /// <summary>What the client's inboxes begin with: the prober's own subjects, so that no other permission is needed.</summary>
    public string InboxPrefix { get; init; } = "_INBOX";
}
