using System.Globalization;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>This build beside an earlier one: the same fleet of the same brokers, in turns, a fresh process each time.</summary>
internal static class ChangeBenchmark
{
    private const double Megabyte = 1 << 20;

    /// <summary>Runs it: some ten minutes, in brief two.</summary>
    /// <exception cref="InvalidOperationException">No earlier build is named.</exception>
    public static async Task<string> RunAsync(BenchmarkSetting setting, CancellationToken stop)
    {
        var earlier = BenchmarkTools.Earlier ?? throw new InvalidOperationException("NATSPROBER_EARLIER names no build: run eng/bench.sh change with the commit in it.");
        var fleet = new Fleet(setting.Choose(1000, 100));
        var pace = setting.Choose(ScalePace.Round, ScalePace.Brief);
        OpenFiles.Require(fleet);
        await using var brokers = await FleetBrokers.StartAsync(setting.Tools.NatsServer, stop);
        List<ScaleReading> before = [], after = [];
        var rounds = setting.Choose(4, 2);
        for (var round = 0; round < rounds; round++)
        {
            // Each is first as often: brokers that have been hit once already are not the same.
            (List<ScaleReading> Readings, string? Binary)[] turns = [(before, earlier), (after, null)];
            foreach (var (readings, binary) in round % 2 == 0 ? turns : turns.Reverse())
            {
                Progress.Say($"change: round {round + 1} of {rounds}, the {(binary is null ? "present" : "earlier")} build");
                readings.Add(await new ScaleRun(fleet, brokers, pace, binary).RunAsync(andThen: null, stop));
            }
        }

        return Report(fleet, before, after);
    }

    private static string Report(Fleet fleet, List<ScaleReading> before, List<ScaleReading> after)
    {
        var table = new Table(Text($"{fleet.Endpoints:N0} endpoints"), "now / then", "now", "then");
        Row("CPU", "0.0 '%'", one => one.Cpu);
        Row("CPU, scraped each second", "0.0 '%'", one => ScaleReading.Median(one.Scraped, window => window.Prober));
        Row("brokers' CPU meanwhile", "0.0 '%'", one => ScaleReading.Median(one.Quiet, window => window.Brokers));
        Row("memory", "0 'MB'", one => one.Memory / Megabyte);
        Row("all links open after", "0.0 's'", one => one.ConnectedAfter);
        Row("lateness of a tick, p50", "0.0 'ms'", one => ScaleReading.Median(one.Quiet, window => window.Late.Median));
        Row("lateness of a tick, p99", "0.0 'ms'", one => ScaleReading.Median(one.Quiet, window => window.Late.Percentile(99)));
        Row("the same, scraped each second", "0.0 'ms'", one => ScaleReading.Median(one.Scraped, window => window.Late.Percentile(99)));
        Row("a scrape", "0 'ms'", one => one.Scrape.Median);
        Sum("ticks missed or indeterminate, all rounds", one => one.Accuracy.Missed + one.Accuracy.Indeterminate);
        Sum("outages told that never were, all rounds", one => one.Fault.Untrue + one.Fault.Again);
        Sum("endpoints of a killed broker that did not tell, all rounds", one => one.Fault.Endpoints - one.Fault.Told);
        Row("error of that outage's length, p99", "0 'ms'", one => one.Fault.ErrorMilliseconds.Count == 0 ? double.NaN : one.Fault.ErrorMilliseconds.Percentile(99));
        return table + Text(
            $"""
            *How.* As in the section on what an endpoint costs. Medians of {before.Count} rounds (the lower of both in the middle), with the least and the most behind them; both builds in turns on the same brokers, each first as often, each time as a process of its own. Now is {Commit("NATSPROBER_PRESENT")}, then is
            {Commit("NATSPROBER_EARLIER")}.
            """);

        void Row(string what, string format, Func<ScaleReading, double> of)
        {
            var (then, now) = (Finite(before), Finite(after));
            table.Row(what, then.Count > 0 && now.Count > 0 && then.Median > 0 ? Text($"{now.Median / then.Median:0.00}") : "-", Cell(now), Cell(then));

            Samples Finite(List<ScaleReading> readings) => new(readings.Select(of).Where(double.IsFinite));

            string Cell(Samples samples) => samples.Count == 0 ? "-" : $"{Number(samples.Median)} ({Number(samples.Smallest)} to {Number(samples.Largest)})";

            string Number(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        }

        // Of what should not be at all a median would hide what happens once.
        void Sum(string what, Func<ScaleReading, long> of) => table.Row(what, "-", Text($"{after.Sum(of):N0}"), Text($"{before.Sum(of):N0}"));
    }

    private static string Commit(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } commit ? $"`{commit}`" : "not known";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
