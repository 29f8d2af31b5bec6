using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>The state machine, case by case. <see cref="LinkStatePropertyTests"/> holds what is true of every history.</summary>
public sealed class LinkStateTests
{
    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    private static LinkState After(params LinkEvent[] history) =>
        history.Aggregate(LinkState.Initial, (state, e) => state.Apply(e).State);

    private static LinkTransition[] LastTransitions(params LinkEvent[] history) =>
        [.. After(history[..^1]).Apply(history[^1]).Transitions];

    private static LinkEvent Opened(double at) => new LinkEvent.Opened(Ms(at - 2), Ms(at));

    private static LinkEvent Lost(double at, DisconnectCause cause = DisconnectCause.Eof) => new LinkEvent.Lost(cause, Ms(at), Ms(at));

    private static LinkEvent Refused(double began) => new LinkEvent.DialFailed(DisconnectCause.Refused, Ms(began), Ms(began + 1));

    private static LinkEvent Good(double sent, double at) => new LinkEvent.RoundTripSucceeded(Ms(sent), Ms(at));

    private static LinkEvent Bad(double sent, double at) => new LinkEvent.RoundTripFailed(Ms(sent), Ms(at));

    [Fact]
    public void Nothing_is_counted_before_the_first_dial_has_ended()
    {
        var state = LinkState.Initial;

        Assert.Equal(LinkStatus.Dialing, state.Status);
        Assert.Equal((0, 0), (state.Disconnects, state.Reconnects));
    }

    [Fact]
    public void A_first_success_counts_nothing()
    {
        var state = After(Opened(5));

        Assert.Equal(LinkStatus.Connected, state.Status);
        Assert.Equal((0, 0), (state.Disconnects, state.Reconnects));
        Assert.Null(state.CurrentOutage);
        Assert.IsType<LinkTransition.Connected>(Assert.Single(LastTransitions(Opened(5))));
    }

    [Fact]
    public void A_failed_first_connect_is_one_disconnect_however_often_it_fails()
    {
        var state = After(Refused(1), Refused(51), Refused(101));

        Assert.Equal((1, 0), (state.Disconnects, state.Reconnects));
        Assert.Equal(1, state.DisconnectsByCause[(int)DisconnectCause.Refused]);
        Assert.NotNull(state.CurrentOutage);
        Assert.Null(state.CurrentOutage.LastGood);
    }

    [Fact]
    public void A_link_that_comes_back_counts_one_reconnect_and_its_time_since_the_loss_was_seen()
    {
        var reconnected = LastTransitions(Opened(5), Lost(1000), Refused(1050), Opened(1102)).OfType<LinkTransition.Reconnected>().Single();

        Assert.Equal(Ms(102), reconnected.After);
    }

    [Fact]
    public void The_outage_runs_from_first_bad_to_first_good_and_its_bracket_holds_the_evidence()
    {
        var ended = LastTransitions(Opened(5), Good(800, 803), Lost(1000), Refused(1050), Refused(1100), Opened(1152))
            .OfType<LinkTransition.OutageEnded>().Single().Outage;

        Assert.Equal(Ms(800), ended.LastGood);
        Assert.Equal(Ms(1000), ended.Start);
        Assert.Equal(Ms(1000), ended.FirstBad);
        Assert.Equal(Ms(1100), ended.LastBad);
        Assert.Equal(Ms(1152), ended.FirstGood);
        Assert.Equal(Ms(152), ended.Length(TimeSpan.MaxValue));
        Assert.Equal(Ms(100), ended.Minimum);
        Assert.Equal(Ms(352), ended.Maximum);
    }

    [Fact]
    public void Silence_is_dated_back_to_the_request_that_was_never_answered_but_proven_only_at_its_timeout()
    {
        var outage = After(Opened(5), Good(1000, 1001), new LinkEvent.Lost(DisconnectCause.Timeout, Ms(2000), Ms(2500))).CurrentOutage!;

        Assert.Equal(Ms(1000), outage.LastGood);
        Assert.Equal(Ms(2000), outage.Start);
        Assert.Equal(Ms(2500), outage.FirstBad);
    }

    [Fact]
    public void A_failed_request_on_an_open_link_is_an_outage_without_a_disconnect()
    {
        var state = After(Opened(5), Bad(1000, 1500));

        Assert.Equal(LinkStatus.Connected, state.Status);
        Assert.Equal(0, state.Disconnects);
        Assert.Equal(DisconnectCause.Timeout, state.CurrentOutage!.Cause);
    }

    [Fact]
    public void Where_requests_failed_an_open_link_alone_does_not_end_the_outage()
    {
        LinkEvent[] history = [Opened(5), Bad(1000, 1500), Lost(1600), Opened(1700)];

        Assert.NotNull(After(history).CurrentOutage);
        Assert.Null(After([.. history, Good(1800, 1801)]).CurrentOutage);
    }

    [Fact]
    public void Outage_time_advances_while_the_outage_lasts_and_stays_when_it_has_ended()
    {
        var down = After(Opened(5), Lost(1000));
        Assert.Equal(Ms(0), down.OutageTime(Ms(1000)));
        Assert.Equal(Ms(500), down.OutageTime(Ms(1500)));

        var up = After(Opened(5), Lost(1000), Opened(3000));
        Assert.Equal(Ms(2000), up.OutageTime(Ms(3000)));
        Assert.Equal(Ms(2000), up.OutageTime(Ms(9000)));
    }

