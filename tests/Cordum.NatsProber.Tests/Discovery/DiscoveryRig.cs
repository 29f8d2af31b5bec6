using System.Net;
using Cordum.NatsProber.Discovery;
using Cordum.NatsProber.Probes;
using Microsoft.Extensions.Time.Testing;

namespace Cordum.NatsProber.Tests.Discovery;

/// <summary>A discovery and the servers that it asks.</summary>
internal sealed class DiscoveryRig : IAsyncDisposable
{
    private readonly string _resolvConf = Path.Combine(Path.GetTempPath(), $"resolv-{Guid.NewGuid():N}.conf");

    /// <param name="name">What is asked.</param>
    /// <param name="most">MaxEndpoints.</param>
    /// <param name="search">
    /// When given, the server is named in a resolv.conf with these search domains and ndots 2; else it is named in the settings.
    /// </param>
    /// <param name="silence">Whether a server will be silent: then it is waited for 400 ms, and else long enough for a busy machine.</param>
    /// <param name="time">By default one that stands still: what is bounded by it would fail on a busy machine.</param>
    public DiscoveryRig(string name, int most = 64, string? search = null, bool silence = false, TimeProvider? time = null)
    {
        Discovery = new DnsDiscovery(new DiscoverySettings(name, 4222, search is null ? Server.EndPoint : null, most), time ?? new FakeTimeProvider())
        {
            ResolvConfPath = _resolvConf,
            Patience = DnsPatience.Usual with { Question = TimeSpan.FromMilliseconds(silence ? 400 : 5000) },
        };
        if (search is not null)
            WriteResolvConf($"search {search}\noptions ndots:2", Server.EndPoint);
    }

    public TestDnsServer Server { get; } = new();

    public DnsDiscovery Discovery { get; }

    /// <summary>Names these servers, in this order.</summary>
    public void WriteResolvConf(string text, params IPEndPoint[] servers) =>
        File.WriteAllText(_resolvConf, $"{text}\n{string.Concat(servers.Select(server => $"nameserver [{server.Address}]:{server.Port}\n"))}");

    public void RemoveResolvConf() => File.Delete(_resolvConf);

    public Task<DiscoveredSet> AskAsync(params string[] known) => Discovery.AskAsync(known, TestContext.Current.CancellationToken);

    public async Task<DiscoveryException> FailAsync(DiscoveryProblem problem, params string[] known)
    {
        var failure = await Assert.ThrowsAsync<DiscoveryException>(() => AskAsync(known));
        Assert.True(problem == failure.Problem, $"{failure.Problem}: {failure.Message}");
        return failure;
    }

    public async ValueTask DisposeAsync()
    {
        RemoveResolvConf();
        await Server.DisposeAsync();
    }
}

internal static class DiscoveredSets
{
    public static IEnumerable<string> Names(this DiscoveredSet set) => set.Endpoints.Select(endpoint => endpoint.Name);
}
