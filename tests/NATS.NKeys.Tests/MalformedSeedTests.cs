namespace NATS.NKeys.Tests;

public class MalformedSeedTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static readonly string Seed = new TestKey('U').SeedText;

    [Fact]
    public void Empty() => Refuses("", "empty");

    [Fact]
    public void White_space_around_or_inside()
    {
        Refuses(Seed + "\n", "white space");
        Refuses(" " + Seed, "white space");
        Refuses(Seed[..20] + " " + Seed[21..], "white space");
    }

    [Fact]
    public void Wrong_case()
    {
#pragma warning disable CA1308 // Lower case is the mistake that is tested.
        Refuses(Seed.ToLowerInvariant(), "lower-case");
        Refuses(Seed[..30] + Seed[30..].ToLowerInvariant() + "a", "lower-case");
#pragma warning restore CA1308
    }

    [Theory]
    [InlineData('0')]
    [InlineData('1')]
    [InlineData('8')]
    [InlineData('9')]
    [InlineData('=')]
    [InlineData('-')]
    [InlineData('\0')]
    [InlineData('É')]
    [InlineData('Ａ')]
    public void Character_outside_the_alphabet(char wrong) => Refuses(Seed[..25] + wrong + Seed[26..], "character that no seed has");

    [Theory]
    [InlineData('U')]
    [InlineData('A')]
    [InlineData('O')]
    public void Public_key_in_the_place_of_the_seed(char kind) => Refuses(new TestKey(kind).PublicKeyText, "not a seed");

    [Fact]
    public void Private_key_in_the_place_of_the_seed() => Refuses(TestKey.WithChecksum("01111000" + new string('0', 64 * 8)), "not a seed");

    [Fact]
    public void Wrong_length()
    {
        for (var length = 1; length < Seed.Length; length++)
            Refuses(Seed[..length], $"has {length}.");
        Refuses(Seed + "A", "has 59.");
        Refuses(Seed + Seed, "has 116.");
    }

    [Fact]
    public void Curve_seed() => Refuses("SXALBV3GJABONHXVSTRWL2NXYVUF5LY66CGVF4INX2XBMMVYT2KCZXRXWA", "cannot sign");

    [Fact]
    public void Kind_that_does_not_exist()
    {
        for (var kind = 0; kind < 32; kind++)
        {
            if ("ACNOUX".Contains(Alphabet[kind], StringComparison.Ordinal))
                continue;
            Refuses(TestKey.WithChecksum("10010" + kind.ToString("b5") + "000000" + new string('0', 256)), "kind that does not exist");
        }
    }

    [Fact]
    public void Bits_beside_the_kind_that_no_encoder_sets()
    {
        for (var low = 1; low < 64; low++)
            Refuses(TestKey.WithChecksum("10010" + "10100" + low.ToString("b6") + new string('0', 256)), "kind that does not exist");
    }

    [Fact]
    public void Bits_after_the_checksum_that_no_encoder_sets()
    {
        var last = Alphabet.IndexOf(Seed[^1], StringComparison.Ordinal);
        for (var stray = 1; stray < 4; stray++)
            Refuses(Seed[..^1] + Alphabet[last | stray], "last character");
    }

    [Fact]
    public void Every_changed_character_is_noticed()
    {
        for (var at = 0; at < Seed.Length; at++)
            foreach (var other in Alphabet.Where(c => c != Seed[at]))
                Refuses(Seed[..at] + other + Seed[(at + 1)..]);
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        var bits = string.Concat(Seed.Select(c => Alphabet.IndexOf(c, StringComparison.Ordinal).ToString("b5")));
        for (var at = 0; at < bits.Length; at++)
            Refuses(TestKey.Text(bits[..at] + (bits[at] == '0' ? '1' : '0') + bits[(at + 1)..]));
    }

    [Fact]
    public void Every_swap_of_two_neighbours_is_noticed()
    {
        for (var at = 0; at + 1 < Seed.Length; at++)
        {
            if (Seed[at] != Seed[at + 1])
                Refuses(Seed[..at] + Seed[at + 1] + Seed[at] + Seed[(at + 2)..]);
        }
    }

    private static void Refuses(string seed, string because = "")
    {
        var refusal = Assert.Throws<NKeysException>(() => KeyPair.FromSeed(seed));

        Assert.Contains(because, refusal.Message, StringComparison.Ordinal);
        Assert.Null(refusal.InnerException);
        // Not the whole, nor any part long enough to be of use.
        for (var at = 0; at + 6 <= seed.Length; at++)
            Assert.DoesNotContain(seed[at..(at + 6)], refusal.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
