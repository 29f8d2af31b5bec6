using System.Text.RegularExpressions;
using Cordum.NatsProber.Benchmarks.Truth;

namespace Cordum.NatsProber.Tests.Benchmarks;

/// <summary>Goals are computed from what was measured, met or not.</summary>
public sealed class TruthReportTests
{
    [Theory]
    [InlineData(FaultKind.Kill, 2, 0.050, true)]
    [InlineData(FaultKind.Kill, 2, 0.051, false)]
    [InlineData(FaultKind.Terminate, 20, 0.2, true)] // 1 % of 20 s
    [InlineData(FaultKind.Terminate, 20, 0.21, false)]
    [InlineData(FaultKind.Suspend, 20, 1.5, true)]
    [InlineData(FaultKind.Drop, 20, 1.51, false)]
    public void The_lengths_error_is_held_against_what_its_kind_allows(FaultKind kind, double length, double error, bool isMet)
    {
        var goals = Goals(Result([Fault(kind, length)], [Told(length + error)]));

        Assert.Contains(isMet ? "kept by 1 of 1 | yes |" : "kept by 0 of 1 | **no** |", goals, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FaultKind.Kill, 0.9, "0 of 0 missed | yes |")]
    [InlineData(FaultKind.Kill, 1.1, "1 of 1 missed | **no** |")]
    [InlineData(FaultKind.Suspend, 1.4, "0 of 0 missed | yes |")]
    [InlineData(FaultKind.Suspend, 1.6, "1 of 1 missed | **no** |")]
    public void Only_what_no_tick_can_have_stepped_over_is_missed(FaultKind kind, double length, string row) =>
        Assert.Contains(row, Goals(Result([Fault(kind, length)], [])), StringComparison.Ordinal);

    [Theory]
    [InlineData(100, "100 of 100 | yes |")]
    [InlineData(99, "99 of 100 | **no** |")]
    [InlineData(101, "101 of 100 | **no** |")]
    public void Cuts_are_counted_exactly_or_not(double counted, string row) =>
        Assert.Contains(row, Goals(Result([], []) with { Cuts = [new(Load.Idle, 100, counted)] }), StringComparison.Ordinal);

    [Fact]
    public void An_outage_that_never_was_is_no_met_goal()
    {
        var goals = Goals(Result([], [Told(3)]));

        Assert.Matches(@"never was *\| *1 \| \*\*no\*\* \|", goals);
    }

    [Theory]
    [InlineData(10, @"peer *\| *2\.0 x \| *25 x \| *25 x \| *– \| *– \|")]
    [InlineData(9, @"peer *\| *2\.2 x \| *– \| *– \| *– \| *– \|")] // too few to compare
    public void A_peer_is_compared_on_the_faults_that_both_saw_and_not_blamed_for_cuts_that_nobody_could_see(int seen, string row)
    {
        string[] endpoints = [.. Enumerable.Range(1, 20).Select(i => $"n{i}")];
        Fault[] faults = [.. endpoints.Select(name => Fault(FaultKind.Kill, 5) with { Endpoint = name }), Fault(FaultKind.Cut, 5) with { Endpoint = "cut" }];
        ToldOutage[] ours = [.. endpoints.Append("cut").Select(name => Told(5.02) with { Endpoint = name })];
        ToldOutage[] theirs = [.. endpoints.Take(seen).Select(name => Told(5.5) with { Endpoint = name })];
        var result = Result(faults, ours) with { Peers = [new("peer", FaultMatching.Of(faults, theirs, TimeSpan.Zero))] };

        Assert.Matches(row, TruthTables.Ratios(result));
    }

    [Fact]
    public void A_report_of_every_kind_has_every_table_and_no_peer_is_left_out()
    {
        Fault[] faults = [.. Enum.GetValues<FaultKind>().Select((kind, i) => Fault(kind, 5) with { Endpoint = $"n{i}" })];
        ToldOutage[] told = [.. faults.Select(fault => Told(5) with { Endpoint = fault.Endpoint })];
        var report = TruthReport.Of(Result(faults, told) with { Peers = [new("peer", FaultMatching.Of(faults, [], TimeSpan.Zero))] });

        Assert.Contains("5 faults of known length", report, StringComparison.Ordinal);
        Assert.Contains("| natsprober, idle | 100 % of 1 | 100 % of 1 | 100 % of 1 |      100 % of 1 |    100 % of 1 |                0 |", report, StringComparison.Ordinal);
        Assert.Contains("| peer, idle       |   0 % of 1 |", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0042, "4.2 ms")]
    [InlineData(0.051, "51 ms")]
    [InlineData(0.9996, "1.0 s")]
    [InlineData(12.34, "12.3 s")]
    [InlineData(600, "600 s")]
    public void Times_have_a_unit_that_suits_them(double seconds, string words) => Assert.Equal(words, Words.Time(seconds));

    [Theory]
    [InlineData(100, 100, "100 % of 100")]
    [InlineData(999, 1000, "99 % of 1000")] // all but one is not all
    [InlineData(1, 1000, "1 % of 1000")]
    [InlineData(0, 7, "0 % of 7")]
    [InlineData(0, 0, "–")]
    public void A_share_is_all_or_nothing_only_where_it_is(int part, int whole, string words) => Assert.Equal(words, Words.Share(part, whole));

    [Theory]
    [InlineData(0, 0.02)]
    [InlineData(0.5, 0.2)]
    [InlineData(1, 2)]
    public void Each_order_of_magnitude_is_as_likely_as_any_other(double random, double length) =>
        Assert.Equal(length, new FaultLengths(TimeSpan.FromSeconds(0.02), TimeSpan.FromSeconds(2)).At(random).TotalSeconds, 6);

    [Fact]
    public void What_would_outlast_the_limit_is_not_made()
    {
        var lengths = new FaultLengths(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

        Assert.Equal(TimeSpan.FromSeconds(4), lengths.UpTo(TimeSpan.FromSeconds(4))!.Most);
        Assert.Equal(lengths, lengths.UpTo(TimeSpan.FromSeconds(40)));
        Assert.Null(lengths.UpTo(TimeSpan.FromSeconds(0.9)));
    }

    /// <summary>The table of goals, without what aligns it.</summary>
    private static string Goals(TruthResult result) => Regex.Replace(TruthGoals.Table(result), " +", " ");

    private static TruthResult Result(IReadOnlyList<Fault> faults, IReadOnlyList<ToldOutage> told) =>
        new(1, new("natsprober", FaultMatching.Of(faults, told, TimeSpan.Zero)), [], [], TimeSpan.Zero);

    private static Fault Fault(FaultKind kind, double length) => new(kind, "c", "n1", Load.Idle, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10 + length));

    private static ToldOutage Told(double length) => new("c", "n1", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10 + length), TimeSpan.FromSeconds(length)) { Minimum = TimeSpan.Zero };
}
