using Cordum.NatsProber.Brokers;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>What is known of a broker after what it has said, over its restarts.</summary>
public sealed class BrokerFactsTests
{
    private static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static VarzPage Page(string id, long accepted = 0, long slow = 0, long? stale = 0, int loaded = 0, string? name = null) => new()
    {
        ServerId = id,
        ServerName = name ?? id,
        Start = T0,
        Now = T0.AddMinutes(1),
        ConfigLoadTime = T0.AddSeconds(loaded),
        TotalConnections = accepted,
        SlowConsumers = slow,
        StaleConnections = stale,
    };

    private static BrokerFacts After(params VarzPage[] pages) => pages.Aggregate(BrokerFacts.None, (facts, page) => facts.With(page, T0, T0));

    private static (long Accepted, long Slow, long Stale) Totals(BrokerFacts facts) => (facts.ConnectionsAccepted, facts.SlowConsumers, facts.StaleConnections);

    [Fact]
    public void What_was_before_the_first_sight_is_not_counted() => Assert.Equal((0, 0, 0), Totals(After(Page("A", 1000, 50, 20))));

    [Fact]
    public void What_happened_between_two_looks_is() => Assert.Equal((7, 2, 1), Totals(After(Page("A", 1000, 50, 20), Page("A", 1007, 52, 21))));

    [Fact]
    public void A_successor_counts_from_its_start_on() => Assert.Equal((1 + 3, 0, 2), Totals(After(Page("A", 1000, 50), Page("A", 1001, 50), Page("B", 3, 0, 2))));

    [Fact]
    public void A_successor_that_has_overtaken_its_predecessors_totals_is_counted_whole() => Assert.Equal((2000, 0, 0), Totals(After(Page("A", 1000), Page("B", 2000))));

    [Fact]
    public void A_broker_that_does_not_tell_of_stale_connections_has_none() => Assert.Equal((0, 0, 0), Totals(After(Page("A", stale: null), Page("A", stale: null))));

    [Fact]
    public void A_total_that_falls_takes_nothing_away() => Assert.Equal((5, 0, 0), Totals(After(Page("A", 10), Page("A", 15), Page("A", 12))));

    [Fact]
    public void Another_process_in_its_place_is_a_restart_however_it_is_found()
    {
        Assert.Equal(0, After(Page("A"), Page("A")).IdentityChanges);
        Assert.Equal(1, After(Page("A"), Page("B")).IdentityChanges);
        Assert.Equal(0, BrokerFacts.None.With("A").With("A").IdentityChanges);
        Assert.Equal(1, BrokerFacts.None.With("A").With("B").IdentityChanges);
        // The link finds it first, and its page says so again.
        Assert.Equal(1, After(Page("A")).With("B").With(Page("B"), T0, T0).IdentityChanges);
    }

    /// <summary>The monitor was asked before the link was open, and it is another broker's.</summary>
    [Fact]
    public void A_stranger_who_was_heard_before_the_link_was_open_has_not_been_replaced()
    {
        var heard = After(Page("X", 1000, name: "n2"), Page("X", 1005, name: "n2"));

        var met = heard.Met("A", "n1");

        Assert.Equal(("A", "n1", 0), (met.ServerId, met.Name, met.IdentityChanges));
        Assert.Equal((5, 0, 0), Totals(met)); // shown is shown
        Assert.Equal((5, 0, 0), Totals(met.With(Page("A", 70, name: "n1"), T0, T0)));
        Assert.Equal((5 + 3, 0, 0), Totals(met.With(Page("A", 70, name: "n1"), T0, T0).With(Page("A", 73, name: "n1"), T0, T0)));
        Assert.Null(met.Start);
        // A question that was under way while the link was opened.
        Assert.Equal(met, met.With(Page("X", 1006, name: "n2"), T0, T0));
    }

