using System.Security.Authentication;
using System.Security.Cryptography;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>The alerts that nats-server 2.9.10 and 2.15 were seen to send, in the exceptions that .NET 10 wrapped them in.</summary>
public sealed class TlsAlertTests
{
    private static readonly PresentedCertificate None = new(null, null, null, WasAskedFor: true);

    private static readonly PresentedCertificate Given = new("/x/client.pem", "CN=other", DateTimeOffset.UnixEpoch.AddYears(60), WasAskedFor: false);

    [Theory]
    [InlineData("error:0A000412:SSL routines::sslv3 alert bad certificate", "bad certificate")]
    [InlineData("error:0A000415:SSL routines::sslv3 alert certificate expired", "certificate expired")]
    [InlineData("error:0A000418:SSL routines::tlsv1 alert unknown ca", "unknown ca")]
    [InlineData("error:0A00045C:SSL routines::tlsv13 alert certificate required", "certificate required")]
    [InlineData("error:0A000410:SSL routines::sslv3 alert handshake failure", "handshake failure")]
    public void An_alert_is_found_wherever_it_surfaces_and_is_cause_tls(string openSsl, string alert)
    {
        var inner = new CryptographicException(openSsl);
        foreach (var e in new Exception[]
        {
            new AuthenticationException("Authentication failed, see inner exception.", new InvalidOperationException("SSL Handshake failed", inner)),
            new IOException("The decryption operation failed, see inner exception.", new InvalidOperationException("Decrypt failed", inner)),
        })
        {
            Assert.Equal(alert, TlsAlert.In(e));
            Assert.Equal(DisconnectCause.Tls, DialFailure.FromException(e));
            Assert.Equal(DisconnectCause.Tls, DialFailure.FromException(new InvalidOperationException("can not connect", e)));
        }
    }

    [Fact]
    public void What_is_no_alert_is_none()
    {
        Assert.Null(TlsAlert.In(null));
        Assert.Null(TlsAlert.In(new IOException("red alert in the name of a file")));
        Assert.Null(TlsAlert.In(new IOException("", new CryptographicException("error:0A000126:SSL routines::unexpected eof while reading"))));
    }

    [Theory]
    [InlineData("bad certificate")] // 2.9.10, whatever is wrong, none included
    [InlineData("certificate required")] // 2.15
    [InlineData("handshake failure")] // 2.15 with TLS 1.2
    public void Without_a_certificate_the_broker_wants_one(string alert) =>
        Assert.Equal(
            $"the broker wants a client certificate, and the probe file names none (TLS alert '{alert}'): set tls.certFile and tls.keyFile",
            TlsAlert.Describe(alert, None));

    [Theory]
    [InlineData("bad certificate")]
    [InlineData("unknown ca")]
    [InlineData("certificate expired")]
    public void With_a_certificate_the_broker_refused_it(string alert) =>
        Assert.Equal(
            $"the broker refused the client certificate in /x/client.pem (TLS alert '{alert}'), issued by CN=other, valid until 2030-01-01T00:00:00Z: check it against the broker's ca_file",
            TlsAlert.Describe(alert, Given));

    [Fact]
    public void Any_other_alert_is_quoted()
    {
        Assert.Equal("the broker ended TLS with the alert 'protocol version': its own log says why", TlsAlert.Describe("protocol version", Given));
        Assert.Equal("the broker ended TLS with the alert 'handshake failure': its own log says why", TlsAlert.Describe("handshake failure", Given));
        Assert.Equal(
            "the broker ended TLS with the alert 'handshake failure': its own log says why", TlsAlert.Describe("handshake failure", None with { WasAskedFor = false }));
    }
}
