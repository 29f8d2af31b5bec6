using Cordum.NatsProber.Brokers;

namespace Cordum.NatsProber.Tests.Brokers;

public sealed class ConnectionRecordTests
{
    /// <summary>All texts of <c>ClosedState.String</c> of nats-server 2.15.1 (server/monitor.go).</summary>
    [Theory]
    [InlineData("Client Closed", CloseReason.ClientClosed)]
    [InlineData("Authentication Timeout", CloseReason.Auth)]
    [InlineData("Authentication Failure", CloseReason.Auth)]
    [InlineData("TLS Handshake Failure", CloseReason.Other)]
    [InlineData("Slow Consumer (Pending Bytes)", CloseReason.SlowConsumer)]
    [InlineData("Slow Consumer (Write Deadline)", CloseReason.SlowConsumer)]
    [InlineData("Write Error", CloseReason.SocketError)]
    [InlineData("Read Error", CloseReason.SocketError)]
    [InlineData("Parse Error", CloseReason.Other)]
    [InlineData("Stale Connection", CloseReason.Stale)]
    [InlineData("Protocol Violation", CloseReason.Other)]
    [InlineData("Bad Client Protocol Version", CloseReason.Other)]
    [InlineData("Incorrect Port", CloseReason.Other)]
    [InlineData("Maximum Connections Exceeded", CloseReason.Limit)]
    [InlineData("Maximum Account Connections Exceeded", CloseReason.Limit)]
    [InlineData("Maximum Message Payload Exceeded", CloseReason.Other)]
    [InlineData("Maximum Control Line Exceeded", CloseReason.Other)]
    [InlineData("Maximum Subscriptions Exceeded", CloseReason.Other)]
    [InlineData("Duplicate Route", CloseReason.Other)]
    [InlineData("Route Removed", CloseReason.Other)]
    [InlineData("Server Shutdown", CloseReason.Shutdown)]
    [InlineData("Authentication Expired", CloseReason.Auth)]
    [InlineData("Wrong Gateway", CloseReason.Other)]
    [InlineData("Missing Account", CloseReason.Auth)]
    [InlineData("Credentials Revoked", CloseReason.Auth)]
    [InlineData("Internal Client", CloseReason.Other)]
    [InlineData("Message Header Violation", CloseReason.Other)]
    [InlineData("No Responders Requires Headers", CloseReason.Other)]
    [InlineData("Cluster Name Conflict", CloseReason.Other)]
    [InlineData("Duplicate Remote LeafNode Connection", CloseReason.Other)]
    [InlineData("Duplicate Client ID", CloseReason.Other)]
    [InlineData("Duplicate Server Name", CloseReason.Other)]
    [InlineData("Minimum Version Required", CloseReason.Other)]
    [InlineData("Cluster Names Identical", CloseReason.Other)]
    [InlineData("Kicked", CloseReason.Kicked)]
    [InlineData("Unknown State", CloseReason.Other)]
    [InlineData("", CloseReason.Other)]
    [InlineData("kicked", CloseReason.Other)] // the server's spelling, and no other
    public void Every_reason_has_its_meaning(string text, CloseReason meaning) => Assert.Equal(meaning, ConnectionRecord.Meaning(text));

    [Fact]
    public void It_reads_as_what_the_broker_does()
    {
        Assert.Equal("has no record of the connection", ConnectionRecord.None.ToString());
        Assert.Equal("still counts the connection as open", new ConnectionRecord(ConnectionFate.Open, CloseReason.Other, "", null, null).ToString());
        Assert.Equal("closed the connection: Kicked.[31m", Story.Closed("Kicked\u001b[31m").ToString()); // a broker's text steers no terminal
    }
}
