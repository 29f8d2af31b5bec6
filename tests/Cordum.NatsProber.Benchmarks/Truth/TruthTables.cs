using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>The tables behind the goals.</summary>
internal static class TruthTables
{
    private const int FewestForRatio = 10;

    private static readonly FaultKind[] Kinds = Enum.GetValues<FaultKind>();
    private static readonly Load[] Loads = Enum.GetValues<Load>();

    /// <summary>The prober beside each peer, on the faults that both saw.</summary>
    /// <remarks>No ratio is given of fewer faults than <see cref="FewestForRatio"/>.</remarks>
    public static string Ratios(TruthResult result)
    {
        var table = new Table("beside natsprober", "faults seen, but for the cuts of 20 ms: fewer by", "error of the length, SIGKILL and SIGTERM, larger by: median", "p99", "the same, SIGSTOP and packets dropped: median", "p99 ");
        var ours = result.Prober.Matching.Faults;
        foreach (var peer in result.Peers)
        {
            var theirs = peer.Matching.Faults;
            var both = ours.Zip(theirs).Where(pair => pair.First.IsSeen && pair.Second.IsSeen).ToList();
            var closing = Errors(pair => pair.Kind is FaultKind.Kill or FaultKind.Terminate);
            var silent = Errors(pair => pair.IsSilent);
            table.Row(
                peer.Name,
                Words.Ratio(ours.Count(IsSeen), theirs.Count(IsSeen)),
                Smaller(closing, 50),
                Smaller(closing, 99),
                Smaller(silent, 50),
                Smaller(silent, 99));

            (Samples Ours, Samples Theirs) Errors(Func<Fault, bool> isMeant)
            {
                var meant = both.Where(pair => isMeant(pair.First.Fault)).ToList();
                return (Lengths(meant.Select(pair => pair.First)), Lengths(meant.Select(pair => pair.Second)));
            }
        }

        return table.ToString();

        // Nobody who looks once a second can see a cut of 20 ms: those have a row of their own.
        static bool IsSeen(MatchedFault one) => one.IsSeen && one.Fault.Kind != FaultKind.Cut;

        static string Smaller((Samples Ours, Samples Theirs) errors, double percent) =>
            errors.Ours.Count < FewestForRatio ? Words.None : Words.Ratio(errors.Theirs.Percentile(percent), errors.Ours.Percentile(percent));
    }

    /// <summary>The prober's own errors.</summary>
    public static string Errors(TruthResult result)
    {
        var table = new Table("natsprober", "faults", "lengths", "missed: shorter than a tick", "longer", "error of the start", "of the length", "of the reconnect time", "truth in the bracket");
        foreach (var load in Loads)
        {
            foreach (var kind in Kinds)
            {
                var all = result.Prober.Matching.Faults.Where(one => one.Fault.Kind == kind && one.Fault.Load == load).ToList();
                if (all.Count == 0)
                    continue;
                var seen = all.Where(one => one.IsSeen).ToList();
                var missed = all.Where(one => !one.IsSeen).ToLookup(one => one.Fault.Length > TruthResult.Tick(one.Fault));
                table.Row(
                    $"{Words.Of(kind)}, {Words.Of(load)}",
                    $"{all.Count}",
                    $"{Words.Time(all.Min(one => one.Fault.Length.TotalSeconds))} to {Words.Time(all.Max(one => one.Fault.Length.TotalSeconds))}",
                    $"{missed[false].Count()}",
                    missed[true].Any() ? $"{missed[true].Count()} (up to {Words.Time(missed[true].Max(one => one.Fault.Length.TotalSeconds))})" : "0",
                    Words.Spread(new(seen.Select(one => Math.Abs(one.StartError.TotalSeconds)))),
                    Words.Spread(Lengths(seen)),
                    Words.Spread(new(seen.Select(one => one.ReconnectError).OfType<TimeSpan>().Select(error => Math.Abs(error.TotalSeconds)))),
                    $"{seen.Count(one => one.IsInsideBracket)} of {seen.Count}");
            }
        }

        return table.ToString();
    }

    /// <summary>How many faults each instrument saw, of each kind.</summary>
    public static string Seen(TruthResult result) => Compared(result, "faults seen", "told, never were", (_, faults) => Words.Share(faults.Count(one => one.IsSeen), faults.Count));

    /// <summary>How wrong the lengths are that each instrument tells, of what it saw.</summary>
    public static string Told(TruthResult result) => Compared(result, "error of the length", null, (_, faults) => Words.Spread(Lengths(faults.Where(one => one.IsSeen))));

    private static string Compared(TruthResult result, string what, string? untrue, Func<Instrument, IReadOnlyList<MatchedFault>, string> cell)
    {
        string[] last = untrue is null ? [] : [untrue];
        var table = new Table([what, .. Kinds.Select(Words.Of), .. last]);
        foreach (var load in Loads)
        {
            foreach (var one in result.All)
            {
                string[] cells = [.. Kinds.Select(kind => cell(one, [.. one.Matching.Faults.Where(fault => fault.Fault.Kind == kind && fault.Fault.Load == load)]))];
                if (result.Prober.Matching.Faults.Any(fault => fault.Fault.Load == load))
                    table.Row([$"{one.Name}, {Words.Of(load)}", .. cells, .. last.Select(_ => load == Load.Idle ? $"{one.Matching.Untrue.Count}" : "")]);
            }
        }

        return table.ToString();
    }

    private static Samples Lengths(IEnumerable<MatchedFault> faults) => new(faults.Select(one => Math.Abs(one.LengthError.TotalSeconds)));
}
