using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Links;

/// <summary>The TLS that a link insists on. Certificate files are read for each handshake, so that a rotated one needs no restart.</summary>
/// <param name="Settings">The probe file's <c>tls</c> section, or its defaults.</param>
internal sealed record TlsPolicy(TlsSettings Settings)
{
    /// <summary>The machine's own trust, no client certificate.</summary>
    public static TlsPolicy Default { get; } = new(new TlsSettings());

    /// <summary>The handshake comes before INFO, as in servers with <c>handshake_first</c>.</summary>
    public bool HandshakeFirst => Settings.HandshakeFirst;

    /// <summary>Does the handshake over <paramref name="stream"/>.</summary>
    /// <exception cref="DialException">It failed, or a certificate file cannot be used.</exception>
    public async Task<Stream> AuthenticateAsync(Stream stream, string host, CancellationToken stop)
    {
        var options = Options(host);
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(options, stop).ConfigureAwait(false);
            return tls;
        }
        catch (AuthenticationException e)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw new DialException(DisconnectCause.Tls, e.InnerException?.Message ?? e.Message);
        }
        catch
        {
            // The connection ended in mid-handshake: that is no fault of any certificate.
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private SslClientAuthenticationOptions Options(string host)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = Settings.ServerName ?? host };
        try
        {
            if (Settings.CaFile is { } ca)
            {
                options.CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                };
                options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(ca);
            }

            if (Settings is { CertFile: { } cert, KeyFile: { } key })
                options.ClientCertificates = [X509Certificate2.CreateFromPemFile(cert, key)];
            return options;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new DialException(DisconnectCause.Tls, $"a certificate or key file cannot be used: {e.Message}");
        }
    }
}
