using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>When client and broker disagree, and when they only seem to.</summary>
public sealed class DisagreementsTests
{
    private static readonly BrokerWord Well = new(BrokerView.Healthy, "");
    private static readonly BrokerWord Unwell = new(BrokerView.Unhealthy, "JetStream stream 'ORDERS' is not current");

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static LinkState After(params LinkEvent[] events) => events.Aggregate(LinkState.Initial, (state, e) => state.Apply(e).State);

    private static readonly LinkEvent Opened = new LinkEvent.Opened(At(1), At(1));

    private static readonly LinkState Up = After(Opened);

    /// <summary>Down since 10 s, the first evidence complete at 10.5 s.</summary>
    private static readonly LinkState Down = After(Opened, new LinkEvent.Lost(DisconnectCause.Timeout, At(10), At(10.5)));

    [Theory]
    [InlineData(null, false)] // the broker has never answered
    [InlineData(9.0, false)]
    [InlineData(10.2, false)] // asked while the outage was only beginning
    [InlineData(10.5, false)]
    [InlineData(10.6, true)]
    [InlineData(60.0, true)]
    public void Down_and_alive_takes_an_answer_to_a_question_from_within_the_outage(double? asked, bool disagree) =>
        Assert.Equal(disagree, Disagreements.Is(Disagreement.LinkDownBrokerAlive, Down, Well, asked is { } at ? At(at) : null, countsDeadLink: false));

    [Fact]
    public void A_link_that_is_up_or_was_never_tried_is_not_down()
    {
        Assert.False(Disagreements.Is(Disagreement.LinkDownBrokerAlive, Up, Well, At(60), countsDeadLink: false));
        Assert.False(Disagreements.Is(Disagreement.LinkDownBrokerAlive, LinkState.Initial, Well, At(60), countsDeadLink: false));
        // Open, and its requests fail: that the broker lives is no contradiction.
        Assert.False(Disagreements.Is(Disagreement.LinkDownBrokerAlive, After(Opened, new LinkEvent.RoundTripFailed(At(5), At(6))), Well, At(60), countsDeadLink: false));
    }

    [Fact]
    public void Up_and_unhealthy_takes_a_link_that_is_served_and_the_brokers_own_word()
    {
        Assert.True(Disagreements.Is(Disagreement.LinkUpBrokerUnhealthy, Up, Unwell, null, countsDeadLink: false));
        Assert.False(Disagreements.Is(Disagreement.LinkUpBrokerUnhealthy, Down, Unwell, null, countsDeadLink: false));
        Assert.False(Disagreements.Is(Disagreement.LinkUpBrokerUnhealthy, After(Opened, new LinkEvent.RoundTripFailed(At(5), At(6))), Unwell, null, countsDeadLink: false));
        foreach (var view in Enum.GetValues<BrokerView>().Where(view => view != BrokerView.Unhealthy))
            Assert.False(Disagreements.Is(Disagreement.LinkUpBrokerUnhealthy, Up, new BrokerWord(view, ""), null, countsDeadLink: false));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_dead_link_that_is_counted_disagrees_whatever_the_link_does_now(bool counts)
    {
        Assert.Equal(counts, Disagreements.Is(Disagreement.BrokerCountsDeadLink, Up, Well, null, counts));
        Assert.Equal(counts, Disagreements.Is(Disagreement.BrokerCountsDeadLink, Down, Unwell, null, counts));
    }
}