    [Fact]
    public void Each_dial_that_reaches_another_broker_is_a_mismatch_but_only_the_first_a_disconnect()
    {
        LinkEvent Wrong(double at) => new LinkEvent.DialFailed(DisconnectCause.WrongServer, Ms(at), Ms(at + 1));
        var state = After(Wrong(1), Wrong(51), Wrong(101));

        Assert.Equal(3, state.IdentityMismatches);
        Assert.Equal(1, state.Disconnects);
    }

    [Theory]
    [InlineData(false, 1, 0)]
    [InlineData(true, 1, 1)]
    public void A_client_that_ends_for_good_is_closed_and_takes_an_open_link_with_it(bool alreadyLost, long disconnects, long reconnectsAfterwards)
    {
        LinkEvent closed = new LinkEvent.Closed(DisconnectCause.Unknown, Ms(1200));
        var state = alreadyLost ? After(Opened(5), Lost(1000), closed) : After(Opened(5), closed);

        Assert.Equal(1, state.Closes);
        Assert.Equal(disconnects, state.Disconnects);
        Assert.Equal(LinkStatus.Disconnected, state.Status);
        Assert.Equal(alreadyLost ? reconnectsAfterwards : 1, state.Apply(Opened(1300)).State.Reconnects);
    }

    public static TheoryData<LinkEvent> NewsOfALinkThatIsNotOpen => new(
        Lost(2000), Good(1999, 2000), Bad(1500, 2000), new LinkEvent.LameDuckAnnounced(Ms(2000)));

    [Theory]
    [MemberData(nameof(NewsOfALinkThatIsNotOpen))]
    public void News_of_an_open_link_changes_nothing_on_one_that_is_down(LinkEvent news)
    {
        var down = After(Opened(5), Lost(1000));

        var (state, transitions) = down.Apply(news);

        Assert.Same(down, state);
        Assert.Empty(transitions);
    }

    public static TheoryData<LinkEvent> NewsOfALinkThatIsNotDown => new(
        Refused(2000), Opened(2000), new LinkEvent.DialFailed(DisconnectCause.WrongServer, Ms(1999), Ms(2000)));

    [Theory]
    [MemberData(nameof(NewsOfALinkThatIsNotDown))]
    public void News_of_a_dial_changes_nothing_on_a_link_that_is_open(LinkEvent news)
    {
        var up = After(Opened(5));

        var (state, transitions) = up.Apply(news);

        Assert.Same(up, state);
        Assert.Empty(transitions);
    }

    [Fact]
    public void A_client_that_ends_during_the_first_dial_is_a_disconnect_an_outage_and_then_closed()
    {
        var (state, transitions) = LinkState.Initial.Apply(new LinkEvent.Closed(DisconnectCause.Unknown, Ms(10)));

        Assert.Collection(
            transitions,
            t => Assert.IsType<LinkTransition.Disconnected>(t),
            t => Assert.IsType<LinkTransition.OutageBegan>(t),
            t => Assert.IsType<LinkTransition.Closed>(t));
        Assert.Equal((1, 1), (state.Disconnects, state.Closes));
    }

    [Fact]
    public void The_latest_cause_follows_the_dials_and_goes_with_the_outage()
    {
        Assert.Equal(DisconnectCause.Eof, After(Opened(5), Lost(1000)).LatestCause);
        Assert.Equal(DisconnectCause.Refused, After(Opened(5), Lost(1000), Refused(1050)).LatestCause);
        Assert.Null(After(Opened(5), Lost(1000), Refused(1050), Opened(1100)).LatestCause);
    }

    [Fact]
    public void Without_anything_good_before_it_an_outage_has_no_maximum()
    {
        var ended = LastTransitions(Refused(1), Refused(51), Opened(102)).OfType<LinkTransition.OutageEnded>().Single().Outage;

        Assert.Null(ended.Maximum);
        Assert.Equal(Ms(101), ended.Length(TimeSpan.MaxValue));
        Assert.Equal(Ms(49), ended.Minimum);
    }

    [Fact]
    public void An_outage_never_starts_before_the_last_good_reply()
    {
        var outage = After(Opened(5), Good(900, 1000), Bad(950, 1450)).CurrentOutage!;

        Assert.Equal(Ms(1000), outage.Start);
    }

    [Fact]
    public void A_link_lost_twice_while_requests_fail_is_one_outage_and_two_disconnects()
    {
        var state = After(Opened(5), Bad(1000, 1500), Lost(1600), Opened(1700), Lost(1800));

        Assert.Equal((2, 1), (state.Disconnects, state.Reconnects));
        Assert.Equal(Ms(1000), state.CurrentOutage!.Start);
        Assert.Equal(TimeSpan.Zero, state.EndedOutageTime);
    }

    [Fact]
    public void A_lame_duck_is_counted_and_stays_connected()
    {
        var state = After(Opened(5), new LinkEvent.LameDuckAnnounced(Ms(900)));

        Assert.Equal(1, state.LameDucks);
        Assert.Equal(LinkStatus.Connected, state.Status);
    }

    [Fact]
    public void An_outage_that_began_with_silence_keeps_its_cause_when_the_socket_ends_later()
    {
        var state = After(Opened(5), Bad(1000, 1500), Lost(1700));

        Assert.Equal(DisconnectCause.Timeout, state.CurrentOutage!.Cause);
        Assert.Equal(1, state.DisconnectsByCause[(int)DisconnectCause.Eof]);
    }
}
