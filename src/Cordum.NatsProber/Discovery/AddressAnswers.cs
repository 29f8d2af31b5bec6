using System.Net;
using System.Net.Sockets;
using Cordum.NatsProber.Timing;
using DnsClient.Protocol;

namespace Cordum.NatsProber.Discovery;

/// <summary>What came of one of the two questions for addresses: an answer or a problem.</summary>
/// <param name="Answer">The answer; null when there was none.</param>
/// <param name="Problem">Why there was none; null when there was.</param>
internal sealed record FamilyAnswer(DnsAnswer? Answer, DiscoveryException? Problem)
{
    /// <summary>The addresses in the answer; none without one.</summary>
    public IEnumerable<IPAddress> Addresses => Answer?.Records.OfType<AddressRecord>().Select(record => record.Address) ?? [];
}

/// <summary>What the answers for A and AAAA say together.</summary>
/// <param name="Addresses">All addresses; may be empty.</param>
/// <param name="Ttl">Shortest time to live.</param>
/// <param name="Exists">Whether there is such a name.</param>
/// <param name="Unanswered">For people: what was not answered and could be done without; null when both were.</param>
internal sealed record AddressAnswers(IReadOnlyList<IPAddress> Addresses, TimeSpan Ttl, bool Exists, string? Unanswered)
{
    /// <summary>
    /// Puts both together. If one of them is missing, endpoints of that family must not vanish for a fault of the resolver, so all is a failure and
    /// what is known stays. But where none of that family was known, the other one is taken for all: there are servers that never answer for AAAA.
    /// </summary>
    /// <param name="name">The asked name.</param>
    /// <param name="v4">What came of A.</param>
    /// <param name="v6">What came of AAAA.</param>
    /// <param name="known">Names of the endpoints of the last answer.</param>
    /// <exception cref="DiscoveryException">A missing answer is needed, or the name is an alias that leads nowhere.</exception>
    public static AddressAnswers Join(string name, FamilyAnswer v4, FamilyAnswer v6, IReadOnlyCollection<string> known)
    {
        IReadOnlyList<IPAddress> addresses = [.. v4.Addresses, .. v6.Addresses];
        if ((v4.Problem ?? v6.Problem) is { } problem)
        {
            var missing = v4.Problem is not null ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
            if (addresses.Count == 0 || known.Any(endpoint => EndpointName.Family(endpoint) == missing))
                throw problem;
            return new(addresses, TimeSpan.Zero, Exists: true, problem.Message); // soon asked again: there may be more
        }

        DnsAnswer[] both = [v4.Answer!, v6.Answer!];
        // "No such name" holds for every type (RFC 8020), whichever of the two says it. Servers that are made to say "nothing" to every AAAA say so of
        // names that do not exist, too.
        if (addresses.Count == 0 && Array.Find(both, answer => !answer.Exists) is { } none)
            return none.IsAliased ? throw Dangling(name, none) : new([], TimeSpan.Zero, Exists: false, Unanswered: null);
        return new(addresses, Instant.Earlier(both[0].Ttl, both[1].Ttl), Exists: true, Unanswered: null);
    }

    /// <summary>An alias of a name that does not exist. The alias itself does, so no further search domain is tried.</summary>
    /// <param name="name">The asked name.</param>
    /// <param name="answer">What was answered.</param>
    public static DiscoveryException Dangling(string name, DnsAnswer answer) =>
        new(DiscoveryProblem.NoSuchName, $"{name} is an alias of {answer.Name}, which does not exist");
}
