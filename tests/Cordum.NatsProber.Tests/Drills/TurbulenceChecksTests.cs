using Cordum.NatsProber.Drills;
using static Cordum.NatsProber.Tests.Drills.Readings;

namespace Cordum.NatsProber.Tests.Drills;

public sealed class TurbulenceChecksTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);
    private static readonly LinkLine[] Once = [Disconnected(A), Reconnected(A), Ended(A)];

    [Theory]
    [InlineData("nothing yet", false)]
    [InlineData("lost", false)]
    [InlineData("back, but its outage is not over", false)]
    [InlineData("back, but the log has not told", false)]
    [InlineData("lost once more", false)]
    [InlineData("over", true)]
    public void It_is_over_when_all_has_been_told(string what, bool over)
    {
        var (now, lines) = what switch
        {
            "nothing yet" => (Well, []),
            "lost" => (Well.Lost(1, 0, outages: 0), [Disconnected(A)]),
            "back, but its outage is not over" => (Well.Lost(1, 1, outages: 0), [Disconnected(A), Reconnected(A)]),
            "back, but the log has not told" => (Well.Lost(1, 1), [Disconnected(A)]),
            "lost once more" => (Well.Lost(2, 1), Once),
            _ => (Well.Lost(1, 1), Once),
        };

        Assert.Equal(over, TurbulenceChecks.IsOver(A, AllWell, AllWell.With(A, now), lines));
    }

    [Theory]
    [InlineData("right", 0)]
    [InlineData("twice, both told", 0)]
    [InlineData("nothing", 1)]
    [InlineData("still down", 1)]
    [InlineData("refused credentials", 1)]
    [InlineData("one of two not told", 2)]
    [InlineData("another length in the log", 1)]
    [InlineData("longer than the step", 2)]
    [InlineData("no outage", 1)]
    public void Counters_and_log_have_to_tell_the_same(string what, int failed)
    {
        var (now, lines) = what switch
        {
            "right" => (Well.Lost(1, 1), Once),
            "twice, both told" => (Well.Lost(1, 1).Lost(1, 1), [.. Once, .. Once]),
            "nothing" => (Well, []),
            "still down" => (Well.Lost(1, 0), [Disconnected(A), Ended(A)]),
            "refused credentials" => (Well.Lost(1, 1, "auth"), Once),
            "one of two not told" => (Well.Lost(1, 1).Lost(1, 1), Once),
            "another length in the log" => (Well.Lost(1, 1), [Disconnected(A), Reconnected(A), Ended(A, length: 1.5)]),
            "longer than the step" => (Well.Lost(1, 1, seconds: 70), [Disconnected(A), Reconnected(A)]),
            _ => (Well.Lost(1, 1, outages: 0, seconds: 0), (LinkLine[])[Disconnected(A), Reconnected(A)]),
        };

        var findings = TurbulenceChecks.Of(A, AllWell, AllWell.With(A, now), lines, Window).ToList();

        Assert.Equal((what, Math.Min(failed, 1)), (what, Math.Min(findings.Count(finding => !finding.Passed), 1)));
    }

    [Fact]
    public void An_endpoint_that_dns_names_no_longer_is_told_as_such()
    {
        var gone = AllWell with { Links = new Dictionary<LinkKey, LinkReading> { [B] = Well } };

        var finding = Assert.Single(TurbulenceChecks.Of(A, AllWell, gone, Once, Window));

        Assert.False(finding.Passed);
        Assert.Contains("DNS names this endpoint no longer", finding.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_lost_had_not_begun() =>
        Assert.Equal([B], TurbulenceChecks.Begun([A, B], AllWell, AllWell.With(B, Well.Lost(1, 0, outages: 0))));

    [Fact]
    public void The_longest_outage_is_that_of_the_clusters_pinned_links() => Assert.Equal(
        (3, 0),
        (TurbulenceChecks.Longest([.. Once, Ended(B, length: 3), Ended(Whole, length: 9), Disconnected(A)], "c").TotalSeconds, TurbulenceChecks.Longest(Once, "d").TotalSeconds));
}
