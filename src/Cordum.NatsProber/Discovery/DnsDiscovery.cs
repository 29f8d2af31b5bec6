using System.Net;
using System.Net.Sockets;
using Cordum.NatsProber.Probes;
using DnsClient;

namespace Cordum.NatsProber.Discovery;

/// <summary>How long DNS may take.</summary>
/// <param name="Question">One packet to one server.</param>
/// <param name="Whole">All questions, servers and search domains of one ask.</param>
internal sealed record DnsPatience(TimeSpan Question, TimeSpan Whole)
{
    /// <summary>2 s and 10 s: two dead servers before a living one, or two lost packets, are borne.</summary>
    public static readonly DnsPatience Usual = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));
}

/// <summary>
/// Asks DNS which brokers there are. Keeps no answer between asks, holds no thread while it waits, and reads the machine's resolv.conf at every
/// ask, as the C library does. What is decided here and why: docs/decisions/0006-discovery.md.
/// </summary>
/// <param name="settings">What to ask, and whom.</param>
/// <param name="time">The source of time.</param>
internal sealed class DnsDiscovery(DiscoverySettings settings, TimeProvider time)
{
    /// <summary>How long a dial that has addresses of one family waits for those of the other (RFC 8305, 3).</summary>
    private static readonly TimeSpan ResolutionDelay = TimeSpan.FromMilliseconds(50);

    private readonly LookupClient _client = Nameservers.NewClient();

    /// <summary>The servers of the latest answer, one of which is known to be alive: a dial has no time to wait for a dead one before it.</summary>
    private Nameservers? _alive;

    /// <summary>The machine's resolver configuration.</summary>
    /// <value>/etc/resolv.conf</value>
    public string ResolvConfPath { get; init; } = "/etc/resolv.conf";

    /// <summary>How long DNS may take.</summary>
    /// <value><see cref="DnsPatience.Usual"/></value>
    public DnsPatience Patience { get; init; } = DnsPatience.Usual;

