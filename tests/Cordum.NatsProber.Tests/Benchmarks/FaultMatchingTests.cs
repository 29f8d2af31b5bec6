using Cordum.NatsProber.Benchmarks.Truth;

namespace Cordum.NatsProber.Tests.Benchmarks;

/// <summary>Which outages, as told, belong to which faults, as made. Instants are in seconds.</summary>
public sealed class FaultMatchingTests
{
    [Fact]
    public void An_outage_belongs_to_the_fault_of_its_endpoint_that_it_overlaps()
    {
        var matching = Matched([Made(10, 12, "n2"), Made(10, 12, "n1"), Made(40, 41, "n1")], Told(10.1, 12.1, "n1"));

        Assert.Equal([false, true, false], matching.Faults.Select(one => one.IsSeen));
        Assert.Empty(matching.Untrue);
    }

    [Fact]
    public void Another_clusters_endpoint_of_the_same_name_is_another()
    {
        var matching = Matched([Made(10, 12, "n1")], Told(10, 12, "n1") with { Cluster = "other" });

        Assert.False(matching.Faults[0].IsSeen);
        Assert.Single(matching.Untrue);
    }

    [Fact]
    public void Who_knows_no_endpoints_is_matched_by_time_alone()
    {
        var matching = Matched([Made(10, 12, "n1"), Made(20, 22, "n2")], Told(20, 20.1, null));

        Assert.Equal([false, true], matching.Faults.Select(one => one.IsSeen));
    }

    [Theory]
    [InlineData(12.9, true)] // told after the end, as a sampler does, within the slack of 1 s
    [InlineData(13.0, true)]
    [InlineData(13.1, false)]
    public void What_is_told_within_the_slack_belongs_to_the_fault_and_what_is_not_never_was(double began, bool belongs)
    {
        var matching = Matched([Made(10, 12, "n1")], Told(began, began + 1, "n1"));

        Assert.Equal(belongs, matching.Faults[0].IsSeen);
        Assert.Equal(belongs ? 0 : 1, matching.Untrue.Count);
    }

    [Fact]
    public void An_outage_over_two_faults_is_the_one_it_shares_most_with_and_the_other_is_missed()
    {
        var matching = Matched([Made(10, 11, "n1"), Made(12, 15, "n1")], Told(10.5, 15, "n1"));

        Assert.Equal([false, true], matching.Faults.Select(one => one.IsSeen));
    }

    [Fact]
    public void A_fault_told_as_two_outages_began_with_the_first_and_lasted_as_long_as_both_and_is_in_no_bracket()
    {
        var fault = Matched([Made(10, 14, "n1")], Bracketed(12, 13.5, 0, 9), Bracketed(10.5, 11, 0, 9)).Faults[0];

        Assert.Equal(Seconds(0.5), fault.StartError);
        Assert.Equal(Seconds(-2), fault.LengthError);
        Assert.False(fault.IsInsideBracket);
    }

    [Theory]
    [InlineData(1, 3, true)]
    [InlineData(2, 2, true)]
    [InlineData(2.0004, 3, true)] // told to the millisecond
    [InlineData(2.001, 3, false)]
    [InlineData(0, 1.699, false)]
    [InlineData(0, 1.7, true)] // as long as clients can at least have felt it
    public void The_truth_lies_inside_a_bracket_or_not(double minimum, double maximum, bool isInside)
    {
        var fault = new Fault(FaultKind.Terminate, "c", "n1", Load.Idle, Seconds(10), Seconds(10.2), Seconds(11.9), Seconds(12));

        Assert.Equal(isInside, Matched([fault], Bracketed(10, 12, minimum, maximum)).Faults[0].IsInsideBracket);
    }

    [Fact]
    public void A_most_that_is_not_known_leaves_the_bracket_open()
    {
        Assert.True(Matched([Made(10, 12, "n1")], Told(10, 12, "n1") with { Minimum = Seconds(1) }).Faults[0].IsInsideBracket);
    }

    [Theory]
    [InlineData(FaultKind.Kill, 10.5, 2.3, 0.3)] // the socket closed with the fault, whenever the prober says that it saw it
    [InlineData(FaultKind.Drop, 11.5, 0.6, 0.1)] // nobody can know the loss of what closes no socket, but who gives it up
    public void Reconnect_time_is_held_against_the_time_from_the_loss_to_the_truths_end(FaultKind kind, double lost, double reconnect, double error)
    {
        var fault = new Fault(kind, "c", "n1", Load.Idle, Seconds(10), Seconds(12));
        var told = Told(10, 12, "n1") with { Lost = Seconds(lost), Reconnect = Seconds(reconnect) };

        Assert.Equal(error, Matched([fault], told).Faults[0].ReconnectError!.Value.TotalSeconds, 6);
        Assert.Null(Matched([fault], Told(10, 12, "n1")).Faults[0].ReconnectError);
    }

    private static FaultMatching Matched(IReadOnlyList<Fault> faults, params ToldOutage[] told) => FaultMatching.Of(faults, told, Seconds(1));

    private static Fault Made(double began, double ended, string endpoint) => new(FaultKind.Kill, "c", endpoint, Load.Idle, Seconds(began), Seconds(ended));

    private static ToldOutage Told(double began, double ended, string? endpoint) => new("c", endpoint, Seconds(began), Seconds(ended), Seconds(ended - began));

    private static ToldOutage Bracketed(double began, double ended, double minimum, double maximum) =>
        Told(began, ended, "n1") with { Minimum = Seconds(minimum), Maximum = Seconds(maximum) };

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
