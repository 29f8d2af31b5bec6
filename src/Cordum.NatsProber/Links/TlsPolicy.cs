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

    /// <summary>Does the handshake over <paramref name="stream"/>, which belongs to the result from then on, and is closed if it fails.</summary>
    /// <param name="stream">The connection, in clear.</param>
    /// <param name="host">The name or address that the broker's certificate must be for; <see cref="TlsSettings.ServerName"/> wins.</param>
    /// <param name="brokerExpires">
    /// Called, before this ends well or badly, with the time at which the broker's certificate (its own, not those of the authorities above it) expires, once one
    /// was presented: whether it is trusted or not, since an expired one is the very one to know of.
    /// </param>
    /// <param name="stop">Ends the handshake.</param>
    /// <exception cref="DialException">
    /// Cause tls: the broker's certificate is not to be trusted, the client's was refused, a file cannot be used, or the other side does not speak TLS.
    /// Cause eof or reset: the connection ended in mid-handshake. That is no fault of any certificate: whoever objects to one says so, with an alert, and whoever dies does
    /// not.
    /// </exception>
    public async Task<Stream> AuthenticateAsync(Stream stream, string host, Action<DateTimeOffset> brokerExpires, CancellationToken stop)
    {
        using var handshake = new TlsHandshake(Settings, host, brokerExpires);
        return await handshake.RunAsync(stream, stop).ConfigureAwait(false);
    }
}
