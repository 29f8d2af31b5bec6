using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>What an endpoint costs, from ten to five thousand of them.</summary>
internal static class ScaleBenchmark
{
    /// <summary>Runs it: about a quarter of an hour, in brief two minutes.</summary>
    public static async Task<string> RunAsync(BenchmarkSetting setting, CancellationToken stop)
    {
        var sizes = setting.Choose<int[]>([10, 100, 1000, 2000, 5000], [10, 100]);
        var compared = setting.Choose(1000, 100);
        var pace = setting.Choose(ScalePace.Full, ScalePace.Brief);
        OpenFiles.Require(new Fleet(sizes[^1]));
        await using var brokers = await FleetBrokers.StartAsync(setting.Tools.NatsServer, stop);

        List<ScaleReading> readings = [];
        Duel? duel = null;
        Detail.Reading? reduced = null;
        List<string> beyond = [];
        foreach (var size in sizes)
        {
            var fleet = new Fleet(size);
            Func<ProberUnderTest, Task>? andThen = size != compared ? null : async prober => duel = await Duel.RunAsync(
                fleet, brokers, prober, setting.Tools, setting.Choose(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(8)), setting.Choose(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(4)), setting.Choose(3, 1), stop);
            try
            {
                readings.Add(await new ScaleRun(fleet, brokers, pace).RunAsync(andThen, stop));
            }
            catch (BeyondReachException e)
            {
                // What this machine cannot carry is a result, too, and the last one: larger fleets are not tried.
                beyond.Add(e.Message);
                Progress.Say($"scale: {e.Message}");
                break;
            }

            if (size == compared)
                reduced = await Detail.MeasureAsync(fleet, brokers, pace, stop);
        }

        return new ScaleReport(readings, duel!, compared, reduced, sizes, beyond).ToString();
    }
}
