using System.Net;
using Cordum.NatsProber.Discovery;
using DnsClient;
using DnsClient.Protocol;

namespace Cordum.NatsProber.Tests.Discovery;

public sealed class DnsAnswerTests
{
    [Fact]
    public void Takes_the_records_of_the_name_and_type()
    {
        var answer = Read([A("nats.example", "10.0.0.1", 30), A("NATS.example", "10.0.0.2", 20), A("other.example", "10.0.0.3", 1)]);

        Assert.Equal(["10.0.0.1", "10.0.0.2"], Addresses(answer));
        Assert.Equal(TimeSpan.FromSeconds(20), answer.Ttl);
        Assert.False(answer.IsAliased);
    }

    [Fact]
    public void Follows_aliases_in_any_order_and_holds_no_longer_than_they()
    {
        var answer = Read([A("c.example", "10.0.0.1", 30), Alias("b.example", "C.example", 7), Alias("nats.example", "b.example", 60)]);

        Assert.Equal(["10.0.0.1"], Addresses(answer));
        Assert.Equal(TimeSpan.FromSeconds(7), answer.Ttl);
        Assert.True(answer.IsAliased);
    }

    [Fact]
    public void Says_where_aliases_end_that_lead_to_no_record()
    {
        var answer = Read([Alias("nats.example", "b.example", 60)]);

        Assert.Empty(answer.Records);
        Assert.Equal("b.example", answer.Name, ignoreCase: true);
    }

    [Fact]
    public void An_empty_answer_has_no_time_to_live()
    {
        var answer = Read([]);

        Assert.Equal(("nats.example", TimeSpan.MaxValue, false), (answer.Name, answer.Ttl, answer.IsAliased));
    }

    [Fact]
    public void A_circle_of_aliases_makes_no_sense() => Assert.Equal(
        DiscoveryProblem.Malformed,
        Assert.Throws<DiscoveryException>(() => Read([Alias("nats.example", "b.example", 1), Alias("b.example", "nats.example", 1)])).Problem);

    private static DnsAnswer Read(DnsResourceRecord[] records) => DnsAnswer.Read("nats.example.", ResourceRecordType.A, records, exists: true);

    private static IEnumerable<string> Addresses(DnsAnswer answer) => answer.Records.OfType<ARecord>().Select(record => record.Address.ToString());

    private static ARecord A(string owner, string address, int ttl) => new(new(owner, ResourceRecordType.A, QueryClass.IN, ttl, 4), IPAddress.Parse(address));

    private static CNameRecord Alias(string owner, string target, int ttl) =>
        new(new(owner, ResourceRecordType.CNAME, QueryClass.IN, ttl, 0), DnsString.Parse(target));
}
