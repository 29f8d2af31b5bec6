using System.Net;
using Cordum.NatsProber.Discovery;

namespace Cordum.NatsProber.Tests.Discovery;

/// <summary>The addresses of a target, for a dial.</summary>
public sealed class DnsAddressesTests
{
    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("fd00::1")]
    public async Task An_address_stands_for_itself(string address)
    {
        await using var rig = new DiscoveryRig("_nats._tcp.example");

        Assert.Equal([IPAddress.Parse(address)], await AddressesAsync(rig, address));
        Assert.Empty(rig.Server.Asked);
    }

    [Fact]
    public async Task Come_in_a_fixed_order_whatever_the_server_does()
    {
        await using var rig = new DiscoveryRig("_nats._tcp.example");
        DnsRecord[] records = [DnsRecord.Address("fd00::1"), DnsRecord.Address("10.0.0.10"), DnsRecord.Address("10.0.0.2")];
        IPAddress[] expected = [IPAddress.Parse("10.0.0.2"), IPAddress.Parse("10.0.0.10"), IPAddress.Parse("fd00::1")];
        rig.Server.Set("n1.example", records);
        Assert.Equal(expected, await AddressesAsync(rig, "n1.example"));

        rig.Server.Set("n1.example", [.. records.Reverse()]);
        Assert.Equal(expected, await AddressesAsync(rig, "n1.example"));
    }

    [Fact]
    public async Task A_target_is_in_full_and_not_completed()
    {
        await using var rig = new DiscoveryRig("_nats._tcp", search: "a.example");
        rig.Server.Set("n1.a.example", DnsRecord.Address("10.9.9.9"));

        Assert.Equal(DiscoveryProblem.NoSuchName, (await Assert.ThrowsAsync<DiscoveryException>(() => AddressesAsync(rig, "n1"))).Problem);
    }

    [Fact]
    public async Task Silence_about_one_family_does_not_hold_up_the_other()
    {
        await using var rig = new DiscoveryRig("_nats._tcp.example", time: TimeProvider.System);
        rig.Server.Set("n1.example", DnsRecord.Address("10.0.0.1"));
        rig.Server.Fail(DnsFault.Silent, type: DnsType.Aaaa);

        Assert.Equal([IPAddress.Parse("10.0.0.1")], await AddressesAsync(rig, "n1.example"));
        // Its second question, which it would have waited for otherwise, was never asked.
        Assert.Single(rig.Server.Asked, asked => asked.Type == DnsType.Aaaa);
    }

    [Fact]
    public async Task A_dial_does_not_wait_for_a_server_that_was_silent_at_the_ask()
    {
        await using var rig = new DiscoveryRig("_nats._tcp.example", search: "a.example", silence: true);
        await using var second = new TestDnsServer();
        rig.WriteResolvConf("", rig.Server.EndPoint, second.EndPoint);
        rig.Server.Fail(DnsFault.Silent);
        second.Set("_nats._tcp.example", DnsRecord.Service("n1.example", 4222));
        second.Set("n1.example", DnsRecord.Address("10.0.0.1"));
        await rig.AskAsync();

        Assert.Equal([IPAddress.Parse("10.0.0.1")], await AddressesAsync(rig, "n1.example"));
        Assert.DoesNotContain(rig.Server.Asked, asked => asked.Name == "n1.example");

        // Unless the machine's servers are others now.
        rig.WriteResolvConf("", rig.Server.EndPoint);
        rig.Server.Recover();
        rig.Server.Set("n1.example", DnsRecord.Address("10.0.0.2"));
        Assert.Equal([IPAddress.Parse("10.0.0.2")], await AddressesAsync(rig, "n1.example"));
    }

    [Fact]
    public async Task A_fault_of_one_family_leaves_the_other()
    {
        await using var rig = new DiscoveryRig("_nats._tcp.example");
        rig.Server.Set("n1.example", DnsRecord.Address("fd00::1"));
        rig.Server.Fail(DnsFault.ServerFailure, type: DnsType.A);

        Assert.Equal([IPAddress.Parse("fd00::1")], await AddressesAsync(rig, "n1.example"));
    }

    [Fact]
    public async Task None_is_a_failure()
    {
        await using var rig = new DiscoveryRig("_nats._tcp.example");
        rig.Server.Set("empty.example");

        Assert.Equal(DiscoveryProblem.NoRecords, (await Assert.ThrowsAsync<DiscoveryException>(() => AddressesAsync(rig, "empty.example"))).Problem);
        Assert.Equal(DiscoveryProblem.NoSuchName, (await Assert.ThrowsAsync<DiscoveryException>(() => AddressesAsync(rig, "gone.example"))).Problem);
        Assert.Equal(DiscoveryProblem.NoSuchName, (await Assert.ThrowsAsync<DiscoveryException>(() => AddressesAsync(rig, "no host"))).Problem);
    }

    private static Task<IPAddress[]> AddressesAsync(DiscoveryRig rig, string host) => rig.Discovery.AddressesAsync(host, TestContext.Current.CancellationToken);
}
