using System.Globalization;
using System.Net;

namespace Cordum.NatsProber.Discovery;

/// <summary>
/// What a machine's resolv.conf(5) says of its DNS servers and of names that are not written in full. The prober reads it by itself because its DNS
/// client knows no search domains, and Kubernetes' short names live by them. Its own times are kept for questions, not those of <c>options</c>.
/// </summary>
/// <param name="Nameservers">In the order in which they are asked; none when the file names none.</param>
/// <param name="Search">Domains to append, in order, without the dot at their end; an empty one is the root.</param>
/// <param name="Ndots">From so many dots on a name is first asked as it stands: 0 to 15.</param>
internal sealed record ResolvConf(IReadOnlyList<IPEndPoint> Nameservers, IReadOnlyList<string> Search, int Ndots)
{
    private const int DnsPort = 53;
    private const int MostNameservers = 3; // MAXNS
    private const int MostNdots = 15; // RES_MAXNDOTS

    private static readonly char[] Blanks = [' ', '\t', '\r'];

    /// <summary>Reads the file's text. What makes no sense is passed over, as the C library does: the file is the machine's, not ours to judge.</summary>
    /// <param name="text">The file.</param>
    /// <param name="hostName">The machine's name: what follows its first dot is the search list where the file has none.</param>
    public static ResolvConf Parse(string text, string hostName)
    {
        var nameservers = new List<IPEndPoint>();
        IReadOnlyList<string> search = hostName.Split('.', 2) is [_, var domain] && DomainName.IsLegal(domain) ? [DomainName.Bare(domain)] : [];
        var ndots = 1;
        foreach (var line in text.Split('\n'))
        {
            // Keywords stand at the very start of a line; a comment after the values is not theirs.
            if (line.Split('#', ';')[0].Split(Blanks, StringSplitOptions.RemoveEmptyEntries) is not [var keyword, .. var values] || line[0] != keyword[0])
                continue;
            switch (keyword)
            {
                case "nameserver" when values is [var server, ..] && Nameserver(server) is { } endpoint && nameservers.Count < MostNameservers:
                    nameservers.Add(endpoint);
                    break;
                case "search" when values.Length > 0:
                    search = [.. values.Where(IsDomain).Select(DomainName.Bare)]; // the last of all search and domain lines wins
                    break;
                case "domain" when values is [var only, ..] && IsDomain(only):
                    search = [DomainName.Bare(only)];
                    break;
                case "options":
                    ndots = values.Select(Dots).LastOrDefault(dots => dots is not null) ?? ndots;
                    break;
            }
        }

        return new(nameservers, search, ndots);
    }

    /// <summary>
    /// The full names, without the dot at their end, that a name may stand for, in the order in which the C library would ask for them. None when it is
    /// no domain name.
    /// </summary>
    /// <param name="name">As a user wrote it; a dot at its end says that it is in full.</param>
    public IReadOnlyList<string> Candidates(string name)
    {
        var bare = DomainName.Bare(name);
        var searched = Search.Select(domain => domain.Length == 0 ? bare : $"{bare}.{domain}");
        var all = name.EndsWith('.') ? [bare]
            : bare.Count(c => c == '.') >= Ndots ? searched.Prepend(bare)
            : searched.Append(bare);
        return [.. all.Where(DomainName.IsLegal).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static bool IsDomain(string text) => text == "." || DomainName.IsLegal(text);

    /// <summary>An address; with a port as OpenBSD writes it, <c>[address]:port</c>, which the C library of Linux would pass over.</summary>
    private static IPEndPoint? Nameserver(string text)
    {
        var end = text.StartsWith('[') ? text.IndexOf("]:", StringComparison.Ordinal) : -1;
        if (end < 0)
            return IPAddress.TryParse(text, out var plain) ? new(OrSelf(plain), DnsPort) : null;
        return IPAddress.TryParse(text[1..end], out var address)
            && ushort.TryParse(text[(end + 2)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? new(OrSelf(address), port)
            : null;
    }

    /// <summary>"Any address" is this machine, to the C library; the DNS client would not take it.</summary>
    private static IPAddress OrSelf(IPAddress address) =>
        address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;

    private static int? Dots(string option) =>
        option.StartsWith("ndots:", StringComparison.Ordinal) && int.TryParse(option["ndots:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var dots)
            ? Math.Min(dots, MostNdots)
            : null;
}
