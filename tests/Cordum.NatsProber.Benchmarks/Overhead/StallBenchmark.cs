using System.Diagnostics;
using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>Whether the prober tells its own faults from the broker's: held up in every way that a process can be, it must say so, and accuse nobody.</summary>
internal static class StallBenchmark
{
    /// <summary>Runs it.</summary>
    public static async Task<string> RunAsync(BenchmarkSetting setting, CancellationToken stop)
    {
        await using var lab = await LabCluster.StartAsync(new LabOptions { Brokers = 1, Cluster = false, NatsServer = setting.Tools.NatsServer }, stop);
        var broker = lab.Brokers[0];
        var probes = ProbeFile(broker);
        var file = Path.Combine(lab.Folder, "probes.yaml");
        await File.WriteAllTextAsync(file, probes, stop);
        using var host = new StallHost(file, new Uri(broker.Url));
        var stalls = new List<Stall>();
        var losses = new List<Loss>();

        await using (var prober = await ProberUnderTest.StartAsync([probes], stop: stop))
        {
            var (inside, outside) = (new StalledProber(host.ScrapeAsync, host.Stopwatch), new StalledProber(prober.ScrapeAsync, host.Stopwatch));
            await inside.UntilWellAsync(stop);
            await outside.UntilWellAsync(stop);
            int[] both = [prober.ProcessId, host.ProcessId];
            for (var round = 1; round <= setting.Choose(3, 1); round++)
            {
                stalls.Add(await outside.StallAsync(StallReport.Nothing, counts => counts.Told, () => IdleAsync(stop), stop));
                stalls.Add(await inside.StallAsync("thread pool busy", counts => counts.Threadpool, () => Task.FromResult(host.Stall("pool", Seconds(3))), stop));
                stalls.Add(await inside.StallAsync("collector's pauses", counts => counts.Gc, () => Task.FromResult(host.Stall("gc", Seconds(2))), stop));
                stalls.Add(await outside.StallAsync(
                    "suspended (SIGSTOP)", counts => counts.Scheduler, () => Provocation.SuspendAsync(both, () => Task.Delay(Seconds(3), stop)), stop));
                Progress.Say($"stalls, round {round}");
            }

            foreach (var endsInStall in new[] { true, false })
                losses.Add(await LossAsync(outside, prober.ProcessId, broker, endsInStall, stop));
            Progress.Say("losses of the broker during a stall");

            // To the end: they keep their rank.
            foreach (var process in both)
                Provocation.MakeLeastFavoured(process);
            for (var round = 1; round <= setting.Choose(3, 1); round++)
                stalls.Add(await outside.StallAsync("starved of processors", counts => counts.Scheduler, () => Provocation.StarveAsync(prober.ProcessId, Seconds(4), stop), stop));
        }

        return StallReport.Of(stalls, losses);
    }

    /// <summary>The broker is lost while the prober is suspended for three seconds.</summary>
    private static async Task<Loss> LossAsync(StalledProber prober, int pid, LabBroker broker, bool endsInStall, CancellationToken stop)
    {
        await prober.UntilWellAsync(stop);
        var (killed, away) = (0L, TimeSpan.Zero);
        var length = await Provocation.SuspendAsync([pid], async () =>
        {
            await Task.Delay(Seconds(1), stop);
            killed = broker.Kill();
            await broker.ExitedAsync(stop);
            await Task.Delay(Seconds(1), stop);
            if (endsInStall)
                await ReturnAsync();
            await Task.Delay(Seconds(1), stop);
        });
        if (!endsInStall)
        {
            await Task.Delay(Seconds(2), stop);
            await ReturnAsync();
        }

        return new(endsInStall ? "killed in the stall, back within it" : "killed in the stall, back after it", length, away, await prober.SinceAsync(stop));

        async Task ReturnAsync()
        {
            await broker.StartAsync(stop);
            away = Stopwatch.GetElapsedTime(killed);
        }
    }

    private static async Task<TimeSpan> IdleAsync(CancellationToken stop)
    {
        await Task.Delay(Seconds(3), stop);
        return TimeSpan.Zero;
    }

    private static string ProbeFile(LabBroker broker) => $$"""
        cluster: bench
        endpoints:
          - { name: n1, url: "{{broker.Url}}" }
        probes:
          request: { every: 100ms, timeout: 50ms }
        failover: { reconnectWait: 100ms }
        """;

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