    [Theory]
    [InlineData("n1", "n1", 1)] // restarted before the link was open
    [InlineData("X", "n1", 1)] // nobody can tell: one of them has no name
    [InlineData("n1", "A", 1)]
    public void Whoever_may_be_the_same_broker_has_been_restarted(string heard, string met, int changes) =>
        Assert.Equal(changes, After(Page("X", name: heard)).Met("A", met).IdentityChanges);

    /// <summary>Of a broker without a name nobody can say who is a stranger, and no page gives it one.</summary>
    [Fact]
    public void A_broker_that_was_met_without_a_name_has_none_whatever_is_heard() =>
        Assert.Null(BrokerFacts.None.Met("A", "A").With(Page("X", name: "n2"), T0, T0).Name);

    [Fact]
    public void A_broker_that_was_met_and_comes_back_under_another_name_has_been_restarted() =>
        Assert.Equal(1, BrokerFacts.None.Met("A", "n1").Met("B", "renamed").IdentityChanges);

    [Fact]
    public void What_the_link_has_found_is_counted_by_its_pages_whole()
    {
        Assert.Equal((4, 0, 0), Totals(After(Page("A", 1000)).With("B").With(Page("B", 4), T0, T0)));
        // First seen by the link: what it did before is not the prober's to count.
        Assert.Equal((0, 0, 0), Totals(BrokerFacts.None.With("A").With(Page("A", 1000), T0, T0)));
    }

    [Fact]
    public void Of_a_process_that_only_the_link_has_found_no_start_is_known()
    {
        var facts = After(Page("A")).With("B");

        Assert.Equal(("B", null, null), (facts.ServerId, facts.Start, facts.ConfigLoadTime));
    }

    [Fact]
    public void A_newer_configuration_of_the_same_process_is_a_reload()
    {
        Assert.Equal(0, After(Page("A"), Page("A")).ConfigReloads);
        Assert.Equal(2, After(Page("A"), Page("A", loaded: 10), Page("A", loaded: 10), Page("A", loaded: 20)).ConfigReloads);
        Assert.Equal(0, After(Page("A"), Page("B", loaded: 10)).ConfigReloads);
        Assert.Equal(0, After(Page("A")).With("B").With(Page("B", loaded: 10), T0, T0).ConfigReloads);
    }

    [Theory]
    [InlineData(60_000, 0, 0)] // asked and answered at the broker's very instant
    [InlineData(59_000, 1_000, 500)]
    [InlineData(61_000, -1_000, 0)]
    public void The_skew_is_told_against_the_middle_of_the_question_with_half_of_it_as_error(int asked, int skew, int half)
    {
        var at = T0.AddMilliseconds(asked);
        var facts = BrokerFacts.None.With(Page("A"), at.AddMilliseconds(-half), at.AddMilliseconds(half));

        Assert.Equal((TimeSpan.FromMilliseconds(skew), TimeSpan.FromMilliseconds(half)), (facts.ClockSkew, facts.ClockSkewError));
    }

    [Fact]
    public void The_measure_of_the_round_trip_ages_until_it_changes()
    {
        static ConnectionRecord Rtt(int? ms) => new(ConnectionFate.Open, CloseReason.Other, "", null, ms is { } known ? TimeSpan.FromMilliseconds(known) : null);
        static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);

        var facts = BrokerFacts.None.With(Rtt(1), At(10)).With(Rtt(1), At(20));
        Assert.Equal(At(10), facts.RttSince);
        Assert.Equal(At(30), facts.With(Rtt(2), At(30)).RttSince);
        Assert.Null(facts.With(Rtt(null), At(30)).RttSince);
        Assert.Null(facts.With(null, At(30)).OurLink);
    }

    [Fact]
    public void A_page_that_does_not_tell_when_the_configuration_was_read_is_no_reload()
    {
        var silent = Page("A") with { ConfigLoadTime = default };

        Assert.Null(After(silent).ConfigLoadTime);
        Assert.Equal(0, After(silent, Page("A", loaded: 10)).ConfigReloads);
    }
}
