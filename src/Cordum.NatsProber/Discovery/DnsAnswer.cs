using Cordum.NatsProber.Timing;
using DnsClient.Protocol;

namespace Cordum.NatsProber.Discovery;

/// <summary>What a server says to a question for one name and type.</summary>
/// <param name="Name">The name at the end of the chain of aliases; the asked one where there is none.</param>
/// <param name="Records">The records of the asked type at that name; may be empty.</param>
/// <param name="Ttl">Shortest time to live of records and aliases; <see cref="TimeSpan.MaxValue"/> when there are neither.</param>
/// <param name="Exists">Whether <paramref name="Name"/> exists, with records of whatever type.</param>
/// <param name="IsAliased">Whether the asked name is an alias: then it exists itself, even where it leads nowhere.</param>
internal sealed record DnsAnswer(string Name, IReadOnlyList<DnsResourceRecord> Records, TimeSpan Ttl, bool Exists, bool IsAliased)
{
    /// <summary>Reads an answer section: follows the aliases (CNAME) from the asked name on, and leaves alone what belongs to no name on that way.</summary>
    /// <param name="asked">The asked name.</param>
    /// <param name="type">The asked type.</param>
    /// <param name="answers">The section.</param>
    /// <param name="exists">False for NXDOMAIN, which is said of the last name (RFC 6604).</param>
    /// <exception cref="DiscoveryException">The aliases lead in a circle.</exception>
    public static DnsAnswer Read(string asked, ResourceRecordType type, IReadOnlyList<DnsResourceRecord> answers, bool exists)
    {
        var name = DomainName.Bare(asked);
        var ttl = TimeSpan.MaxValue;
        var passed = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { name };
        while (true)
        {
            var here = answers.Where(record => DomainName.AreSame(Owner(record), name)).ToList();
            var records = here.Where(record => record.RecordType == type).ToList();
            if (records.Count > 0 || here.OfType<CNameRecord>().FirstOrDefault() is not { } alias)
                return new(name, records, records.Aggregate(ttl, Shorter), exists, passed.Count > 1);

            ttl = Shorter(ttl, alias);
            name = Target(alias.CanonicalName);
            if (!passed.Add(name))
                throw new DiscoveryException(DiscoveryProblem.Malformed, $"{asked}: its aliases lead in a circle, by way of {name}");
        }
    }

    /// <summary>A name that a record holds. <c>Value</c> is as it came; <c>Original</c> has labels with xn-- turned into letters.</summary>
    /// <param name="name">The name.</param>
    public static string Target(DnsClient.DnsString name) => DomainName.Bare(name.Value);

    /// <summary>The name that a record belongs to. Here it is <c>Original</c> that is as it came, and <c>Value</c> that has letters for xn--.</summary>
    private static string Owner(DnsResourceRecord record) => record.DomainName.Original;

    private static TimeSpan Shorter(TimeSpan ttl, DnsResourceRecord record) => Instant.Earlier(ttl, AskPace.Ttl(record.InitialTimeToLive));
}
