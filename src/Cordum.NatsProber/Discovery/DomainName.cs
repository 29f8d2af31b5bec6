namespace Cordum.NatsProber.Discovery;

/// <summary>Domain names as text, with or without the dot at their end.</summary>
internal static class DomainName
{
    /// <summary>Most characters of a name, without the dot at its end (RFC 1035, 2.3.4: 255 octets on the wire).</summary>
    private const int Longest = 253;

    private const int LongestLabel = 63;

    /// <summary>
    /// Whether the name can be asked for and dialled: labels of 1 to 63 letters, digits, <c>-</c> or <c>_</c>. DNS could carry anything, but a host
    /// cannot be called so.
    /// </summary>
    /// <param name="name">The name.</param>
    public static bool IsLegal(string name)
    {
        var bare = Bare(name);
        return bare.Length is > 0 and <= Longest
            && bare.Split('.').All(label => label.Length is > 0 and <= LongestLabel && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
    }

    /// <summary>The name without the dot at its end.</summary>
    /// <param name="name">The name.</param>
    public static string Bare(string name) => name.EndsWith('.') ? name[..^1] : name;

    /// <summary>Whether two names are the same (RFC 4343: whatever their case).</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static bool AreSame(string a, string b) => string.Equals(Bare(a), Bare(b), StringComparison.OrdinalIgnoreCase);
}
