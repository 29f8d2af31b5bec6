using Cordum.NatsProber.Discovery;

namespace Cordum.NatsProber.Tests.Discovery;

/// <summary>Names that are not written in full.</summary>
public sealed class DnsSearchTests
{
    private const string Search = "prod.svc.example svc.example corp.example";

    [Fact]
    public async Task The_first_completion_that_exists_is_taken()
    {
        await using var rig = new DiscoveryRig("nats.cordum", search: Search);
        rig.Server.Set("nats.cordum.svc.example", DnsRecord.Address("10.0.0.1"));
        rig.Server.Set("nats.cordum.corp.example", DnsRecord.Address("10.9.9.9"));

        Assert.Equal(["10.0.0.1"], (await rig.AskAsync()).Names());
        Assert.Equal(
            ["nats.cordum.prod.svc.example", "nats.cordum.svc.example"],
            rig.Server.Asked.Where(asked => asked.Type == DnsType.A).Select(asked => asked.Name));
    }

    [Fact]
    public async Task Services_are_named_within_the_completed_domain()
    {
        await using var rig = new DiscoveryRig("_client._tcp.nats.cordum", search: Search);
        rig.WriteResolvConf($"search {Search}\noptions ndots:5", rig.Server.EndPoint);
        rig.Server.Set("_client._tcp.nats.cordum.svc.example", DnsRecord.Service("nats-0.nats.cordum.svc.example", 4222));

        Assert.Equal([new DiscoveredEndpoint("nats-0", "nats-0.nats.cordum.svc.example", 4222)], (await rig.AskAsync()).Endpoints);
    }

    [Fact]
    public async Task With_dots_enough_the_name_goes_first_as_it_stands()
    {
        await using var rig = new DiscoveryRig("nats.cordum.svc", search: Search);
        rig.Server.Set("nats.cordum.svc", DnsRecord.Address("10.0.0.1"));

        await rig.AskAsync();

        Assert.All(rig.Server.Asked, asked => Assert.Equal("nats.cordum.svc", asked.Name));
    }

    [Fact]
    public async Task A_dot_at_the_end_says_that_the_name_is_in_full()
    {
        await using var rig = new DiscoveryRig("nats.", search: Search);
        rig.Server.Set("nats.corp.example", DnsRecord.Address("10.9.9.9"));

        await rig.FailAsync(DiscoveryProblem.NoSuchName);
        Assert.All(rig.Server.Asked, asked => Assert.Equal("nats", asked.Name));
    }

    [Theory]
    [InlineData(DnsFault.ServerFailure, DiscoveryProblem.ServerFailure)]
    [InlineData(DnsFault.Silent, DiscoveryProblem.Timeout)]
    internal async Task A_completion_of_which_nobody_knows_is_not_passed_over(DnsFault fault, DiscoveryProblem problem)
    {
        await using var rig = new DiscoveryRig("nats.cordum", search: Search, silence: fault == DnsFault.Silent);
        rig.Server.Set("nats.cordum.corp.example", DnsRecord.Address("10.9.9.9"));
        rig.Server.Fail(fault, "nats.cordum.svc.example");

        await rig.FailAsync(problem);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_completion_that_exists_ends_the_search_even_if_it_names_nobody(bool byAlias)
    {
        await using var rig = new DiscoveryRig("nats.cordum", search: Search);
        rig.Server.Set("nats.cordum.svc.example", byAlias ? [DnsRecord.Alias("gone.example")] : []);
        rig.Server.Set("nats.cordum.corp.example", DnsRecord.Address("10.9.9.9"));

        await rig.FailAsync(byAlias ? DiscoveryProblem.NoSuchName : DiscoveryProblem.NoRecords);
    }

    [Fact]
    public async Task A_name_that_exists_nowhere_is_told_with_all_that_was_asked()
    {
        await using var rig = new DiscoveryRig("nats.cordum", search: Search);

        var failure = await rig.FailAsync(DiscoveryProblem.NoSuchName);

        foreach (var asked in new[] { "nats.cordum.prod.svc.example", "nats.cordum.svc.example", "nats.cordum.corp.example", ", nats.cordum" })
            Assert.Contains(asked, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_the_machine_is_followed()
    {
        await using var rig = new DiscoveryRig("nats", search: "a.example");
        rig.Server.Set("nats.b.example", DnsRecord.Address("10.0.0.1"));
        await rig.FailAsync(DiscoveryProblem.NoSuchName);

        rig.WriteResolvConf("search b.example", rig.Server.EndPoint);

        Assert.Equal(["10.0.0.1"], (await rig.AskAsync()).Names());
    }
}
