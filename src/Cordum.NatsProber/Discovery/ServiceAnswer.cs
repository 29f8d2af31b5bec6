using DnsClient.Protocol;

namespace Cordum.NatsProber.Discovery;

/// <summary>The endpoints in an answer of SRV records (RFC 2782). Priorities and weights are for clients that choose: every broker is probed.</summary>
internal static class ServiceAnswer
{
    /// <summary>One endpoint a record.</summary>
    /// <param name="asked">The asked name in full.</param>
    /// <param name="answer">The answer; the name exists.</param>
    /// <param name="usualPort">The port that goes without saying in names.</param>
    /// <exception cref="DiscoveryException">There are none, or one that cannot be dialled.</exception>
    public static IReadOnlyList<DiscoveredEndpoint> Endpoints(string asked, DnsAnswer answer, int usualPort)
    {
        var records = answer.Records.OfType<SrvRecord>().ToList();
        if (records.Count == 0)
            throw new DiscoveryException(DiscoveryProblem.NoRecords, $"{asked} has no {(asked.StartsWith('_') ? "SRV record" : "A, AAAA or SRV record")}");

        var domain = EndpointName.Domain(asked);
        var offered = records.Where(record => DnsAnswer.Target(record.Target).Length > 0).ToList();
        return offered.Count > 0
            ? [.. offered.Select(record => Endpoint(asked, record, domain, usualPort))]
            : throw new DiscoveryException(DiscoveryProblem.NoRecords, $"{asked} says that the service is not offered (an SRV record with the target \".\")");
    }

    private static DiscoveredEndpoint Endpoint(string asked, SrvRecord record, string domain, int usualPort)
    {
        var host = DnsAnswer.Target(record.Target).ToLowerInvariant();
        // Leaving the one out would be to stop probing a broker for a slip in a zone, without a word.
        if (!DomainName.IsLegal(host) || record.Port == 0)
            throw new DiscoveryException(DiscoveryProblem.Malformed, $"{asked} has an SRV record that cannot be dialled: its target is no host name, or its port is 0");
        return new(EndpointName.OfTarget(host, record.Port, domain, usualPort), host, record.Port);
    }
}
