using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Parameters;

namespace NATS.NKeys.Tests;

/// <summary>A key pair by another road than the one under test: bit strings for the text form, BouncyCastle's key objects to sign.</summary>
internal sealed class TestKey
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private readonly Ed25519PrivateKeyParameters _key;

    /// <param name="kind">The letter of the kind: U, A, O, N or C.</param>
    /// <param name="secret">The 32 secret bytes; random if none.</param>
    internal TestKey(char kind, byte[]? secret = null)
    {
        _key = new Ed25519PrivateKeyParameters(secret ?? RandomNumberGenerator.GetBytes(32));
        SeedText = WithChecksum("10010" + Letter(kind) + "000000" + Bits(_key.GetEncoded()));
        PublicKeyText = WithChecksum(Letter(kind) + "000" + Bits(PublicKey));
    }

    internal string SeedText { get; }

    internal string PublicKeyText { get; }

    internal byte[] PublicKey => _key.GeneratePublicKey().GetEncoded();

    internal byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[Ed25519PrivateKeyParameters.SignatureSize];
        _key.Sign(Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Algorithm.Ed25519, null, message.ToArray(), 0, message.Length, signature, 0);
        return signature;
    }

    /// <summary>The text of prefix and payload, given as ones and zeros, with the checksum that fits them.</summary>
    internal static string WithChecksum(string bits)
    {
        var crc = Remainder(bits);
        return Text(bits + crc[8..] + crc[..8]);
    }

    internal static string Bits(IEnumerable<byte> bytes) => string.Concat(bytes.Select(b => b.ToString("b8", CultureInfo.InvariantCulture)));

    internal static string Text(string bits) => string.Concat(bits.Chunk(5).Select(five =>
        Alphabet[Convert.ToInt32(new string(five).PadRight(5, '0'), 2)]));

    private static string Letter(char letter) => Alphabet.IndexOf(letter, StringComparison.Ordinal).ToString("b5", CultureInfo.InvariantCulture);

    // Long division by x^16 + x^12 + x^5 + 1, on paper.
    private static string Remainder(string bits)
    {
        const string polynomial = "10001000000100001";
        var rest = new StringBuilder(bits + new string('0', 16));
        for (var at = 0; at < bits.Length; at++)
            for (var i = 0; rest[at] == '1' && i < polynomial.Length; i++)
                // The leading bit goes last, since the loop asks for it.
                Flip(rest, at + polynomial.Length - 1 - i, polynomial[polynomial.Length - 1 - i]);
        return rest.ToString()[bits.Length..];
    }

    private static void Flip(StringBuilder bits, int at, char by) => bits[at] = bits[at] == by ? '0' : '1';
}
