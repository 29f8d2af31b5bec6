using System.Net;
using System.Net.Sockets;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Discovery;

/// <summary>One endpoint that DNS named.</summary>
/// <param name="Name">Label value; the same for the same record, whatever else the answer holds (<see cref="EndpointName"/>).</param>
/// <param name="Host">What to dial: an address for A and AAAA, the target host, in full and without the dot at its end, for SRV.</param>
/// <param name="Port">1 to 65535.</param>
internal sealed record DiscoveredEndpoint(string Name, string Host, int Port)
{
    /// <summary>The endpoint to probe.</summary>
    /// <param name="monitorPort">Port of its monitor, 1 to 65535; null when it has none.</param>
    public ProbedEndpoint Probed(int? monitorPort)
    {
        var host = IPAddress.TryParse(Host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Host}]" : Host;
        return new(Name, new Uri($"nats://{host}:{Port}"), monitorPort is null ? null : new Uri($"http://{host}:{monitorPort}"), ServerName: null);
    }
}

/// <summary>An answer that names endpoints.</summary>
/// <param name="Endpoints">At least one, by name.</param>
/// <param name="HoldsFor">When to ask again, within the bounds of <see cref="AskPace"/>.</param>
/// <param name="LeftOut">How many more were named than may be taken.</param>
internal sealed record DiscoveredSet(IReadOnlyList<DiscoveredEndpoint> Endpoints, TimeSpan HoldsFor, int LeftOut)
{
    /// <summary>For people: what was asked as well and not answered, and could have named more endpoints; null when all was answered.</summary>
    public string? Unanswered { get; init; }

    /// <summary>Makes the named endpoints unique and takes as many as may be: those that are known before others, then by name.</summary>
    /// <param name="named">What the records name, in any order, repeated or not; at least one.</param>
    /// <param name="known">Names of the endpoints of the last answer: which ones are taken must not change because further ones come.</param>
    /// <param name="most">Most endpoints to take, at least 1.</param>
    /// <param name="ttl">Shortest time to live of the records.</param>
    /// <exception cref="DiscoveryException">Two different brokers have the same name.</exception>
    public static DiscoveredSet Of(IEnumerable<DiscoveredEndpoint> named, IReadOnlyCollection<string> known, int most, TimeSpan ttl)
    {
        var before = known.ToHashSet(StringComparer.Ordinal);
        var all = named.Distinct()
            .OrderByDescending(endpoint => before.Contains(endpoint.Name))
            .ThenBy(endpoint => endpoint.Name, StringComparer.Ordinal)
            .ToList();
        // Numbering them would make a name depend on the other records, so that a broker's series would change hands.
        if (all.GroupBy(endpoint => endpoint.Name).FirstOrDefault(group => group.Count() > 1) is { } clash)
        {
            var brokers = string.Join(" and ", clash.Select(endpoint => $"{endpoint.Host}:{endpoint.Port}"));
            throw new DiscoveryException(DiscoveryProblem.Malformed, $"{brokers} would all be endpoint {clash.Key}; list the brokers under endpoints");
        }

        return new([.. all.Take(most).OrderBy(endpoint => endpoint.Name, StringComparer.Ordinal)], AskPace.Hold(ttl), Math.Max(0, all.Count - most));
    }
}
