using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>Reconnects by the hundred leave nothing behind.</summary>
public sealed class EnduranceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hundred_forced_reconnects_leave_threads_sockets_and_heap_flat()
    {
        const int WarmUp = 40;
        const int Forced = 200;
        await using var cluster = await LabCluster.StartAsync(new LabOptions { Brokers = 1, NatsServer = NatsServers.Any, Cluster = false }, Stop);
        await using var proxy = new FaultProxy(cluster.Brokers[0].ClientPort);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of([("n1", proxy.Url, "n1")]));
        await prober.UntilAllConnectedAsync();

        await CutAsync(0, WarmUp);
        var before = await SettledAsync();
        await CutAsync(WarmUp, Forced);
        var after = await SettledAsync();

        Assert.Equal(WarmUp + Forced, after.Disconnects("n1"));
        Assert.Equal(WarmUp + Forced, after.Reconnects("n1"));
        // The pool may add a thread or two by itself; a leak of one thread, one handle or 20 KB a reconnect would show tenfold.
        Assert.True(after["process_num_threads"] <= before["process_num_threads"] + 10, Told("process_num_threads"));
        Assert.True(after["process_open_handles"] <= before["process_open_handles"] + 10, Told("process_open_handles"));
        Assert.True(after["dotnet_total_memory_bytes"] <= before["dotnet_total_memory_bytes"] + (4 << 20), Told("dotnet_total_memory_bytes"));

        string Told(string name) => $"{name}: {before[name]} before, {after[name]} after";

        async Task CutAsync(int done, int times)
        {
            for (var i = 1; i <= times; i++)
            {
                await proxy.CutAsync();
                await prober.UntilAsync(s => s.Reconnects("n1") == done + i && s.IsConnected("n1"), $"reconnect {done + i}");
            }
        }

        // What was dropped is folded up in the background, and the heap is what a collection leaves: wait for the smallest of a few seconds.
        async Task<Scrape> SettledAsync()
        {
            var collections = (await prober.ScrapeAsync())["dotnet_collection_count_total", ("generation", "2")];
            Scrape? smallest = null;
            await prober.UntilAsync(
                s =>
                {
                    if (smallest is null || s["dotnet_total_memory_bytes"] < smallest["dotnet_total_memory_bytes"])
                        smallest = s;
                    return s["dotnet_collection_count_total", ("generation", "2")] > collections || s.Ticks("n1", "success") > 12 + (s.Reconnects("n1") / 10);
                },
                "a few quiet ticks",
                seconds: 60);
            return smallest!;
        }
    }
}
