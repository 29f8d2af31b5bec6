using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>A certificate and its key, in PEM.</summary>
internal sealed record IssuedCertificate(string Pem, string KeyPem, DateTimeOffset NotAfter);

/// <summary>A certificate authority that lives as long as a test.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _certificate;

    /// <param name="name">Its common name; two authorities may share one and have different keys.</param>
    /// <param name="above">Who vouches for it; itself if none.</param>
    /// <param name="from">Valid from so many days from now.</param>
    /// <param name="to">Valid to so many days from now.</param>
    public TestAuthority(string name, TestAuthority? above = null, double from = -10, double to = 100)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (above is null)
        {
            _certificate = request.CreateSelfSigned(Day(from), Day(to));
            return;
        }

        using var certificate = above.Sign(request, from, to);
        _certificate = certificate.CopyWithPrivateKey(key);
    }

    /// <summary>Its certificate.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>A certificate for hosts, by name or address; the first is its common name.</summary>
    /// <param name="hosts">The hosts.</param>
    /// <param name="from">Valid from so many days from now.</param>
    /// <param name="to">Valid to so many days from now.</param>
    /// <param name="onlyFor">The one use that it is for, an object identifier; any if none.</param>
    /// <param name="fetchedFrom">Where, says the certificate, the authority's own can be fetched.</param>
    public IssuedCertificate Issue(string[] hosts, double from = -1, double to = 10, string? onlyFor = null, string? fetchedFrom = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hosts[0]}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (onlyFor is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(onlyFor)], false));
        if (fetchedFrom is not null)
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [fetchedFrom]));
        using var certificate = Sign(request, from, to);
        return new IssuedCertificate(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
    }

    public void Dispose() => _certificate.Dispose();

    private static DateTimeOffset Day(double days) => DateTimeOffset.UtcNow.AddDays(days);

    private X509Certificate2 Sign(CertificateRequest request, double from, double to)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        // Not by the certificate itself: that would refuse to issue what outlives it.
        using var key = _certificate.GetECDsaPrivateKey()!;
        return request.Create(_certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), Day(from), Day(to), RandomNumberGenerator.GetBytes(8));
    }
}
