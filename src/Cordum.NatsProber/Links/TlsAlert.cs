using System.Security.Cryptography;

namespace Cordum.NatsProber.Links;

/// <summary>What a broker says when it ends TLS by itself. It arrives as the message of OpenSSL's exception, deep within others.</summary>
internal static class TlsAlert
{
    private const string Mark = " alert ";

    /// <summary>
    /// Alerts (RFC 8446, 6.2, as OpenSSL spells them) that a broker sends about a client's certificate, or for want of one. Up to Go 1.20 or so (nats-server 2.9)
    /// it is <c>bad certificate</c> whatever is wrong; later each has its own. <c>handshake failure</c> is for want of one, with TLS 1.2.
    /// </summary>
    private static readonly HashSet<string> AboutCertificates =
    [
        "bad certificate", "unsupported certificate", "certificate revoked", "certificate expired", "certificate unknown", "unknown ca", "access denied",
        "certificate required",
    ];

    /// <summary>The alert's name; null if there is none in the exception or in those within it.</summary>
    public static string? In(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            // "error:0A000418:SSL routines::tlsv1 alert unknown ca"
            if (e is CryptographicException && e.Message.IndexOf(Mark, StringComparison.Ordinal) is >= 0 and var at)
                return Printable.Of(e.Message[(at + Mark.Length)..].Trim());
        }

        return null;
    }

    /// <summary>What an alert means to whoever keeps the probe file.</summary>
    /// <param name="alert">The alert's name.</param>
    /// <param name="presented">The client certificate that the broker was given, or could have been.</param>
    public static string Describe(string alert, PresentedCertificate presented)
    {
        if (AboutCertificates.Contains(alert) || (alert == "handshake failure" && presented is { WasAskedFor: true, File: null }))
            return presented.File is null ? PresentedCertificate.Missing($"TLS alert '{alert}'") : presented.Refused($"TLS alert '{alert}'");
        return $"the broker ended TLS with the alert '{alert}': its own log says why";
    }
}
