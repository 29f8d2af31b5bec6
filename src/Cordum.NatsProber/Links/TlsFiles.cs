using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Links;

/// <summary>The certificates that a probe file names, read for one handshake, and their native memory.</summary>
internal sealed class TlsFiles : IDisposable
{
    private readonly X509Certificate2Collection _client = [];

    private TlsFiles()
    {
    }

    /// <summary>The authorities to trust; null for the machine's own.</summary>
    public X509Certificate2Collection? Authorities { get; private init; }

    /// <summary>The client's certificate with its private key; null for none.</summary>
    public X509Certificate2? Client { get; private set; }

    /// <summary>The certificates that stand behind the client's own in its file: what lies between it and an authority.</summary>
    public X509Certificate2Collection ClientChain => [.. _client.Skip(1)];

    /// <summary>Reads them.</summary>
    /// <exception cref="DialException">A file cannot be used. The message names the key of the probe file.</exception>
    public static TlsFiles Read(TlsSettings settings)
    {
        var files = new TlsFiles { Authorities = settings.CaFile is { } ca ? Certificates("tls.caFile", ca) : null };
        try
        {
            if (settings is { CertFile: { } cert, KeyFile: { } key })
                files.ReadClient(cert, key);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>When the client's certificate expires, as it is in its file now.</summary>
    /// <param name="settings">The probe file's <c>tls</c> section; null for none.</param>
    /// <returns>Null if there is none or it cannot be read: the next handshake tells of that.</returns>
    public static DateTimeOffset? ClientExpiry(TlsSettings? settings)
    {
        if (settings?.CertFile is not { } file)
            return null;
        try
        {
            var certificates = Certificates("tls.certFile", file);
            var expires = Expiry(certificates[0]);
            Dispose(certificates);
            return expires;
        }
        catch (DialException)
        {
            return null;
        }
    }

    /// <summary>When a certificate expires. .NET tells it in local time.</summary>
    public static DateTimeOffset Expiry(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());

    public void Dispose()
    {
        Dispose(_client);
        Client?.Dispose();
        if (Authorities is not null)
            Dispose(Authorities);
    }

    private static void Dispose(X509Certificate2Collection certificates)
    {
        foreach (var certificate in certificates)
            certificate.Dispose();
    }

    private void ReadClient(string cert, string key)
    {
        _client.AddRange(Certificates("tls.certFile", cert));
        var pem = Text("tls.keyFile", key);
        try
        {
            Client = X509Certificate2.CreateFromPem(_client[0].ExportCertificatePem(), pem);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Which of the two is wrong, the exception says only in its words, and ArgumentException is what a key of another certificate gives.
            throw Unusable(
                "tls.keyFile",
                key,
                pem.Contains("ENCRYPTED", StringComparison.Ordinal) ? "the key is encrypted, and there is no way to give its password"
                : pem.Contains("PRIVATE KEY", StringComparison.Ordinal) ? $"the key does not fit the certificate in tls.certFile ({cert})"
                : "it holds no private key in PEM form");
        }
    }

    private static X509Certificate2Collection Certificates(string name, string file)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(Text(name, file));
        }
        catch (CryptographicException)
        {
            Dispose(certificates);
            throw Unusable(name, file, "a certificate in it is damaged");
        }

        return certificates.Count > 0 ? certificates : throw Unusable(name, file, "it holds no certificate in PEM form");
    }

    private static string Text(string name, string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(name, file, e.Message);
        }
    }

    private static DialException Unusable(string name, string file, string reason) => new(DisconnectCause.Tls, $"{name} ({file}) cannot be used: {reason}");
}
