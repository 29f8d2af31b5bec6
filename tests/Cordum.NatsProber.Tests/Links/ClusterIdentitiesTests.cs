using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Tests.Links;

public sealed class ClusterIdentitiesTests
{
    private readonly ClusterIdentities _cluster = new();

    private static BrokerInfo Named(string name, string id) => new() { ServerName = name, ServerId = id };

    private static BrokerInfo Unnamed(string id) => new() { ServerName = id, ServerId = id };

    [Fact]
    public void A_broker_that_nobody_knows_yet_is_right() => Assert.Null(_cluster.Mismatch("a", Named("nats-0", "N1")));

    [Fact]
    public void The_name_at_the_first_open_is_learned_and_holds_after_the_link_is_lost()
    {
        _cluster.Claim("a", Named("nats-0", "N1"));
        _cluster.Release("a");

        Assert.Null(_cluster.Mismatch("a", Named("nats-0", "N2"))); // restarted
        var mismatch = _cluster.Mismatch("a", Named("nats-1", "N3"));
        Assert.NotNull(mismatch);
        Assert.Contains("nats-0", mismatch, StringComparison.Ordinal);
        Assert.Contains("nats-1", mismatch, StringComparison.Ordinal);
    }

    [Fact]
    public void A_learned_name_stays_the_first_one()
    {
        _cluster.Claim("a", Named("nats-0", "N1"));
        _cluster.Claim("a", Named("nats-1", "N2"));

        Assert.Null(_cluster.Mismatch("a", Named("nats-0", "N1")));
        Assert.NotNull(_cluster.Mismatch("a", Named("nats-1", "N2")));
    }

    [Fact]
    public void An_expected_name_holds_from_the_first_dial_on()
    {
        _cluster.Expect("a", "nats-0");

        Assert.Null(_cluster.Mismatch("a", Named("nats-0", "N1")));
        Assert.NotNull(_cluster.Mismatch("a", Named("nats-1", "N2")));
        Assert.NotNull(_cluster.Mismatch("a", Unnamed("N3")));
    }

    [Fact]
    public void A_server_without_a_name_may_come_back_as_another_process()
    {
        _cluster.Claim("a", Unnamed("N1"));
        _cluster.Release("a");

        Assert.Null(_cluster.Mismatch("a", Unnamed("N2")));
    }

    [Fact]
    public void A_server_that_is_given_a_name_later_is_learned_then()
    {
        _cluster.Claim("a", Unnamed("N1"));
        _cluster.Release("a");
        _cluster.Claim("a", Named("nats-0", "N2"));
        _cluster.Release("a");

        Assert.NotNull(_cluster.Mismatch("a", Named("nats-1", "N3")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_endpoints_that_reach_one_process_are_told_apart_until_the_first_lets_go(bool named)
    {
        var broker = named ? Named("nats-0", "N1") : Unnamed("N1");
        _cluster.Claim("a", broker);

        Assert.Contains("endpoint a", _cluster.Mismatch("b", broker), StringComparison.Ordinal);
        _cluster.Release("a");
        Assert.Null(_cluster.Mismatch("b", broker));
    }

    [Fact]
    public void Of_two_that_claim_one_process_at_the_same_time_one_is_refused()
    {
        var broker = Named("nats-0", "N1");
        Assert.Null(_cluster.Mismatch("a", broker));
        Assert.Null(_cluster.Mismatch("b", broker)); // both dials are under way

        Assert.Null(_cluster.Claim("a", broker));
        Assert.NotNull(_cluster.Claim("b", broker));
    }

    [Fact]
    public void A_refused_claim_leaves_no_trace()
    {
        _cluster.Claim("a", Named("nats-0", "N1"));
        _cluster.Claim("b", Named("nats-0", "N1"));
        _cluster.Release("a");

        Assert.Null(_cluster.Claim("b", Named("nats-1", "N2")));
    }

    [Fact]
    public void An_endpoint_is_not_its_own_rival()
    {
        _cluster.Claim("a", Unnamed("N1"));

        Assert.Null(_cluster.Mismatch("a", Unnamed("N1")));
    }

    [Fact]
    public void An_endpoint_that_moved_to_another_process_frees_the_former_one()
    {
        _cluster.Claim("a", Unnamed("N1"));
        _cluster.Claim("a", Unnamed("N2"));

        Assert.Null(_cluster.Mismatch("b", Unnamed("N1")));
        Assert.NotNull(_cluster.Mismatch("b", Unnamed("N2")));
    }

    [Fact]
    public void Two_servers_of_one_name_are_fine_in_different_places()
    {
        // nats-server itself minds that within one cluster; what a prober minds is one process in two places.
        _cluster.Claim("a", Named("nats", "N1"));

        Assert.Null(_cluster.Mismatch("b", Named("nats", "N2")));
    }

    [Fact]
    public void Releasing_what_is_not_held_is_nothing()
    {
        _cluster.Release("a");

        Assert.Null(_cluster.Mismatch("a", Unnamed("N1")));
    }

    [Fact]
    public void A_broker_is_the_endpoint_that_is_open_to_it_or_that_knows_its_name()
    {
        _cluster.Claim("a", Named("nats-0", "N1"));
        _cluster.Claim("b", Unnamed("N2"));

        Assert.Equal(("a", "b", null), (_cluster.EndpointOf(Named("nats-0", "N1")), _cluster.EndpointOf(Unnamed("N2")), _cluster.EndpointOf(Named("nats-9", "N9"))));
        _cluster.Release("a");
        _cluster.Release("b");
        Assert.Equal("a", _cluster.EndpointOf(Named("nats-0", "N3"))); // restarted, and not yet found by its own link
        Assert.Equal("b", _cluster.EndpointOf(Unnamed("N2"))); // whoever lost the link to that process a moment ago
        Assert.Null(_cluster.EndpointOf(Unnamed("N9")));
    }

    [Fact]
    public void An_address_may_be_anybodys_in_turn_but_not_two_endpoints_at_once()
    {
        _cluster.ExpectAnybody("10.0.0.1");
        _cluster.Claim("10.0.0.1", Named("nats-0", "N1"));
        _cluster.Release("10.0.0.1");

        Assert.Null(_cluster.Claim("10.0.0.1", Named("nats-1", "N2")));
        Assert.NotNull(_cluster.Mismatch("10.0.0.2", Named("nats-1", "N2")));
    }

    [Fact]
    public void An_endpoint_that_is_gone_leaves_its_broker_to_others()
    {
        _cluster.Claim("a", Named("nats-0", "N1"));

        _cluster.Forget("a");

        Assert.Null(_cluster.Claim("b", Named("nats-0", "N1")));
        Assert.Equal("b", _cluster.EndpointOf(Named("nats-0", "N1")));
        Assert.Null(_cluster.Mismatch("a", Named("nats-7", "N7"))); // a new endpoint of the old name learns anew
    }
}
