using Cordum.NatsProber.Drills;
using static Cordum.NatsProber.Tests.Drills.Readings;

namespace Cordum.NatsProber.Tests.Drills;

public sealed class BaselineTests
{
    private static readonly LinkReading Mute = Well with { Requests = new Dictionary<string, double> { ["error"] = 3 } };

    [Fact]
    public void All_is_well_if_every_link_is_open_and_answers() => Assert.Equal(("_cluster, a, b", true), Told(Baseline.Well(AllWell, [])));

    [Fact]
    public void A_prober_whose_subjects_are_denied_is_told_what_to_grant()
    {
        LinkLine[] lines = [new(31, A, "x") { Denial = "Permissions Violation for Publish\u001b", Grant = "_cordum.probe.drill.>" }];

        Assert.Equal(
            ("c/a is open, but answers no request: Permissions Violation for Publish.; grant the prober's user publish and subscribe on `_cordum.probe.drill.>`, or give with --prober the NAME of a prober that is granted its own", false),
            Told(Baseline.Well(AllWell.With(A, Mute), lines)));
        Assert.Equal(("c/b is open, but answers no request", false), Told(Baseline.Well(AllWell.With(B, Mute), lines)));
    }

    [Fact]
    public void A_link_that_is_down_is_told_with_its_cause() =>
        Assert.Equal(("c/a is down (cause refused)", false), Told(Baseline.Well(AllWell.With(A, Well with { Connected = false }), [Disconnected(A, "refused")])));

    [Fact]
    public void Series_that_are_missing_from_the_first_scrape_are_named_in_full_where_there_are_more_clusters()
    {
        LinkKey other = new("d", "a");

        var born = Baseline.Born(AllWell, [A, B, Whole, other]);

        Assert.Equal(("none of d/a", false), Told(born));
        Assert.Contains("c/_cluster, c/a, c/b, d/a", born.Expected, StringComparison.Ordinal);
        Assert.Equal(("100 samples, those of 3 links among them", true), Told(Baseline.Born(AllWell, [A, B, Whole])));
    }

    private static (string Seen, bool Passed) Told(Finding finding) => (finding.Seen, finding.Passed);
}
