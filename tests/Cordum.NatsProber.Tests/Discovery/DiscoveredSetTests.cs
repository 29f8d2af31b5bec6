using Cordum.NatsProber.Discovery;
using Cordum.NatsProber.Probes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Discovery;

public sealed class DiscoveredSetTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("c a b", "", 10, "a b c", 0)]
    [InlineData("c a b", "", 2, "a b", 1)]
    [InlineData("c a b", "c", 2, "a c", 1)] // known before others
    [InlineData("c a b", "b c", 2, "b c", 1)]
    [InlineData("c a b", "b c", 1, "b", 2)]
    [InlineData("c a b", "gone c", 1, "c", 2)]
    [InlineData("a b a b a", "", 2, "a b", 0)] // repeated records are one
    [InlineData("B a C", "", 3, "B C a", 0)] // whatever the machine's language
    public void Takes_the_known_ones_then_by_name(string named, string known, int most, string taken, int leftOut)
    {
        var set = DiscoveredSet.Of(named.Split(' ').Select(Endpoint), known.Split(' '), most, Ttl);

        Assert.Equal(taken, string.Join(' ', set.Endpoints.Select(endpoint => endpoint.Name)));
        Assert.Equal(leftOut, set.LeftOut);
    }

    [Fact]
    public void Holds_within_bounds() => Assert.Equal(AskPace.ShortestHold, DiscoveredSet.Of([Endpoint("a")], [], 1, TimeSpan.Zero).HoldsFor);

    [Theory]
    [InlineData("other", 4222)]
    [InlineData("a", 4223)]
    public void Two_brokers_of_one_name_are_told_of_and_neither_is_dropped(string host, int port)
    {
        var failure = Assert.Throws<DiscoveryException>(() => DiscoveredSet.Of([Endpoint("a"), new("a", host, port)], [], 10, Ttl));

        Assert.Equal(DiscoveryProblem.Malformed, failure.Problem);
        Assert.Contains($"{host}:{port}", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Servers turn their answers round from one to the next.</summary>
    [Property(MaxTest = 300)]
    public Property The_order_of_the_records_does_not_matter() => Prop.ForAll(SomeNames, SomeNames, SomeNumber, (named, known, most) =>
    {
        var one = DiscoveredSet.Of(named.Select(Endpoint), known, most, Ttl);
        var other = DiscoveredSet.Of(Enumerable.Reverse(named).Select(Endpoint), known, most, Ttl);

        Assert.Equal(one.Endpoints, other.Endpoints);
        Assert.Equal(one.LeftOut, other.LeftOut);
        Assert.Equal(named.Distinct().Count(), one.Endpoints.Count + one.LeftOut);
    });

    /// <summary>With what was taken known, the same records and any further ones leave all that was taken in place.</summary>
    [Property(MaxTest = 300)]
    public Property What_was_taken_stays_when_more_come() => Prop.ForAll(SomeNames, SomeNames, SomeNumber, (named, more, most) =>
    {
        var before = DiscoveredSet.Of(named.Select(Endpoint), [], most, Ttl).Endpoints;
        var after = DiscoveredSet.Of(named.Concat(more).Select(Endpoint), [.. before.Select(endpoint => endpoint.Name)], most, Ttl).Endpoints;

        Assert.Subset(after.ToHashSet(), before.ToHashSet());
    });

    private static Arbitrary<int> SomeNumber => Gen.Choose(1, 12).ToArbitrary();

    private static Arbitrary<string[]> SomeNames =>
        Gen.Choose(0, 20).Select(number => $"n{number}").NonEmptyListOf().Select(names => names.ToArray()).ToArbitrary();

    [Theory]
    [InlineData("10.1.2.3", 4222, "nats://10.1.2.3:4222/", "http://10.1.2.3:8222/")]
    [InlineData("fd00::1", 4333, "nats://[fd00::1]:4333/", "http://[fd00::1]:8222/")]
    [InlineData("nats-0.nats.svc", 4222, "nats://nats-0.nats.svc:4222/", "http://nats-0.nats.svc:8222/")]
    public void A_broker_has_its_monitor_where_it_was_found(string host, int port, string url, string monitor)
    {
        var found = new DiscoveredEndpoint("n", host, port);

        Assert.Equal(new ProbedEndpoint("n", new Uri(url), new Uri(monitor), ServerName: null), found.Probed(monitorPort: 8222));
        Assert.Equal(new ProbedEndpoint("n", new Uri(url), Monitor: null, ServerName: null), found.Probed(monitorPort: null));
    }

    private static DiscoveredEndpoint Endpoint(string name) => new(name, name, 4222);
}
