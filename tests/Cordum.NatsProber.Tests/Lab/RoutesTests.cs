using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Tests.Lab;

public sealed class RoutesTests
{
    [Fact]
    public void Pooled_connections_to_one_broker_count_once()
    {
        var routes = Routes.Parse("""{"server_id":"A","num_routes":3,"routes":[{"remote_id":"B"},{"remote_id":"B"},{"remote_id":"C"}]}""");

        Assert.Equal("A", routes.ServerId);
        Assert.Equal(["B", "C"], routes.RemoteIds.Order());
    }

    [Theory]
    [InlineData("""{"server_id":"A"}""")]
    [InlineData("""{"server_id":"A","routes":null}""")]
    public void A_broker_without_routes_sees_nobody(string routez) => Assert.Empty(Routes.Parse(routez).RemoteIds);

    [Fact]
    public void Formed_means_that_every_broker_sees_every_other()
    {
        Assert.True(Routes.AreFormed([Of("A")]));
        Assert.True(Routes.AreFormed([Of("A", "B", "C"), Of("B", "A", "C"), Of("C", "A", "B")]));
        Assert.False(Routes.AreFormed([Of("A", "B", "C"), Of("B", "A", "C"), Of("C", "A")]));
    }

    [Fact]
    public void A_route_to_a_brokers_former_process_does_not_count() =>
        Assert.False(Routes.AreFormed([Of("A", "B-before"), Of("B", "A")]));

    [Fact]
    public void A_broker_that_does_not_answer_is_not_in() => Assert.False(Routes.AreFormed([Of("A", "B"), null]));

    private static Routes Of(string id, params string[] remotes) => new(id, remotes.ToHashSet(StringComparer.Ordinal));
}
