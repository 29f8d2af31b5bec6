using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Links;

/// <summary>One TLS handshake: the files that it takes, what the broker showed in it, and what went wrong, in words.</summary>
internal sealed class TlsHandshake : IDisposable
{
    private readonly TlsSettings _settings;
    private readonly TlsFiles _files;
    private readonly string _host;
    private readonly Action<DateTimeOffset> _brokerExpires;

    /// <summary>What is wrong with the broker's certificate; null while nothing is.</summary>
    private string? _trouble;

    private bool _askedForCertificate;

    /// <exception cref="DialException">A file cannot be used.</exception>
    public TlsHandshake(TlsSettings settings, string host, Action<DateTimeOffset> brokerExpires)
    {
        (_settings, _host, _brokerExpires) = (settings, settings.ServerName ?? host, brokerExpires);
        _files = TlsFiles.Read(settings);
    }

    /// <inheritdoc cref="TlsPolicy.AuthenticateAsync(Stream, string, Action{DateTimeOffset}, CancellationToken)"/>
    public async Task<Stream> RunAsync(Stream stream, CancellationToken stop)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(Options(), stop).ConfigureAwait(false);
            return new TlsStream(tls, Presented());
        }
        catch (Exception e)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            if (Explained(e) is { } explained)
                throw explained;
            throw;
        }
    }

    public void Dispose() => _files.Dispose();

    private SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = _host,
            CertificateChainPolicy = Trust(),
            RemoteCertificateValidationCallback = IsTrusted,
            // A resumed session shows the certificate of the time when it began, not the one that the broker has now; and a new client has none to resume.
            AllowTlsResume = false,
            AllowRenegotiation = false,
        };
        if (_files.Client is { } client)
            // Offline: the file has all that there is to send. To look for more is to ask the network, and to wait for it.
            options.ClientCertificateContext = SslStreamCertificateContext.Create(client, _files.ClientChain, offline: true);
        else
            options.LocalCertificateSelectionCallback = HaveNone;
        return options;
    }

    private X509ChainPolicy Trust()
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            // By default missing authorities are fetched from where the certificate says: a stranger's address, asked on a thread of the pool.
            DisableCertificateDownloads = true,
        };
        if (_files.Authorities is { } authorities)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var leaf = certificate as X509Certificate2;
        if (leaf is not null)
            _brokerExpires(TlsFiles.Expiry(leaf));
        if (errors == SslPolicyErrors.None)
            return true;
        _trouble = new CertificateTrouble(_host, _settings.CaFile, DateTimeOffset.UtcNow).Describe(leaf, chain, errors);
        return false;
    }

    /// <summary>Takes note that a certificate was asked for. It is called once before the handshake too, when there is no broker's certificate yet.</summary>
    private X509Certificate HaveNone(object sender, string host, X509CertificateCollection mine, X509Certificate? brokers, string[] issuers)
    {
        _askedForCertificate |= brokers is not null;
        return null!; // documented to mean none, though not so declared
    }

    private PresentedCertificate Presented() =>
        new(_settings.CertFile, _files.Client?.Issuer, _files.Client is { } client ? TlsFiles.Expiry(client) : null, _askedForCertificate);

    /// <summary>The same failure in words; null for one that is none of the other side's.</summary>
    private DialException? Explained(Exception e) => e switch
    {
        _ when _trouble is not null => new DialException(DisconnectCause.Tls, _trouble),
        _ when TlsAlert.In(e) is { } alert => new DialException(DisconnectCause.Tls, TlsAlert.Describe(alert, Presented())),
        AuthenticationException =>
            new DialException(DisconnectCause.Tls, $"the other side does not speak TLS as it should: {e.GetBaseException().Message}{FirstHint}"),
        IOException { InnerException: null } => new DialException(DisconnectCause.Eof, "the broker closed the connection in the middle of the TLS handshake"),
        IOException or SocketException => new DialException(DialFailure.FromException(e), $"{e.GetBaseException().Message}, in the middle of the TLS handshake"),
        _ => null,
    };

    private string FirstHint =>
        _settings.HandshakeFirst ? " (a broker without handshake_first speaks first, in clear, and wants tls.handshakeFirst: false in the probe file)" : "";
}
