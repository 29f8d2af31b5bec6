using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace NATS.NKeys;

/// <summary>An Ed25519 key pair in NATS's encoding: what a client needs to answer a broker's challenge.</summary>
/// <remarks>Holds the seed in one array that the garbage collector never moves, so that <see cref="Dispose"/> leaves no copy of it.
/// Not safe for use by several threads at once.</remarks>
public sealed class KeyPair : IDisposable
{
    private readonly byte[] _seed = GC.AllocateArray<byte>(Ed25519.SecretKeySize, pinned: true);
    private readonly byte[] _publicKey = new byte[Ed25519.PublicKeySize];
    private readonly KeyKind _kind;
    private bool _disposed;

    private KeyPair(ReadOnlySpan<char> seed)
    {
        try
        {
            _kind = NKeyText.DecodeSeed(seed, _seed);
            Ed25519.GeneratePublicKey(_seed, _publicKey);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Makes the key pair that a seed stands for.</summary>
    /// <param name="seed">58 characters that start with <c>S</c> and the kind of key, <c>SU…</c> for a user's.</param>
    /// <exception cref="NKeysException">The text is not a seed. The message says why, and has nothing of the text in it.</exception>
    public static KeyPair FromSeed(ReadOnlySpan<char> seed) => new(seed);

    /// <summary>The public key, <c>U…</c> for a user's; no secret.</summary>
    /// <exception cref="ObjectDisposedException">After <see cref="Dispose"/>.</exception>
    public string GetPublicKey()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return NKeyText.EncodePublicKey(_kind, _publicKey);
    }

    /// <summary>Signs a message, such as the nonce of a broker's INFO.</summary>
    /// <param name="message">The bytes to sign.</param>
    /// <param name="signature">Its first 64 bytes are written.</param>
    /// <exception cref="ArgumentException"><paramref name="signature"/> is too small.</exception>
    /// <exception cref="ObjectDisposedException">After <see cref="Dispose"/>.</exception>
    public void Sign(ReadOnlyMemory<byte> message, Memory<byte> signature)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (signature.Length < Ed25519.SignatureSize)
            throw new ArgumentException($"A signature needs {Ed25519.SignatureSize} bytes; there is room for {signature.Length}.", nameof(signature));

        // The overload without the public key would derive it again, which costs as much as the signature. The type of this argument
        // chooses the overload: an array in its place would be taken for a context, and the signature would be of another scheme.
        ReadOnlySpan<byte> publicKey = _publicKey;
        Ed25519.Sign(_seed, publicKey, message.Span, signature.Span[..Ed25519.SignatureSize]);
    }

    /// <summary>Overwrites the seed with zeros.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_seed);
    }
}
