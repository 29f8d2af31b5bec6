using System.Reflection;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace NATS.NKeys.Tests;

public class KeyPairTests
{
    [Theory]
    [InlineData('U')]
    [InlineData('A')]
    [InlineData('O')]
    [InlineData('N')]
    [InlineData('C')]
    public void Random_seeds_of_every_kind_agree_with_another_encoder(char kind)
    {
        for (var i = 0; i < 50; i++)
        {
            var other = new TestKey(kind);
            using var pair = KeyPair.FromSeed(other.SeedText);

            Assert.Equal(other.PublicKeyText, pair.GetPublicKey());
            Assert.Equal(kind, pair.GetPublicKey()[0]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(22)]
    [InlineData(100_000)]
    public void BouncyCastle_verifies_the_signature_and_refuses_another_message(int length)
    {
        var other = new TestKey('U');
        using var pair = KeyPair.FromSeed(other.SeedText);
        var message = RandomNumberGenerator.GetBytes(length);
        var signature = new byte[64];

        pair.Sign(message, signature);

        Assert.True(Verifies(other, message, signature));
        Assert.False(Verifies(other, [.. message, 0], signature));
        Assert.False(Verifies(new TestKey('U'), message, signature));
        Assert.Equal(other.Sign(message), signature);
    }

    [Fact]
    public void Sign_writes_64_bytes_and_leaves_the_rest()
    {
        using var pair = KeyPair.FromSeed(new TestKey('U').SeedText);
        var room = new byte[70];
        room.AsSpan().Fill(0xAA);

        pair.Sign(new byte[3], room);

        Assert.Equal(Enumerable.Repeat((byte)0xAA, 6), room[64..]);
    }

    [Fact]
    public void Sign_refuses_too_small_a_buffer()
    {
        using var pair = KeyPair.FromSeed(new TestKey('U').SeedText);

        Assert.Throws<ArgumentException>(() => pair.Sign(new byte[3], new byte[63]));
    }

    [Fact]
    public void Dispose_ends_it_and_leaves_no_secret_in_any_field()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var pair = KeyPair.FromSeed(new TestKey('U', secret).SeedText);
        Assert.Contains(Arrays(pair), a => a.SequenceEqual(secret));

        pair.Dispose();
        pair.Dispose();

        Assert.DoesNotContain(Arrays(pair), a => a.SequenceEqual(secret));
        Assert.Contains(Arrays(pair), a => a.All(b => b == 0));
        Assert.Throws<ObjectDisposedException>(() => pair.GetPublicKey());
        Assert.Throws<ObjectDisposedException>(() => pair.Sign(new byte[3], new byte[64]));
    }

    private static IEnumerable<byte[]> Arrays(KeyPair pair) => typeof(KeyPair)
        .GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
        .Select(f => f.GetValue(pair))
        .OfType<byte[]>();

    private static bool Verifies(TestKey key, byte[] message, byte[] signature)
    {
        var verifier = new Ed25519Signer();
        verifier.Init(forSigning: false, new Ed25519PublicKeyParameters(key.PublicKey));
        verifier.BlockUpdate(message, 0, message.Length);
        return verifier.VerifySignature(signature);
    }
}
