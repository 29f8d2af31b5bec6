using System.Globalization;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>What an endpoint costs, from ten to five thousand of them.</summary>
internal static class ScaleBenchmark
{
    /// <summary>How many endpoints are tried, in this order, if <c>NATSPROBER_SCALE_SIZES</c> names them; each a multiple of <see cref="Fleet.Brokers"/>.</summary>
    private static int[]? Sizes => Environment.GetEnvironmentVariable("NATSPROBER_SCALE_SIZES") is { Length: > 0 } named
        ? [.. named.Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture))]
        : null;

    /// <summary>Runs it: about a quarter of an hour, in brief two minutes.</summary>
    public static async Task<string> RunAsync(BenchmarkSetting setting, CancellationToken stop)
    {
        var sizes = Sizes ?? setting.Choose<int[]>([10, 100, 400, 1000, 2000, 5000], [10, 100]);
        var compared = sizes.Intersect([400, 1000]).DefaultIfEmpty(sizes[^1]).ToList();
        var pace = setting.Choose(ScalePace.Full, ScalePace.Brief);
        OpenFiles.Require(new Fleet(sizes[^1]));
        await using var brokers = await FleetBrokers.StartAsync(setting.Tools.NatsServer, stop);

        List<ScaleReading> readings = [];
        List<Duel> duels = [];
        Detail.Reading? reduced = null;
        List<string> beyond = [];
        foreach (var size in sizes)
        {
            var fleet = new Fleet(size);
            Func<ProberUnderTest, Task>? andThen = !compared.Contains(size) ? null : async prober => duels.Add(await Duel.RunAsync(
                fleet, brokers, prober, setting.Tools, setting.Choose(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(8)), setting.Choose(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(4)), setting.Choose(3, 1), stop));
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

            if (size == compared[^1])
                reduced = await Detail.MeasureAsync(fleet, brokers, pace, stop);
        }

        return new ScaleReport(readings, duels, compared[^1], reduced, sizes, beyond).ToString();
    }
}
