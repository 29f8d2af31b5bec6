using Cordum.NatsProber.Discovery;

namespace Cordum.NatsProber.Tests.Discovery;

/// <summary>Answers, on a real socket.</summary>
public sealed class DnsDiscoveryTests
{
    [Fact]
    public async Task Addresses_of_both_families_become_endpoints_on_the_configured_port()
    {
        await using var rig = new DiscoveryRig("nats.example");
        rig.Server.Set("nats.example", DnsRecord.Address("10.0.0.2"), DnsRecord.Address("fd00::1"), DnsRecord.Address("10.0.0.1"), DnsRecord.Address("10.0.0.2"));

        var set = await rig.AskAsync();

        Assert.Equal(
            [new("10.0.0.1", "10.0.0.1", 4222), new("10.0.0.2", "10.0.0.2", 4222), new DiscoveredEndpoint("fd00-0000-0000-0000-0000-0000-0000-0001", "fd00::1", 4222)],
            set.Endpoints);
        Assert.Equal(0, set.LeftOut);
        Assert.Null(set.Unanswered);
    }

    [Fact]
    public async Task Follows_what_comes_and_goes_and_how_long_it_holds()
    {
        await using var rig = new DiscoveryRig("nats.example");
        rig.Server.Set("nats.example", DnsRecord.Address("10.0.0.1", ttl: 60), DnsRecord.Address("10.0.0.2", ttl: 45));
        var first = await rig.AskAsync();
        Assert.Equal(["10.0.0.1", "10.0.0.2"], first.Names());
        Assert.Equal(TimeSpan.FromSeconds(45), first.HoldsFor);

        rig.Server.Set("nats.example", DnsRecord.Address("10.0.0.1", ttl: 86_400), DnsRecord.Address("10.0.0.3", ttl: 86_400));
        var second = await rig.AskAsync();
        Assert.Equal(["10.0.0.1", "10.0.0.3"], second.Names());
        Assert.Equal(AskPace.LongestHold, second.HoldsFor);

        rig.Server.Set("nats.example", DnsRecord.Address("10.0.0.3", ttl: 0));
        var third = await rig.AskAsync();
        Assert.Equal(["10.0.0.3"], third.Names());
        Assert.Equal(AskPace.ShortestHold, third.HoldsFor);
    }

    [Fact]
    public async Task Services_keep_their_ports_and_are_named_by_their_hosts()
    {
        await using var rig = new DiscoveryRig("_nats._tcp.Example.com");
        rig.Server.Set(
            "_nats._tcp.example.com",
            DnsRecord.Service("n1.example.com", 4222, ttl: 60, priority: 10),
            DnsRecord.Service("N2.example.com", 4322, ttl: 12),
            DnsRecord.Service("n3.example.org", 4222),
            DnsRecord.Service("n1.example.com", 4222, priority: 20)); // the same broker, twice

        var set = await rig.AskAsync();

        Assert.Equal(
            [new("n1", "n1.example.com", 4222), new("n2_4322", "n2.example.com", 4322), new DiscoveredEndpoint("n3.example.org", "n3.example.org", 4222)],
            set.Endpoints);
        Assert.Equal(TimeSpan.FromSeconds(12), set.HoldsFor);
        Assert.All(rig.Server.Asked, asked => Assert.Equal(DnsType.Srv, asked.Type));
    }

    [Fact]
    public async Task A_name_with_neither_kind_of_address_is_asked_for_services()
    {
        await using var rig = new DiscoveryRig("nats.example");
        rig.Server.Set("nats.example", DnsRecord.Service("n1.nats.example", 4222));

        Assert.Equal([new DiscoveredEndpoint("n1", "n1.nats.example", 4222)], (await rig.AskAsync()).Endpoints);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // the server leaves it to who asks
    public async Task Aliases_are_followed(bool byTheServer)
    {
        await using var rig = new DiscoveryRig("nats.example");
        rig.Server.FollowsAliases = byTheServer;
        rig.Server.Set("nats.example", DnsRecord.Alias("a.example", ttl: 40));
        rig.Server.Set("a.example", DnsRecord.Alias("b.example", ttl: 9));
        rig.Server.Set("b.example", DnsRecord.Address("10.0.0.1"));

        var set = await rig.AskAsync();

        Assert.Equal(["10.0.0.1"], set.Names());
        Assert.Equal(TimeSpan.FromSeconds(9), set.HoldsFor);
    }

    [Fact]
    public async Task Aliases_without_an_end_make_no_sense()
    {
        await using var rig = new DiscoveryRig("a0.example");
        rig.Server.FollowsAliases = false;
        for (var i = 0; i < 20; i++)
            rig.Server.Set($"a{i}.example", DnsRecord.Alias($"a{i + 1}.example"));

        var failure = await rig.FailAsync(DiscoveryProblem.Malformed);

        Assert.Contains("aliases", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alias_of_what_is_no_host_name_makes_no_sense()
    {
        await using var rig = new DiscoveryRig("nats.example");
        rig.Server.FollowsAliases = false;
        rig.Server.Set("nats.example", DnsRecord.Alias("no host.example"));

        await rig.FailAsync(DiscoveryProblem.Malformed);
    }

    [Fact]
    public async Task More_than_fit_in_a_datagram_come_by_TCP()
    {
        await using var rig = new DiscoveryRig("nats.example", most: 1000);
        var addresses = Enumerable.Range(0, 300).SelectMany(i => new[] { $"10.0.{i / 100}.{i % 100}", $"fd00::{i:x}" });
        rig.Server.Set("nats.example", [.. addresses.Select(address => DnsRecord.Address(address))]);

        var set = await rig.AskAsync();

        Assert.Equal(600, set.Endpoints.Count);
        Assert.Equal(600, set.Names().Distinct().Count());
        Assert.Contains(rig.Server.Asked, asked => asked is { Type: DnsType.A, OverTcp: true });
    }

    [Fact]
    public async Task A_few_records_need_no_TCP()
    {
        await using var rig = new DiscoveryRig("nats.example", most: 1000);
        rig.Server.Set("nats.example", [.. Enumerable.Range(0, 60).Select(i => DnsRecord.Address($"10.0.0.{i}"))]); // 990 bytes: more than 512, less than 1232

        Assert.Equal(60, (await rig.AskAsync()).Endpoints.Count);
        Assert.DoesNotContain(rig.Server.Asked, asked => asked.OverTcp);
    }

    [Fact]
    public async Task Three_hundred_services_come_whole()
    {
        await using var rig = new DiscoveryRig("_nats._tcp.example.com", most: 1000);
        rig.Server.Set("_nats._tcp.example.com", [.. Enumerable.Range(0, 300).Select(i => DnsRecord.Service($"n{i:000}.example.com", 4222))]);

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"n{i:000}"), (await rig.AskAsync()).Names());
    }

    [Fact]
    public async Task Takes_no_more_than_may_be_and_those_that_are_known_first()
    {
        await using var rig = new DiscoveryRig("nats.example", most: 2);
        rig.Server.Set("nats.example", [.. Enumerable.Range(1, 5).Select(i => DnsRecord.Address($"10.0.0.{i}"))]);

        var set = await rig.AskAsync("10.0.0.4", "10.0.0.9");

        Assert.Equal(["10.0.0.1", "10.0.0.4"], set.Names());
        Assert.Equal(3, set.LeftOut);
    }
}
