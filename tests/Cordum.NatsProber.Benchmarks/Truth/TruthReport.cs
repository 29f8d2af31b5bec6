using System.Globalization;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>The section of the page.</summary>
internal static class TruthReport
{
    /// <summary>Writes it.</summary>
    public static string Of(TruthResult result)
    {
        var faults = result.Prober.Matching.Faults;
        var restarts = faults.Select(one => one.Fault).Where(fault => fault.Kind is FaultKind.Kill or FaultKind.Terminate).ToList();
        var ends = new Samples(restarts.Select(fault => (fault.Ended - fault.EndedEarliest).TotalSeconds));
        var exits = new Samples(restarts.Select(fault => (fault.BeganLatest - fault.Began).TotalSeconds));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
             {faults.Count} faults of known length, on one of the three brokers of a cluster at a time, and who told the truth about them.

             {TruthGoals.Table(result)}
             On the same faults, what people would use instead (ratios above 1 are in natsprober's favour):

             {TruthTables.Ratios(result)}
             Sizes of errors are median / p99 / largest.

             {TruthTables.Errors(result)}
             {TruthTables.Seen(result)}
             {TruthTables.Told(result)}
             **How.** One prober with nothing but defaults (a request each {Words.Time(TruthResult.Interval.TotalSeconds)}, timeout {Words.Time(TruthResult.Timeout.TotalSeconds)}) on all clusters; faults of random length, every
             order of magnitude as likely as any other (seed {result.Seed}; `{TruthBenchmark.SeedVariable}` repeats them). The truth is the benchmark's own, on the monotonic clock: it begins with the signal or the cut, and ends with SIGCONT, with the way that is free
             again, or with the first PONG to a client that knocks every millisecond ({Words.Time(ends.Median)}, p99 {Words.Time(ends.Percentile(99))} after the last knock that failed, which is the time from
             a broker's listening to its serving; brackets are judged by both). From a signal until the process was gone it took
             {Words.Time(exits.Median)}, p99 {Words.Time(exits.Percentile(99))}, which is counted as an error of the start. What the prober says is read from its log, whose instants are in
             wall time and to the millisecond; the wall clock moved by {Words.Time(result.WallDrift.TotalSeconds)} meanwhile. With the processors busy, each has an endless loop of the same priority. The prober's own stalls, as it counts them: {string.Join(", ", result.Cuts.Select(cuts => $"{Words.Time(cuts.Stalled.TotalSeconds)} {Words.Of(cuts.Load)}"))}.
             Packets are dropped in a proxy that goes on taking connections and loses what is said on them: a connection that falls into it stays silent for good, also when packets pass again. Beside it: Prometheus scraping the blackbox exporter (tcp: INFO,
             CONNECT, PING, PONG), a row of failed samples being an outage of as many intervals; and a NATS.Net connection with all seeds and the defaults, from its disconnected to its opened event.

             **What it cannot tell.** An application's connection is at one of three brokers and moves on: it measures rightly what that application felt, and not what the broker's outage was. Each endpoint is left in peace
             between two faults for longer than the slowest scrape, which real incidents do not do. Everything is on loopback: distance adds its round trips to each end.
             """);
    }
}
