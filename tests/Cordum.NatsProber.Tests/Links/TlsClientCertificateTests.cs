using System.Security.Cryptography;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>The client's own certificate: files that cannot be used, and brokers that want one or want another.</summary>
public sealed class TlsClientCertificateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-mtls-").FullName;
    private readonly TestAuthority _authority = new("right authority");
    private readonly TlsSettings _trusting;

    public TlsClientCertificateTests() => _trusting = new TlsSettings { CaFile = Write("ca.pem", _authority.Pem) };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private TlsSettings With(string pem, string key) => _trusting with { CertFile = Write("client.pem", pem), KeyFile = Write("client.key", key) };

    private TlsSettings With(IssuedCertificate client) => With(client.Pem, client.KeyPem);

    private static async Task<Stream> HandshakeAsync(TlsTestServer server, TlsSettings settings) =>
        await new TlsPolicy(settings).AuthenticateAsync(await server.ConnectAsync(), "nats-0", _ => { }, Stop).WaitAsync(TimeSpan.FromSeconds(20), Stop);

    private static async Task<DialException> UnusableAsync(TlsSettings settings)
    {
        var untouched = new ScriptedStream { StaysOpen = true };
        var failure = await Assert.ThrowsAsync<DialException>(() => new TlsPolicy(settings).AuthenticateAsync(untouched, "nats-0", _ => { }, Stop));
        Assert.Equal(DisconnectCause.Tls, failure.Cause);
        Assert.Empty(untouched.Written); // nothing was begun
        return failure;
    }

    [Fact]
    public async Task It_is_given_to_a_broker_that_asks_with_the_authority_between()
    {
        using var between = new TestAuthority("between", _authority);
        var client = between.Issue(["prober"]);
        string? subject = null;
        var chainLength = 0;
        await using var server = TlsTestServer.Presenting(
            _authority.Issue(["nats-0"]),
            async (tls, _) => await tls.WriteAsync("hi"u8.ToArray(), Stop),
            asks: true,
            accepts: (theirs, chain) =>
            {
                (subject, chainLength) = (theirs?.Subject, chain?.ChainPolicy.ExtraStore.Count ?? 0);
                return true;
            });

        await using var stream = await HandshakeAsync(server, With(client.Pem + "\n" + between.Pem, client.KeyPem));

        await stream.ReadExactlyAsync(new byte[2], Stop);
        Assert.Equal("CN=prober", subject);
        Assert.True(chainLength > 0, "the authority between did not come along");
    }

    public static TheoryData<string, string, string> CaFiles => new()
    {
        { "garbage", "hello", "it holds no certificate in PEM form" },
        { "a key", ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportPkcs8PrivateKeyPem(), "it holds no certificate in PEM form" },
        { "damaged", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "a certificate in it is damaged" },
    };

    [Theory]
    [MemberData(nameof(CaFiles))]
    public async Task A_ca_file_without_certificates_is_named(string kind, string content, string complaint)
    {
        var file = Write("bad.pem", content);

        Assert.Equal($"tls.caFile ({file}) cannot be used: {complaint}", (await UnusableAsync(new TlsSettings { CaFile = file })).Message);
        Assert.NotEmpty(kind);
    }

    [Theory]
    [InlineData("caFile")]
    [InlineData("certFile")]
    [InlineData("keyFile")]
    public async Task A_file_that_is_gone_is_named(string key)
    {
        var settings = With(_authority.Issue(["prober"]));
        File.Delete(key switch { "caFile" => settings.CaFile!, "certFile" => settings.CertFile!, _ => settings.KeyFile! });

        Assert.StartsWith($"tls.{key} (", (await UnusableAsync(settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_does_not_fit_its_certificate_is_named_with_both()
    {
        var (client, other) = (_authority.Issue(["prober"]), _authority.Issue(["other"]));
        using var rsa = RSA.Create(2048);
        foreach (var key in new[] { other.KeyPem, rsa.ExportPkcs8PrivateKeyPem() })
        {
            Assert.Equal(
                $"tls.keyFile ({_folder}/client.key) cannot be used: the key does not fit the certificate in tls.certFile ({_folder}/client.pem)",
                (await UnusableAsync(With(client.Pem, key))).Message);
        }
    }

    [Fact]
    public async Task A_key_file_that_holds_none_or_an_encrypted_one_is_told()
    {
        var client = _authority.Issue(["prober"]);
        using var key = ECDsa.Create();
        key.ImportFromPem(client.KeyPem);
        var encrypted = key.ExportEncryptedPkcs8PrivateKeyPem("pass", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1));

        Assert.EndsWith("it holds no private key in PEM form", (await UnusableAsync(With(client.Pem, client.Pem))).Message, StringComparison.Ordinal);
        Assert.EndsWith("the key is encrypted, and there is no way to give its password", (await UnusableAsync(With(client.Pem, encrypted))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_end_can_be_asked_for()
    {
        var client = _authority.Issue(["prober"], to: 5);

        Assert.Equal(client.NotAfter, TlsFiles.ClientExpiry(With(client)));
        Assert.Null(TlsFiles.ClientExpiry(With("garbage", "garbage")));
        Assert.Null(TlsFiles.ClientExpiry(_trusting with { CertFile = "/no/such/file" }));
        Assert.Null(TlsFiles.ClientExpiry(_trusting));
        Assert.Null(TlsFiles.ClientExpiry(null));
    }

    /// <summary>The alert is lost when a reset overtakes it, or a proxy stands between. Then the connection's end is all that is known.</summary>
    [Theory]
    [InlineData(false, false, false, DisconnectCause.Eof, null)]
    [InlineData(false, false, true, DisconnectCause.Reset, null)]
    [InlineData(false, true, false, DisconnectCause.Eof, "check {0}/client.pem against")]
    [InlineData(false, true, true, DisconnectCause.Reset, "check {0}/client.pem against")]
    [InlineData(true, false, false, DisconnectCause.Tls, "wants a client certificate, and the probe file names none")]
    [InlineData(true, false, true, DisconnectCause.Tls, "wants a client certificate, and the probe file names none")]
    [InlineData(true, true, false, DisconnectCause.Eof, "check {0}/client.pem against")]
    [InlineData(true, true, true, DisconnectCause.Reset, "check {0}/client.pem against")]
    public async Task An_end_without_a_word_right_behind_the_handshake_tells_what_it_can(bool asks, bool given, bool reset, DisconnectCause cause, string? words)
    {
        await using var server = TlsTestServer.Presenting(
            _authority.Issue(["nats-0"]),
            async (tls, client) =>
            {
                await tls.ReadExactlyAsync(new byte[4], Stop);
                if (reset)
                    TlsTestServer.Reset(client);
            },
            asks);
        await using var stream = await HandshakeAsync(server, given ? With(_authority.Issue(["prober"])) : _trusting);
        await stream.WriteAsync("PING"u8.ToArray(), Stop);

        var (seen, message) = await EndAsync(stream);

        Assert.Equal(cause, seen);
        if (words is not null)
            Assert.Contains(string.Format(null, words, _folder), message, StringComparison.Ordinal);
        else
            Assert.DoesNotContain("client", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_after_the_first_word_is_no_matter_of_certificates()
    {
        await using var server = TlsTestServer.Presenting(
            _authority.Issue(["nats-0"]), async (tls, _) => await tls.WriteAsync("hi"u8.ToArray(), Stop), asks: true);
        await using var stream = await HandshakeAsync(server, _trusting);
        await stream.ReadExactlyAsync(new byte[2], Stop);

        Assert.Equal((DisconnectCause.Eof, ""), await EndAsync(stream));
    }

    private static async Task<(DisconnectCause, string)> EndAsync(Stream stream)
    {
        try
        {
            Assert.Equal(0, await stream.ReadAsync(new byte[16], Stop));
            return (DisconnectCause.Eof, "");
        }
        catch (Exception e) when (e is DialException or IOException)
        {
            return (DialFailure.FromException(e), e.Message);
        }
    }
}
