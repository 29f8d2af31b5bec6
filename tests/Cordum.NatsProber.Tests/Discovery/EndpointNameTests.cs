using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Cordum.NatsProber.Discovery;
using Cordum.NatsProber.Probes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Discovery;

public sealed class EndpointNameTests
{
    private static readonly Gen<IPAddress> AnyAddress =
        from length in Gen.Elements(4, 16)
        from bytes in Gen.Choose(0, 255).ArrayOf(length)
        select new IPAddress([.. bytes.Select(value => (byte)value)]);

    private static readonly Gen<string> AnyHost =
        from labels in
            (from length in Gen.Frequency((9, Gen.Choose(1, 12)), (1, Gen.Constant(63)))
             from letters in Gen.Elements("abcXYZ019-_".ToCharArray()).ArrayOf(length)
             select new string(letters)).NonEmptyListOf()
        select string.Join('.', labels.Take(3));

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("fd00::1", "fd00-0000-0000-0000-0000-0000-0000-0001")]
    [InlineData("2001:db8:0:1:aB:c:d:e", "2001-0db8-0000-0001-00ab-000c-000d-000e")]
    [InlineData("::", "0000-0000-0000-0000-0000-0000-0000-0000")]
    [InlineData("::ffff:10.0.0.1", "0000-0000-0000-0000-0000-ffff-0a00-0001")]
    public void An_address_is_its_own_name(string address, string name) => Assert.Equal(name, EndpointName.OfAddress(IPAddress.Parse(address)));

    [Theory]
    // Within the asked domain: what stands before it.
    [InlineData("nats-0.cordum-nats.cordum.svc.cluster.local", 4222, "cordum-nats.cordum.svc.cluster.local", "nats-0")]
    [InlineData("nats-0.cordum-nats.cordum.svc.cluster.local.", 4222, "cordum-nats.cordum.svc.cluster.local.", "nats-0")]
    [InlineData("NATS-0.Example.COM", 4222, "example.com", "nats-0")]
    [InlineData("nats-0.example.com", 4222, "EXAMPLE.com", "nats-0")]
    [InlineData("n1.eu.example.com", 4222, "example.com", "n1.eu")]
    // Elsewhere: all of it. A domain ends at a dot.
    [InlineData("n1.example.org", 4222, "example.com", "n1.example.org")]
    [InlineData("n1.notexample.com", 4222, "example.com", "n1.notexample.com")]
    [InlineData("example.com", 4222, "example.com", "example.com")]
    [InlineData("n1", 4222, "example.com", "n1")]
    [InlineData("n1.example.com", 4222, "", "n1.example.com")]
    // A port that does not go without saying.
    [InlineData("n1.example.com", 6222, "example.com", "n1_6222")]
    [InlineData("n1.example.org", 6222, "example.com", "n1.example.org_6222")]
    // A label value begins with a letter or digit; the rest is the beginning of the whole's SHA-256.
    [InlineData("_n1.example.com", 4222, "example.com", "n1-d844a935")]
    [InlineData("__.example.com", 4222, "example.com", "host-9911f4d2")]
    public void A_target_is_named_by_its_host_and_where_it_needs_to_be_by_its_port(string host, int port, string domain, string name) =>
        Assert.Equal(name, EndpointName.OfTarget(host, port, domain, usualPort: 4222));

    [Fact]
    public void A_name_that_is_too_long_keeps_its_beginning_and_differs_where_the_whole_differs()
    {
        var start = new string('a', 60);
        var one = EndpointName.OfTarget($"{start}.b1.example.org", 4222, "example.com", 4222);
        var other = EndpointName.OfTarget($"{start}.b2.example.org", 4222, "example.com", 4222);
        var otherPort = EndpointName.OfTarget($"{start}.b1.example.org", 4223, "example.com", 4222);

        Assert.Equal(63, one.Length);
        Assert.StartsWith(new string('a', 54) + "-", one, StringComparison.Ordinal);
        Assert.Equal(3, new[] { one, other, otherPort }.Distinct().Count());
    }

    [Theory]
    [InlineData("_nats._tcp.example.com", "example.com")]
    [InlineData("_client._tcp.cordum-nats.cordum.svc.cluster.local.", "cordum-nats.cordum.svc.cluster.local")]
    [InlineData("example.com", "example.com")]
    [InlineData("a._b.example.com", "a._b.example.com")]
    [InlineData("_nats._tcp", "")]
    public void The_domain_of_a_service_is_what_follows_its_underscored_labels(string asked, string domain) => Assert.Equal(domain, EndpointName.Domain(asked));

    [Property(MaxTest = 1000)]
    public Property The_name_of_any_address_is_legal_and_tells_its_family() => Prop.ForAll(AnyAddress.ToArbitrary(), address =>
    {
        var name = EndpointName.OfAddress(address);

        Assert.Matches(Names.Pattern, name);
        Assert.Equal(address.AddressFamily, EndpointName.Family(name));
    });

    [Property(MaxTest = 1000)]
    public Property Different_addresses_have_different_names() => Prop.ForAll(AnyAddress.ToArbitrary(), AnyAddress.ToArbitrary(), (one, other) =>
        Assert.Equal(one.Equals(other), EndpointName.OfAddress(one) == EndpointName.OfAddress(other)));

    [Property(MaxTest = 1000)]
    public Property The_name_of_any_target_is_legal_and_no_address() => Prop.ForAll(AnyHost.ToArbitrary(), Gen.Choose(1, 65535).ToArbitrary(), (host, port) =>
    {
        var name = EndpointName.OfTarget($"x{host}", port, "example.com", 4222);

        Assert.Matches(Names.Pattern, name);
        Assert.Null(EndpointName.Family(name));
        Assert.Matches(new Regex(Names.Pattern), EndpointName.OfTarget(host, port, "example.com", 4222));
    });

    [Theory]
    [InlineData("10.0.0.1", AddressFamily.InterNetwork)]
    [InlineData("fd00-0000-0000-0000-0000-0000-0000-0001", AddressFamily.InterNetworkV6)]
    [InlineData("nats-0", null)]
    [InlineData("10", null)] // an address to some parsers
    [InlineData("0a.0.0.1", null)]
    [InlineData("FD00-0000-0000-0000-0000-0000-0000-0001", null)]
    public void Only_what_an_address_is_called_counts_as_one(string name, AddressFamily? family) => Assert.Equal(family, EndpointName.Family(name));
}
