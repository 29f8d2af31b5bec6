using System.Globalization;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>The goals, and whether they are met.</summary>
internal static class TruthGoals
{
    /// <summary>The table.</summary>
    public static string Table(TruthResult result)
    {
        var all = result.Prober.Matching.Faults;
        var table = new Table("goal", "measured", "met");
        foreach (var load in Enum.GetValues<Load>())
        {
            Lengths(table, load, "SIGKILL, SIGTERM: p99 of the length's error at most max(50 ms, 1 %)", kind => kind is FaultKind.Kill or FaultKind.Terminate, TruthResult.Bound);
            foreach (var silent in new[] { FaultKind.Suspend, FaultKind.Drop })
                Lengths(table, load, $"{Words.Of(silent)}: p99 of the length's error at most interval + timeout", kind => kind == silent, _ => TruthResult.Interval + TruthResult.Timeout);
        }

        var seen = all.Where(one => one.IsSeen).ToList();
        var inside = seen.Count(one => one.IsInsideBracket);
        table.Row("the truth lies inside the bracket that is told", $"{inside} of {seen.Count}", Words.Met(inside == seen.Count));
        var longer = all.Where(one => one.Fault.Length > TruthResult.Tick(one.Fault)).ToList();
        var missed = longer.Count(one => !one.IsSeen);
        table.Row("none missed that is longer than an interval (and a timeout, if silent)", $"{missed} of {longer.Count} missed", Words.Met(missed == 0));
        foreach (var cuts in result.Cuts)
            table.Row($"every cut of 20 ms counted in `disconnect_total`, {Words.Of(cuts.Load)}", string.Create(CultureInfo.InvariantCulture, $"{cuts.Counted:0} of {cuts.Made}"), Words.Met(cuts.Counted == cuts.Made));
        var untrue = result.Prober.Matching.Untrue.Count;
        return table.Row("no outage told that never was", $"{untrue}", Words.Met(untrue == 0)).ToString();

        void Lengths(Table table, Load load, string goal, Func<FaultKind, bool> isMeant, Func<Fault, TimeSpan> bound)
        {
            var meant = all.Where(one => one.IsSeen && one.Fault.Load == load && isMeant(one.Fault.Kind)).ToList();
            if (meant.Count == 0)
                return;
            // By share of the bound, which differs from outage to outage.
            var worst = meant.Select(one => (Error: one.LengthError.Duration(), Share: one.LengthError.Duration() / bound(one.Fault))).OrderBy(one => one.Share).ToList();
            var shares = new Samples(worst.Select(one => one.Share));
            var p99 = worst.First(one => one.Share == shares.Percentile(99));
            table.Row(
                $"{goal}; {Words.Of(load)}",
                string.Create(CultureInfo.InvariantCulture, $"{Words.Time(p99.Error.TotalSeconds)}, {p99.Share:0.00} of it; kept by {worst.Count(one => one.Share <= 1)} of {worst.Count}"),
                Words.Met(p99.Share <= 1));
        }
    }
}
