using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NATS.NKeys;

/// <summary>The text form of keys: prefix, 32 bytes and a checksum, in base 32.</summary>
/// <remarks>A public key's prefix is one byte, the kind. A seed's is two, and packs <c>S</c> and the kind into the first ten bits:
/// <c>10010kkk kkkkk000</c>. The checksum covers all that stands before it and is stored with its low byte first.</remarks>
internal static class NKeyText
{
    private const int KeyLength = 32;
    private const int ChecksumLength = 2;
    private const int SeedBytes = 2 + KeyLength + ChecksumLength;
    private const int PublicKeyBytes = 1 + KeyLength + ChecksumLength;
    private const byte SeedPrefix = 18 << 3;

    /// <summary>Reads a seed's text into <paramref name="seed"/>, 32 bytes, and says what kind of key it makes.</summary>
    /// <exception cref="NKeysException">The text is not a seed that can sign.</exception>
    internal static KeyKind DecodeSeed(ReadOnlySpan<char> text, Span<byte> seed)
    {
        RefuseWhatIsNoSeed(text);

        Span<byte> raw = stackalloc byte[SeedBytes];
        try
        {
            if (!Base32.TryDecode(text, raw))
                throw new NKeysException("The seed is damaged: its last character has bits set that no encoder sets.");

            var body = raw[..^ChecksumLength];
            if (BinaryPrimitives.ReadUInt16LittleEndian(raw[^ChecksumLength..]) != Crc16.Of(body))
                throw new NKeysException("The seed is damaged: its checksum does not fit. A character was changed, or two swapped, in copying.");

            var kind = ReadKind(body);
            body[2..].CopyTo(seed);
            return kind;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(raw);
        }
    }

    /// <summary>Writes a public key's text.</summary>
    internal static string EncodePublicKey(KeyKind kind, ReadOnlySpan<byte> key)
    {
        Span<byte> raw = stackalloc byte[PublicKeyBytes];
        raw[0] = (byte)kind;
        key.CopyTo(raw[1..]);
        BinaryPrimitives.WriteUInt16LittleEndian(raw[^ChecksumLength..], Crc16.Of(raw[..^ChecksumLength]));
        return Base32.Encode(raw);
    }

    // What a person can get wrong, told apart before any decoding. No message repeats a character: the text may be another secret.
    private static void RefuseWhatIsNoSeed(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            throw new NKeysException("The seed is empty.");

        foreach (var c in text)
        {
            if (Base32.Contains(c))
                continue;
            if (char.IsWhiteSpace(c))
                throw new NKeysException("The seed has white space in it or around it.");
            if (char.IsAsciiLetterLower(c))
                throw new NKeysException("The seed has lower-case letters: seeds are written in capitals.");
            throw new NKeysException("The seed has a character that no seed has: they are A to Z and 2 to 7.");
        }

        if (text[0] != 'S')
            throw new NKeysException("This is not a seed: a seed starts with S, such as SU for a user's. Is it the public key?");

        var length = Base32.LengthOf(SeedBytes);
        if (text.Length != length)
            throw new NKeysException($"A seed has {length} characters; this one has {text.Length}.");
    }

    private static KeyKind ReadKind(ReadOnlySpan<byte> body)
    {
        var kind = (KeyKind)(((body[0] & 0b111) << 5) | (body[1] >> 3));
        if (kind == KeyKind.Curve)
            throw new NKeysException("This is the seed of a curve key (SX): it encrypts and cannot sign.");
        if ((body[0] & ~0b111) != SeedPrefix || (body[1] & 0b111) != 0 || !Enum.IsDefined(kind))
            throw new NKeysException("The seed is of a kind that does not exist: it should start with SU, SA, SO, SN or SC.");
        return kind;
    }
}
