using System.Globalization;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>A broker that was truly lost while the prober was held up.</summary>
/// <param name="What">How the two lay in time.</param>
/// <param name="Stalled">For how long the prober was held up.</param>
/// <param name="Away">For how long the broker was away.</param>
/// <param name="Counts">What the prober counted.</param>
internal sealed record Loss(string What, TimeSpan Stalled, TimeSpan Away, StallCounts Counts);

/// <summary>What was found of stalls, in markdown.</summary>
internal static class StallReport
{
    /// <summary>The kind of a stall that is none: what the machine does to the prober, and to the broker, anyhow.</summary>
    public const string Nothing = "nothing";

    private const double Least = 0.8;
    private const double Most = 1.2;

    /// <summary>Goals first, then the tables, then how it was measured.</summary>
    public static string Of(IReadOnlyList<Stall> stalls, IReadOnlyList<Loss> losses)
    {
        var goals = new Table("goal", "measured", "met");
        var provoked = stalls.Where(one => one.Kind != Nothing).ToList();
        Goal("ticks called a failure, of all stalls: 0", provoked.Sum(one => one.Counts.Failures));
        Goal("disconnects counted, of all stalls: 0", provoked.Sum(one => one.Counts.Disconnects));
        Goal("outages counted, of all stalls: 0", provoked.Sum(one => one.Counts.Outages));
        var kinds = new Table(
            "held up by", "times", "in all, s", "told of its kind, s", "told / true", "told of any kind, s", "indeterminate", "missed", "failures", "disconnects", "outages", "stopwatch's worst, s", "its false alarms");
        foreach (var kind in stalls.GroupBy(one => one.Kind))
        {
            var ratio = kind.Key == Nothing ? double.NaN : new Samples(kind.Select(one => one.Told / one.Length)).Median;
            if (kind.Key != Nothing)
                goals.Row($"{kind.Key}: told / true, median, {Number(Least)} to {Number(Most)}", $"{Number(ratio)} x", ratio is >= Least and <= Most ? "yes" : "no");
            kinds.Row(
                kind.Key,
                Count(kind.Count()),
                Number(kind.Sum(one => one.Length.TotalSeconds)),
                Number(kind.Sum(one => one.Told.TotalSeconds)),
                kind.Key == Nothing ? "-" : Number(ratio),
                Number(kind.Sum(one => one.Counts.Told)),
                Count(kind.Sum(one => one.Counts.Indeterminate)),
                Count(kind.Sum(one => one.Counts.Missed)),
                Count(kind.Sum(one => one.Counts.Failures)),
                Count(kind.Sum(one => one.Counts.Disconnects)),
                Count(kind.Sum(one => one.Counts.Outages)),
                Number(kind.Max(one => one.WorstReading.TotalSeconds)),
                Count(kind.Sum(one => one.TooLong)));
        }

        var found = losses.All(one => one.Counts is { Disconnects: > 0, Outages: > 0 } counts && counts.Disconnects == counts.Reconnects);
        goals.Row("a broker lost in a stall is found after it, each time", $"{losses.Count(one => one.Counts is { Disconnects: > 0, Outages: > 0 })} of {losses.Count}", found ? "yes" : "no");
        var lost = new Table("broker lost in a stall", "stalled, s", "broker away, s", "disconnects", "reconnects", "outages", "mean length told, s", "failures", "indeterminate", "missed");
        foreach (var one in losses)
        {
            lost.Row(
                one.What,
                Number(one.Stalled.TotalSeconds),
                Number(one.Away.TotalSeconds),
                Count(one.Counts.Disconnects),
                Count(one.Counts.Reconnects),
                Count(one.Counts.Outages),
                Number(one.Counts.OutageSeconds / Math.Max(1, one.Counts.Outages)),
                Count(one.Counts.Failures),
                Count(one.Counts.Indeterminate),
                Count(one.Counts.Missed));
        }

        return $"""
            {goals}
            {kinds}
            {lost}
            Two links to one healthy broker, pinned and failing over, a request every 100 ms with a timeout of 50 ms. A busy thread pool and a collector that stops
            all are provoked from within, by a program that hosts the service; SIGSTOP and processors taken away, with nice 19 against four burners a processor of nice {Provocation.Rank}, the broker's being 0, are done to `natsprober run`
            itself. *Nothing* is the same without a stall: what it counts, the machine did to the prober or to the broker. The truth is the time of the deed; of the collector its own account of its pauses; of starvation the kernel's account of how long the thread that watches was runnable and
            not run, to which waits below the watch's threshold of 20 ms add what it does not tell. The stopwatch is an application's own, around a request of the NATS client in a process
            that is held up likewise: its false alarms are readings above the same 50 ms, of a broker that was well all the time. A broker lost during a stall was lost on both links: its loss is
            found when the prober wakes, and what came and went while it slept has the length from its waking on.

            """;

        void Goal(string goal, double measured) => goals.Row(goal, Count(measured), measured == 0 ? "yes" : "no");
    }

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Count(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
