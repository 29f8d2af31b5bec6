namespace Cordum.NatsProber.Probes;

/// <summary>TLS to the brokers. Paths are absolute; every file was readable and not empty when the probe file was read.</summary>
public sealed record TlsSettings
{
    /// <summary>PEM file of the authorities to trust; null for the machine's own.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of the client's certificate; set together with <see cref="KeyFile"/>.</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM file of the client's private key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Host name to ask for (SNI) and to find in the broker's certificate; null for the endpoint's host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether TLS starts before the broker's INFO, as its <c>handshake_first</c> wants. Default false.</summary>
    public bool HandshakeFirst { get; init; }
}
