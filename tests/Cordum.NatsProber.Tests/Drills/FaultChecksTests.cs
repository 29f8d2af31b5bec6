using Cordum.NatsProber.Drills;
using static Cordum.NatsProber.Tests.Drills.Readings;

namespace Cordum.NatsProber.Tests.Drills;

/// <summary>One fault of two seconds, seen rightly, and wrongly in every way that there is: exactly what is wrong must fail.</summary>
public sealed class FaultChecksTests
{
    private static readonly Fault Kill = new(FaultKind.Killed, A, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.1));
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(0.25);
    private static readonly LinkLine[] RightLines = [Disconnected(A), Reconnected(A), Ended(A), Disconnected(B)];

    [Fact]
    public void A_fault_that_is_seen_rightly_passes_every_check() =>
        Assert.All(FaultChecks.Of(Kill, AllWell, AllWell.With(A, Well.Lost(1, 1)), RightLines, Slack), finding => Assert.True(finding.Passed, $"{finding}"));

    public static TheoryData<string, string> WrongCounters => new()
    {
        { "not counted", "Counted Caused Measured" },
        { "counted twice", "Counted" },
        { "not back", "Counted" },
        { "another cause", "Caused" },
        { "one more cause", "Counted Caused" },
        { "no outage", "Measured" },
        { "two outages", "Measured" },
        { "too short", "Measured" },
        { "too long", "Measured" },
    };

    [Theory]
    [MemberData(nameof(WrongCounters))]
    public void What_the_counters_say_wrongly_fails(string what, string failing)
    {
        var after = what switch
        {
            "not counted" => Well,
            "counted twice" => Well.Lost(2, 2),
            "not back" => Well.Lost(1, 0),
            "another cause" => Well.Lost(1, 1, "auth"),
            "one more cause" => Well.Lost(1, 1).Lost(1, 1, "auth", outages: 0, seconds: 0),
            "no outage" => Well.Lost(1, 1, outages: 0, seconds: 0),
            "two outages" => Well.Lost(1, 1, outages: 2),
            "too short" => Well.Lost(1, 1, seconds: 1.74),
            "too long" => Well.Lost(1, 1, seconds: 2.36),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        Assert.Equal(failing, Failing(FaultChecks.Of(Kill, AllWell, AllWell.With(A, after), RightLines, Slack)));
    }

    [Theory]
    [InlineData("nothing", false)]
    [InlineData("of another link", false)]
    [InlineData("no return", false)]
    [InlineData("two losses", false)]
    [InlineData("another cause", false)]
    [InlineData("two outages", false)]
    [InlineData("longer than the truth, for certain", false)]
    [InlineData("shorter than the truth, for certain", false)]
    [InlineData("of unknown length at most", true)]
    public void The_log_has_to_tell_the_same(string what, bool passes)
    {
        LinkLine[] lines = what switch
        {
            "nothing" => [],
            "of another link" => [Disconnected(B), Reconnected(B), Ended(B)],
            "no return" => [Disconnected(A), Ended(A)],
            "two losses" => [Disconnected(A), Disconnected(A), Reconnected(A), Ended(A)],
            "another cause" => [Disconnected(A, "auth"), Reconnected(A), Ended(A)],
            "two outages" => [Disconnected(A), Reconnected(A), Ended(A), Ended(A)],
            "longer than the truth, for certain" => [Disconnected(A), Reconnected(A), Ended(A, least: 2.4)],
            "shorter than the truth, for certain" => [Disconnected(A), Reconnected(A), Ended(A, most: 1.7)],
            "of unknown length at most" => [Disconnected(A), Reconnected(A), Ended(A, most: null)],
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        Assert.Equal(passes ? "" : "Told", Failing(FaultChecks.Of(Kill, AllWell, AllWell.With(A, Well.Lost(1, 1)), lines, Slack)));
    }

    [Theory]
    [InlineData("Killed", 0, 0, false)]
    [InlineData("Killed", 0.2, 0, true)]
    [InlineData("Killed", 0, 0.2, true)]
    [InlineData("Hung", 0.2, 0, true)]
    [InlineData("Hung", 0, 0.2, false)]
    public void What_held_up_the_prober_is_allowed_for_and_the_handshake_unless_it_was_part_of_the_fault(string kind, double stalled, double handshake, bool passes)
    {
        const double Seconds = 2.5;
        var fault = Kill with { Kind = Enum.Parse<FaultKind>(kind) };
        var cause = fault.Causes[0];
        var after = AllWell.With(A, Well.Lost(1, 1, cause, seconds: Seconds) with { HandshakeSeconds = handshake }) with { StallSeconds = stalled };

        Assert.Equal(passes ? "" : "Measured", Failing(FaultChecks.Of(fault, AllWell, after, [Disconnected(A, cause), Reconnected(A), Ended(A)], Slack)));
    }

    [Fact]
    public void A_drain_has_to_be_announced()
    {
        var drain = Kill with { Kind = FaultKind.Drained };
        var (lost, lines) = (Well.Lost(1, 1, "lame_duck"), (LinkLine[])[Disconnected(A, "lame_duck"), Reconnected(A), Ended(A)]);

        Assert.Equal("Announced", Failing(FaultChecks.Of(drain, AllWell, AllWell.With(A, lost), lines, Slack)));
        Assert.Equal("", Failing(FaultChecks.Of(drain, AllWell, AllWell.With(A, lost with { LameDucks = 1 }), lines, Slack)));
    }

    [Theory]
    [InlineData(nameof(FaultKind.Killed), 3, 0.25)]
    [InlineData(nameof(FaultKind.Terminated), 100, 1)]
    [InlineData(nameof(FaultKind.Drained), 3, 0.25)]
    [InlineData(nameof(FaultKind.Hung), 3, 1.5)]
    public void The_tolerance_is_what_the_readme_promises(string kind, double longest, double tolerance) => Assert.Equal(
        tolerance,
        new Fault(Enum.Parse<FaultKind>(kind), A, TimeSpan.Zero, TimeSpan.FromSeconds(longest)).Tolerance(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.5)).TotalSeconds);

    [Theory]
    [InlineData(0, 0, "no disconnect, connected throughout")]
    [InlineData(1, 1, "b lost once, back once")]
    [InlineData(2, 1, "b lost 2 times, back once, down now")]
    public void The_others_are_untouched_or_it_is_told_what_touched_them(double lost, double back, string seen)
    {
        var finding = FaultChecks.Untouched([B, A], AllWell, AllWell.With(B, Well.Lost(lost, back)));

        Assert.Equal(("a, b: untouched", seen, lost == 0), (finding.Expected, finding.Seen, finding.Passed));
    }

    [Fact]
    public void Of_several_clusters_each_is_named()
    {
        LinkKey other = new("d", "a");
        var before = AllWell.With(other, Well);

        var untouched = FaultChecks.Untouched([A, other], before, before.With(other, Well.Lost(1, 1)));
        var failedOver = FaultChecks.FailedOver(Whole, before, before, [], (0, int.MaxValue), TimeSpan.FromSeconds(10));
        var restarted = TurbulenceChecks.Of(other, before, before, [], TimeSpan.FromSeconds(60)).First();

        Assert.Equal(("c/a, d/a: untouched", "d/a lost once, back once"), (untouched.Expected, untouched.Seen));
        Assert.StartsWith("c: the link that fails over", failedOver.Expected, StringComparison.Ordinal);
        Assert.StartsWith("d/a: `", restarted.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_failing_over_link_cannot_make_good_is_not_held_against_it()
    {
        LinkLine[] lines =
        [
            Disconnected(A) with { At = TimeSpan.FromSeconds(1) }, Disconnected(B) with { At = TimeSpan.FromSeconds(1) },
            Reconnected(A, 40) with { At = TimeSpan.FromSeconds(41) }, Reconnected(Whole, 42) with { At = TimeSpan.FromSeconds(43) },
        ];

        var finding = FaultChecks.FailedOver(Whole, AllWell, AllWell.With(Whole, Well.Lost(1, 1)), lines, (0, int.MaxValue), TimeSpan.FromSeconds(10));

        Assert.True(finding.Passed, $"{finding}");
        Assert.Contains("away 42 s at most (40 s with no broker up, which is not for it to make good)", finding.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 0.1, true)]
    [InlineData(1, 1, 0, 0, 0.1, false)]
    [InlineData(1, 1, 2, 2, 0.1, false)]
    [InlineData(1, 1, 1, 0, 0.1, false)]
    [InlineData(1, 1, 1, 1, 10.1, false)]
    [InlineData(0, 0, 0, 0, 0, true)]
    [InlineData(0, 0, 1, 1, 0.1, false)]
    [InlineData(1, 3, 3, 3, 0.1, true)]
    [InlineData(0, int.MaxValue, 0, 0, 0, true)]
    public void The_link_that_fails_over_is_lost_as_often_as_it_may_and_comes_back_in_time(int least, int most, int lost, int back, double away, bool passes)
    {
        var after = AllWell.With(Whole, Well.Lost(lost, back));
        var lines = Enumerable.Repeat(Reconnected(Whole, away), back).ToList();

        var finding = FaultChecks.FailedOver(Whole, AllWell, after, lines, (least, most), TimeSpan.FromSeconds(10));

        Assert.True(passes == finding.Passed, $"{finding}");
    }

    /// <summary>Which of the checks failed, in their order.</summary>
    private static string Failing(IEnumerable<Finding> findings) => string.Join(' ', findings.Where(finding => !finding.Passed).Select(finding => finding.Expected switch
    {
        var text when text.Contains("reconnect_total", StringComparison.Ordinal) => "Counted",
        var text when text.Contains("cause", StringComparison.Ordinal) => "Caused",
        var text when text.Contains("lame_duck_total", StringComparison.Ordinal) => "Announced",
        var text when text.Contains("the log", StringComparison.Ordinal) => "Told",
        _ => "Measured",
    }));
}
