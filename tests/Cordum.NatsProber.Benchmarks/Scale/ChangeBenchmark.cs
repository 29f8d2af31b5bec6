using System.Globalization;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>This build beside an earlier one: the same fleet of the same brokers, in turns, a fresh process each time.</summary>
internal static class ChangeBenchmark
{
    private const double Megabyte = 1 << 20;

    /// <summary>Runs it: some eight minutes, in brief one.</summary>
    /// <exception cref="InvalidOperationException">No earlier build is named.</exception>
    public static async Task<string> RunAsync(BenchmarkSetting setting, CancellationToken stop)
    {
        var earlier = BenchmarkTools.Earlier ?? throw new InvalidOperationException("NATSPROBER_EARLIER names no build: run eng/bench.sh change with the commit in it.");
        var fleet = new Fleet(setting.Choose(1000, 100));
        var pace = setting.Choose(ScalePace.Round, ScalePace.Brief);
        OpenFiles.Require(fleet);
        await using var brokers = await FleetBrokers.StartAsync(setting.Tools.NatsServer, stop);
        List<ScaleReading> before = [], after = [];
        var rounds = setting.Choose(3, 1);
        for (var round = 0; round < rounds; round++)
        {
            // Who is first changes: brokers that have been hit once already are not the same.
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
        Row("ticks missed or indeterminate", "0", one => one.Accuracy.Missed + one.Accuracy.Indeterminate);
        Row("outages told that never were", "0", one => one.Fault.Untrue + one.Fault.Again);
        Row("endpoints of a killed broker that did not tell", "0", one => one.Fault.Endpoints - one.Fault.Told);
        Row("error of that outage's length, p99", "0 'ms'", one => one.Fault.ErrorMilliseconds.Count == 0 ? double.NaN : one.Fault.ErrorMilliseconds.Percentile(99));
        return table + Text(
            $"""
            *How.* As in the section on what an endpoint costs. Medians of {before.Count} rounds, both builds in turns on the same brokers, each time as a process of its own. The earlier build is of commit {Commit()} (`NATSPROBER_EARLIER`).
            """);

        void Row(string what, string format, Func<ScaleReading, double> of)
        {
            var (then, now) = (new Samples(before.Select(of)).Median, new Samples(after.Select(of)).Median);
            table.Row(what, then > 0 ? Text($"{now / then:0.00}") : "-", Number(now), Number(then));

            string Number(double value) => double.IsNaN(value) ? "-" : value.ToString(format, CultureInfo.InvariantCulture);
        }
    }

    private static string Commit() => Environment.GetEnvironmentVariable("NATSPROBER_EARLIER") is { Length: > 0 } commit ? $"`{commit}`" : "unknown";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
