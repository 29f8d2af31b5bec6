using System.Globalization;

namespace Cordum.NatsProber.Links;

/// <summary>The client's side of a TLS handshake, for words about what the broker made of it.</summary>
/// <param name="File">The probe file's <c>tls.certFile</c>; null if there is none.</param>
/// <param name="Issuer">Who issued the certificate; null if there is none.</param>
/// <param name="Expires">When it expires; null if there is none.</param>
/// <param name="WasAskedFor">The broker asked for a client certificate. Known for certain only where there was none to give.</param>
internal sealed record PresentedCertificate(string? File, string? Issuer, DateTimeOffset? Expires, bool WasAskedFor)
{
    /// <summary>The broker wants what the probe file does not have.</summary>
    public static string Missing(string evidence) =>
        $"the broker wants a client certificate, and the probe file names none ({evidence}): set tls.certFile and tls.keyFile";

    /// <summary>The broker does not want what it was given.</summary>
    public string Refused(string evidence) => string.Create(
        CultureInfo.InvariantCulture,
        $"the broker refused the client certificate in {File} ({evidence}), issued by {Issuer}, "
        + $"valid until {Expires?.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}: check it against the broker's ca_file");

    /// <summary>
    /// What to say where the connection ended right behind the handshake: with TLS 1.3 the client is done before the broker has looked at its
    /// certificate, and an alert that says what was wrong with it can be lost on the way, with the connection.
    /// </summary>
    public string Suspicion =>
        "right after the TLS handshake, which is how it looks when a broker refuses a client certificate and its alert is lost: "
        + $"if this goes on, check {File} against the broker's ca_file";
}