    /// <summary>Asks once which endpoints there are: SRV for a name that begins with <c>_</c>; else A and AAAA, and SRV where the name has neither.</summary>
    /// <param name="known">Names of the endpoints of the last answer; empty the first time.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>At least one endpoint.</returns>
    /// <exception cref="DiscoveryException">There is none, or nobody knows.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public Task<DiscoveredSet> AskAsync(IReadOnlyCollection<string> known, CancellationToken stop) => BoundedAsync(
        settings.Dns,
        async end =>
        {
            var conf = await ConfAsync(end).ConfigureAwait(false);
            var (servers, candidates) = (Servers(conf), conf.Candidates(settings.Dns));
            foreach (var candidate in candidates)
            {
                // A candidate of which nobody knows ends the ask: were it passed over, a fault of the resolver could lead to another cluster.
                var set = candidate.StartsWith('_')
                    ? await AskServiceAsync(servers, candidate, known, end).ConfigureAwait(false)
                    : await AskHostAsync(servers, candidate, known, end).ConfigureAwait(false);
                if (set is null)
                    continue;
                _alive = servers;
                return set;
            }

            throw new DiscoveryException(DiscoveryProblem.NoSuchName, candidates switch
            {
                [] => $"{settings.Dns} is no domain name",
                [var only] => $"{only} does not exist",
                _ => $"{settings.Dns} does not exist; asked for were {string.Join(", ", candidates)}",
            });
        },
        stop);

    /// <summary>
    /// The addresses of an endpoint's host, from the servers that named it: an address stands for itself, an SRV target is a full name. In a fixed order (IPv4
    /// first, then by value), so that a link that is made anew reaches the address that it had.
    /// </summary>
    /// <param name="host">A <see cref="DiscoveredEndpoint.Host"/>.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>At least one address.</returns>
    /// <exception cref="DiscoveryException">There is none, or nobody knows.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public async Task<IPAddress[]> AddressesAsync(string host, CancellationToken stop)
    {
        if (IPAddress.TryParse(host, out var literal))
            return [literal];
        return DomainName.IsLegal(host)
            ? await BoundedAsync(host, end => AskAddressesAsync(host, end), stop).ConfigureAwait(false)
            : throw new DiscoveryException(DiscoveryProblem.NoSuchName, $"{host} is no host name");
    }

    private async Task<IPAddress[]> AskAddressesAsync(string host, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var conf = await ConfAsync(stop).ConfigureAwait(false);
        var servers = _alive is { } alive && alive.Are(conf.Nameservers) ? alive : Servers(conf);
        var v4 = FamilyAsync(servers, host, QueryType.A, enough.Token);
        var v6 = FamilyAsync(servers, host, QueryType.AAAA, enough.Token);
        var first = await (await Task.WhenAny(v4, v6).ConfigureAwait(false)).ConfigureAwait(false);
        try
        {
            // With an address in hand the dial goes on; a server that is silent about the other family must not eat up its time.
            var patience = first.Addresses.Any() ? ResolutionDelay : Timeout.InfiniteTimeSpan;
            await Task.WhenAll(v4, v6).WaitAsync(patience, time, stop).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await enough.CancelAsync().ConfigureAwait(false);
            return Sorted(first.Addresses);
        }

        return AddressAnswers.Join(host, await v4.ConfigureAwait(false), await v6.ConfigureAwait(false), known: []) switch
        {
            { Addresses: { Count: > 0 } addresses } => Sorted(addresses),
            { Exists: true } => throw new DiscoveryException(DiscoveryProblem.NoRecords, $"{host} has no address"),
            _ => throw new DiscoveryException(DiscoveryProblem.NoSuchName, $"{host} does not exist"),
        };
    }

    /// <returns>Null when there is no such name.</returns>
    private async Task<DiscoveredSet?> AskHostAsync(Nameservers servers, string name, IReadOnlyCollection<string> known, CancellationToken stop)
    {
        var v4 = FamilyAsync(servers, name, QueryType.A, stop);
        var v6 = FamilyAsync(servers, name, QueryType.AAAA, stop);
        var answers = AddressAnswers.Join(name, await v4.ConfigureAwait(false), await v6.ConfigureAwait(false), known);
        if (!answers.Exists)
            return null;
        if (answers.Addresses.Count == 0)
            return await AskServiceAsync(servers, name, known, stop).ConfigureAwait(false)
                ?? throw new DiscoveryException(DiscoveryProblem.NoRecords, $"{name} has no A, AAAA or SRV record");

        var endpoints = answers.Addresses.Select(address => new DiscoveredEndpoint(EndpointName.OfAddress(address), address.ToString(), settings.Port));
        return DiscoveredSet.Of(endpoints, known, settings.MaxEndpoints, answers.Ttl) with { Unanswered = answers.Unanswered };
    }

    /// <returns>Null when there is no such name.</returns>
    private async Task<DiscoveredSet?> AskServiceAsync(Nameservers servers, string name, IReadOnlyCollection<string> known, CancellationToken stop)
    {
        var answer = await servers.AskAsync(name, QueryType.SRV, stop).ConfigureAwait(false);
        if (!answer.Exists)
            return answer.IsAliased ? throw AddressAnswers.Dangling(name, answer) : null;
        return DiscoveredSet.Of(ServiceAnswer.Endpoints(name, answer, settings.Port), known, settings.MaxEndpoints, answer.Ttl);
    }

    private static async Task<FamilyAnswer> FamilyAsync(Nameservers servers, string name, QueryType type, CancellationToken stop)
    {
        try
        {
            return new(await servers.AskAsync(name, type, stop).ConfigureAwait(false), Problem: null);
        }
        catch (DiscoveryException e)
        {
            return new(Answer: null, e);
        }
    }

    /// <summary>
    /// Whom to ask, and with which search domains. With a resolver in the probe file there are none: those in resolv.conf belong to the machine's
    /// resolver, and the probe file shall mean the same on every machine.
    /// </summary>
    private async Task<ResolvConf> ConfAsync(CancellationToken stop)
    {
        if (settings.Resolver is { } resolver)
            return new([resolver], Search: [], Ndots: 0);

        const string remedy = "name a DNS server there, or in the probe file (discover.resolver)";
        try
        {
            var text = await File.ReadAllTextAsync(ResolvConfPath, stop).ConfigureAwait(false);
            return ResolvConf.Parse(text, Dns.GetHostName()) is { Nameservers.Count: > 0 } conf
                ? conf
                : throw new DiscoveryException(DiscoveryProblem.NoNameserver, $"{ResolvConfPath} names no nameserver; {remedy}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiscoveryException(DiscoveryProblem.NoNameserver, $"{ResolvConfPath} cannot be read ({e.Message}); {remedy}");
        }
    }

    private async Task<T> BoundedAsync<T>(string name, Func<CancellationToken, Task<T>> ask, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(Patience.Whole, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            return await ask(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new DiscoveryException(DiscoveryProblem.Timeout, $"{name}: no answer within {Patience.Whole.TotalSeconds:0.###} s in all");
        }
    }

    private Nameservers Servers(ResolvConf conf) => new(_client, conf.Nameservers, Patience.Question);

    private static IPAddress[] Sorted(IEnumerable<IPAddress> addresses) =>
    [
        .. addresses.Distinct()
            .OrderBy(address => address.AddressFamily == AddressFamily.InterNetworkV6)
            .ThenBy(address => Convert.ToHexString(address.GetAddressBytes()), StringComparer.Ordinal),
    ];
}
