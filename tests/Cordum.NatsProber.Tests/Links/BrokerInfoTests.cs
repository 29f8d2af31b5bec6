using System.Text;
using Cordum.NatsProber.Links;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Links;

public sealed class BrokerInfoTests
{
    private static BrokerInfo? Parse(string json) => BrokerInfo.TryParse(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void All_that_a_prober_needs_is_read_and_the_rest_passed_over()
    {
        var info = Parse(
            """
            {"server_id":"NAB","server_name":"nats-0","version":"2.15.1","proto":1,"go":"go1.25","host":"0.0.0.0","port":4222,"headers":true,
            "max_payload":1048576,"jetstream":true,"client_id":18446744073709551615,"client_ip":"::1","tls_required":true,"tls_available":true,"ldm":true,
            "connect_urls":["10.0.0.1:4222"],"nonce":"x"} 
            """ + "\r\n");

        Assert.Equal(
            new BrokerInfo
            {
                ServerId = "NAB",
                ServerName = "nats-0",
                Version = "2.15.1",
                ClientId = ulong.MaxValue,
                TlsRequired = true,
                TlsAvailable = true,
                LameDuck = true,
            },
            info);
    }

    /// <summary>Old servers announce no name.</summary>
    [Theory]
    [InlineData("""{"server_id":"NAB"}""")]
    [InlineData("""{"server_id":"NAB","server_name":null,"version":null}""")]
    public void What_a_broker_leaves_out_is_empty(string json)
    {
        Assert.Equal(new BrokerInfo { ServerId = "NAB" }, Parse(json));
        Assert.False(Parse(json)!.IsNamed);
    }

    [Theory]
    [InlineData("nats-0", true)]
    [InlineData("NAB", false)] // what a server without a name announces
    [InlineData("", false)]
    public void A_broker_is_named_if_its_name_is_not_its_id(string name, bool named) =>
        Assert.Equal(named, Parse($$"""{"server_id":"NAB","server_name":"{{name}}"}""")!.IsNamed);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"server_id":""}""")]
    [InlineData("""{"server_id":null}""")]
    [InlineData("""{"server_id":7}""")]
    [InlineData("""{"server_id":"NAB","client_id":-1}""")]
    [InlineData("""{"server_id":"NAB","client_id":"7"}""")]
    [InlineData("""{"server_id":"NAB"} PING""")]
    [InlineData("""{"server_id":"NAB",""")]
    public void What_is_no_servers_information_is_null(string json) => Assert.Null(Parse(json));

    [Property(MaxTest = 1000)]
    public void Any_bytes_can_be_asked(byte[] json)
    {
        if (BrokerInfo.TryParse(json) is { } info)
            Assert.NotEmpty(info.ServerId);
    }
}
