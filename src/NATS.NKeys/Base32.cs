namespace NATS.NKeys;

/// <summary>RFC 4648's base 32, capitals only, without padding characters.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    internal static bool Contains(char c) => char.IsAsciiLetterUpper(c) || c is >= '2' and <= '7';

    /// <summary>How many characters so many bytes take.</summary>
    internal static int LengthOf(int bytes) => ((bytes * 8) + 4) / 5;

    internal static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[LengthOf(bytes.Length)];
        uint pending = 0;
        int bits = 0, written = 0;
        foreach (var b in bytes)
        {
            pending = (pending << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5)
                text[written++] = Alphabet[(int)(pending >> (bits - 5)) & 31];
        }

        if (bits > 0)
            text[written] = Alphabet[(int)(pending << (5 - bits)) & 31];
        return new string(text);
    }

    /// <summary>Fills <paramref name="bytes"/> from a text of just the right length, made of characters that the alphabet
    /// <see cref="Contains"/>; false if the bits left over are not zero, so that one value has one text only.</summary>
    internal static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        uint pending = 0;
        int bits = 0, written = 0;
        foreach (var c in text)
        {
            pending = (pending << 5) | (uint)(c >= 'A' ? c - 'A' : c - '2' + 26);
            bits += 5;
            if (bits < 8)
                continue;
            bits -= 8;
            bytes[written++] = (byte)(pending >> bits);
        }

        return (pending & ((1u << bits) - 1)) == 0;
    }
}
