namespace Cordum.NatsProber.Links;

/// <summary>
/// Knows which broker each endpoint of one cluster is, so that a link never mistakes another for it: after an address was handed to another
/// server, a DNS answer went wrong, or a load balancer stands where a broker was meant to be.
/// </summary>
/// <remarks>
/// A broker is known by its <c>server_name</c>: the one that the probe file gives, else the one announced at the first open. A server
/// without a name announces its process's id instead, which changes at every restart; then the only fault that can be seen is that two
/// endpoints reach the same process.
/// </remarks>
public sealed class ClusterIdentities
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _names = [];
    private readonly Dictionary<string, string> _heldServerIds = [];
    private readonly Dictionary<string, string> _latestServerIds = [];
    private readonly HashSet<string> _anonymous = [];

    /// <summary>Fixes the name that an endpoint's broker must announce.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="serverName">The broker's <c>server_name</c>.</param>
    public void Expect(string endpoint, string serverName)
    {
        lock (_gate)
            _names[endpoint] = serverName;
    }

    /// <summary>The endpoint is an address and no more: whoever has it next is as right there as who had it before.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    public void ExpectAnybody(string endpoint)
    {
        lock (_gate)
            _anonymous.Add(endpoint);
    }

    /// <summary>What is wrong with the broker that answered at an endpoint, for people; null if it may be the endpoint's own.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="info">What the broker announced.</param>
    public string? Mismatch(string endpoint, BrokerInfo info)
    {
        lock (_gate)
            return MismatchLocked(endpoint, info);
    }

    /// <summary>
    /// The endpoint's link is open: from now on this is its broker, unless another endpoint's link got there first in the meantime.
    /// </summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="info">What the broker announced.</param>
    /// <returns>As <see cref="Mismatch"/>.</returns>
    public string? Claim(string endpoint, BrokerInfo info)
    {
        lock (_gate)
        {
            if (MismatchLocked(endpoint, info) is { } mismatch)
                return mismatch;
            if (info.IsNamed && !_anonymous.Contains(endpoint))
                _names.TryAdd(endpoint, info.ServerName);
            _heldServerIds[endpoint] = _latestServerIds[endpoint] = info.ServerId;
            return null;
        }
    }

    /// <summary>The endpoint's link is down: another endpoint may hold that broker now.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    public void Release(string endpoint)
    {
        lock (_gate)
            _heldServerIds.Remove(endpoint);
    }

    /// <summary>
    /// Which endpoint a broker is: the one whose link is open to that very process, else the one that is known by its name, else the one whose link was last open to that
    /// process; null if none.
    /// </summary>
    /// <param name="info">What the broker announced.</param>
    public string? EndpointOf(BrokerInfo info)
    {
        lock (_gate)
        {
            return OfProcess(_heldServerIds)
                ?? (info.IsNamed ? _names.Where(named => named.Value == info.ServerName).Select(named => named.Key).FirstOrDefault() : null)
                ?? OfProcess(_latestServerIds);
        }

        string? OfProcess(Dictionary<string, string> ids) => ids.Where(one => one.Value == info.ServerId).Select(one => one.Key).FirstOrDefault();
    }

    /// <summary>The endpoint is gone from the configuration: nothing is known of it any more.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    public void Forget(string endpoint)
    {
        lock (_gate)
        {
            _names.Remove(endpoint);
            _anonymous.Remove(endpoint);
            _heldServerIds.Remove(endpoint);
            _latestServerIds.Remove(endpoint);
        }
    }

    private string? MismatchLocked(string endpoint, BrokerInfo info)
    {
        if (_names.TryGetValue(endpoint, out var expected) && expected != info.ServerName)
            return $"expected the broker named {expected}, reached {Describe(info)}";

        foreach (var (other, held) in _heldServerIds)
        {
            if (other != endpoint && held == info.ServerId)
                return $"reached {Describe(info)}, to which endpoint {other} is connected already";
        }

        return null;
    }

    private static string Describe(BrokerInfo info) => info.IsNamed ? $"{info.ServerName} ({info.ServerId})" : info.ServerId;
}
