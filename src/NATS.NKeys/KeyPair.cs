namespace NATS.NKeys;

/// <summary>An Ed25519 key pair in NATS's encoding.</summary>
public sealed class KeyPair : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
