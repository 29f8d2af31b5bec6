using NATS.Client.Core;

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
    Func<NatsAuthOpts> Credentials,
    TlsPolicy? Tls);
