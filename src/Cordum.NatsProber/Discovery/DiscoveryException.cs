namespace Cordum.NatsProber.Discovery;

/// <summary>Why DNS named no endpoints.</summary>
public enum DiscoveryProblem
{
    /// <summary>The machine names no DNS server, and neither does the probe file.</summary>
    NoNameserver,

    /// <summary>No server answered in time.</summary>
    Timeout,

    /// <summary>The network, or the server's host, said no.</summary>
    Unreachable,

    /// <summary>The server could not find out (SERVFAIL and its kin).</summary>
    ServerFailure,

    /// <summary>The server would not say (REFUSED).</summary>
    Refused,

    /// <summary>An answer that makes no sense, or names what cannot be dialled.</summary>
    Malformed,

    /// <summary>The name does not exist (NXDOMAIN), with none of the search domains.</summary>
    NoSuchName,

    /// <summary>The name exists and stands for no broker: no A, AAAA or SRV record, or an SRV record that says "not here" (target <c>.</c>).</summary>
    NoRecords,
}

/// <summary>
/// DNS named no endpoints. An empty answer is a failure as well: a cluster of no brokers is nothing to fall silent about, so whoever asked keeps what
/// was known, and tells.
/// </summary>
/// <param name="problem">Why.</param>
/// <param name="message">For people: what was asked of whom, and what came back.</param>
internal sealed class DiscoveryException(DiscoveryProblem problem, string message) : Exception(message)
{
    public DiscoveryProblem Problem { get; } = problem;
}
