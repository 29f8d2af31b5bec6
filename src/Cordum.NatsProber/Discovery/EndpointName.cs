using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Cordum.NatsProber.Discovery;

/// <summary>
/// The names of discovered endpoints: label values, so they must survive whatever happens to the others. Each is a function of its own record and of
/// the name that was asked, never of the other records, their number or their order.
/// </summary>
internal static class EndpointName
{
    /// <summary>Most characters of an endpoint's name, as in probe files.</summary>
    private const int Longest = 63;

    private const int DigestLength = 8;

    /// <summary>The name of an address: itself, an IPv6 address in full with <c>-</c> for <c>:</c>, as colons are no part of endpoint names.</summary>
    /// <param name="address">What an A or AAAA record holds.</param>
    public static string OfAddress(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6
        ? string.Join('-', Convert.ToHexStringLower(address.GetAddressBytes()).Chunk(4).Select(group => new string(group)))
        : address.ToString();

    /// <summary>The kind of address that a name stands for; null when it stands for an SRV target.</summary>
    /// <param name="name">What <see cref="OfAddress"/> or <see cref="OfTarget"/> gave.</param>
    public static AddressFamily? Family(string name) =>
        IPAddress.TryParse(name.Length == 39 ? name.Replace('-', ':') : name, out var address) && OfAddress(address) == name ? address.AddressFamily : null;

    /// <summary>
    /// The name of an SRV target: its host in lower case, without the asked domain where it lies within it, with <c>_port</c> where the port is not
    /// the usual one. One that is too long for a label keeps its beginning and a digest of the whole.
    /// </summary>
    /// <param name="host">The target.</param>
    /// <param name="port">Its port.</param>
    /// <param name="domain">What <see cref="Domain"/> gives for the asked name.</param>
    /// <param name="usualPort">The port that goes without saying.</param>
    public static string OfTarget(string host, int port, string domain, int usualPort)
    {
        var bare = DomainName.Bare(host).ToLowerInvariant();
        var within = "." + DomainName.Bare(domain).ToLowerInvariant();
        var name = bare.EndsWith(within, StringComparison.Ordinal) && bare.Length > within.Length ? bare[..^within.Length] : bare;
        return Fit(port == usualPort ? name : string.Create(CultureInfo.InvariantCulture, $"{name}_{port}"));
    }

    /// <summary>The domain of an asked name: what follows its <c>_service._protocol</c> labels.</summary>
    /// <param name="asked">The name in full, as it was answered.</param>
    public static string Domain(string asked) => string.Join('.', DomainName.Bare(asked).Split('.').SkipWhile(label => label.StartsWith('_')));

    private static string Fit(string name)
    {
        if (name.Length <= Longest && char.IsAsciiLetterOrDigit(name[0]))
            return name;
        var start = name.TrimStart('_', '-', '.');
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(name)))[..DigestLength];
        return $"{(start.Length == 0 ? "host" : start[..Math.Min(start.Length, Longest - DigestLength - 1)])}-{digest}";
    }
}
