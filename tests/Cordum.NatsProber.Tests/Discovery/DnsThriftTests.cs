using Cordum.NatsProber.Discovery;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Discovery;

/// <summary>What asking costs: neither threads while it waits, nor sockets when it is over. Both are the whole process's, so nothing runs beside.</summary>
[Collection(nameof(DnsThriftTests))]
[CollectionDefinition(nameof(DnsThriftTests), DisableParallelization = true)]
public sealed class DnsThriftTests
{
    [Fact]
    public async Task A_silent_server_holds_no_thread()
    {
        await using var server = new TestDnsServer();
        server.Fail(DnsFault.Silent);
        var discovery = Discovery(server, question: TimeSpan.FromSeconds(3));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var threads = ThreadPool.ThreadCount;

        var asks = Enumerable.Range(0, 60).Select(_ => Task.Run(() => discovery.AskAsync([], stop.Token))).ToList();
        await server.HearAsync(questions: 120, stop.Token);
        // All wait. Were each of them to hold a thread, this would wait in turn behind them.
        await Task.Run(() => { }, stop.Token).WaitAsync(TimeSpan.FromSeconds(1), stop.Token);
        Assert.All(asks, ask => Assert.False(ask.IsCompleted));
        Assert.InRange(ThreadPool.ThreadCount, 0, threads + 20);

        await stop.CancelAsync();
        foreach (var ask in asks)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ask);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(DnsFault.Truncated)]
    [InlineData(DnsFault.TruncatedAndSilent)]
    [InlineData(DnsFault.Silent)]
    [InlineData(DnsFault.Garbage)]
    internal async Task Asking_leaves_no_socket_behind(DnsFault? fault)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "counts in /proc");
        await using var server = new TestDnsServer();
        server.Set("nats.example", DnsRecord.Address("10.0.0.1"));
        if (fault is not null)
            server.Fail(fault.Value);
        var discovery = Discovery(server, question: TimeSpan.FromMilliseconds(20));
        await AskAsync(discovery);
        var before = Sockets();

        for (var i = 0; i < 50; i++)
            await AskAsync(discovery);

        // Two questions at a time; a connection that has served is kept for the next, at both ends.
        Assert.InRange(Sockets(), 0, before + 8);
    }

    private static async Task AskAsync(DnsDiscovery discovery)
    {
        try
        {
            await discovery.AskAsync([], TestContext.Current.CancellationToken);
        }
        catch (DiscoveryException)
        {
            // It is what happens to the sockets that counts.
        }
    }

    private static DnsDiscovery Discovery(TestDnsServer server, TimeSpan question) =>
        new(new DiscoverySettings("nats.example", 4222, server.EndPoint, 64), TimeProvider.System) { Patience = new(question, TimeSpan.FromSeconds(20)) };

    private static int Sockets() => Directory.GetFiles("/proc/self/fd").Count(descriptor =>
        new FileInfo(descriptor).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);
}
