using Cordum.NatsProber.Tests.Links;

namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>Certificates in files, for brokers and probers. <c>127.0.0.1</c> and <c>localhost</c> are the right hosts.</summary>
internal sealed class TlsFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-certs-").FullName;

    internal TlsFolder() => CaFile = Write("ca.pem", Authority.Pem);

    internal static string[] RightHosts => ["localhost", "127.0.0.1"];

    internal TestAuthority Authority { get; } = new("right authority");

    internal TestAuthority Other { get; } = new("other authority");

    internal string CaFile { get; }

    internal string Write(string name, string content)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, content);
        return file;
    }

    /// <summary>The two files of a certificate.</summary>
    internal (string Cert, string Key) Write(string name, IssuedCertificate certificate) =>
        (Write(name + ".pem", certificate.Pem), Write(name + ".key", certificate.KeyPem));

    /// <summary>The <c>tls</c> block of a broker's configuration.</summary>
    internal string Broker(string name, IssuedCertificate certificate, string more = "")
    {
        var (cert, key) = Write(name, certificate);
        return $$"""
            tls { cert_file: "{{cert}}", key_file: "{{key}}", ca_file: "{{CaFile}}", timeout: 5{{(more.Length > 0 ? ", " + more : "")}} }

            """;
    }

    /// <summary>The <c>tls</c> section of a probe file with a client certificate.</summary>
    internal string Client(string name, IssuedCertificate certificate)
    {
        var (cert, key) = Write(name, certificate);
        return $"caFile: {CaFile}, certFile: {cert}, keyFile: {key}";
    }

    public void Dispose()
    {
        Authority.Dispose();
        Other.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
