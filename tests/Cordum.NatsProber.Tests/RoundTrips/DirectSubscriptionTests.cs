using System.Buffers;
using System.Text;
using Cordum.NatsProber.RoundTrips;

namespace Cordum.NatsProber.Tests.RoundTrips;

public sealed class DirectSubscriptionTests
{
    [Theory]
    [InlineData("NATS/1.0 503\r\n\r\n", "", true)]
    [InlineData("NATS/1.0 503 No Responders\r\n\r\n", "", true)]
    [InlineData("NATS/1.0 503\r\n\r\n", "payload", false)]
    [InlineData("NATS/1.0 404\r\n\r\n", "", false)]
    [InlineData("NATS/1.0\r\nStatus: NATS/1.0 503\r\n\r\n", "", false)]
    [InlineData("NATS/1.0 50", "", false)]
    [InlineData(null, "", false)]
    public void That_nobody_listens_is_the_status_503_without_a_payload(string? headers, string payload, bool says)
    {
        ReadOnlySequence<byte>? lines = headers is null ? null : new(Encoding.ASCII.GetBytes(headers));

        Assert.Equal(says, DirectSubscription.SaysNoResponders(lines, new(Encoding.ASCII.GetBytes(payload))));
    }
}
