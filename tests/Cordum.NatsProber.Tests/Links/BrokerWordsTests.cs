using System.Text;
using Cordum.NatsProber.Links;
using FsCheck;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Links;

public sealed class BrokerWordsTests
{
    [Theory]
    [InlineData("-ERR 'Stale Connection'\r\n", "Stale Connection")]
    [InlineData("PONG\r\n-ERR 'Stale Connection'\r\n", "Stale Connection")]
    [InlineData("-ERR 'Invalid Subject'\r\n-ERR 'Stale Connection'\r\n", "Stale Connection")]
    [InlineData("MSG a 1 5\r\nit's\n\r\n-ERR 'b'\r\n", "b")]
    [InlineData("-ERR 'it's odd'\r\n", "it's odd")]
    public void The_error_is_the_last_line(string tail, string error) => Assert.Equal(error, BrokerWords.ErrorAtEnd(Encoding.UTF8.GetBytes(tail)));

    [Theory]
    [InlineData("")]
    [InlineData("PONG\r\n")]
    [InlineData("-ERR 'Stale Connection'")]
    [InlineData("-ERR 'Stale Connection'\r")]
    [InlineData("-ERR 'Stale Connection'\r\nPING\r\n")]
    [InlineData("-ERR 'Permissions Violation for Publish to \"a\"'\r\nMSG a 1 2\r\nhi\r\n")]
    [InlineData("-ERR '\r\n")]
    [InlineData("'\r\n")]
    [InlineData("RR 'Stale Connection'\r\n")]
    [InlineData("x-ERR 'Stale Connection'\r\n")]
    [InlineData("ERR 'Stale Connection'\r\n")]
    public void What_does_not_end_with_an_error_line_has_no_error(string tail) => Assert.Null(BrokerWords.ErrorAtEnd(Encoding.UTF8.GetBytes(tail)));

    [Property(MaxTest = 1000)]
    public void Any_bytes_can_be_asked(byte[] tail)
    {
        var error = BrokerWords.ErrorAtEnd(tail);

        Assert.True(error is null || tail.AsSpan().EndsWith("'\r\n"u8));
        BrokerWords.CouldBeNats(tail);
    }

    [Theory]
    [InlineData("INFO {\"server_id\":\"A\"}\r\n")]
    [InlineData("info {")]
    [InlineData("-ERR 'maximum connections exceeded'\r\n")]
    public void Every_beginning_of_what_a_broker_says_first_could_be_nats(string line)
    {
        for (var length = 0; length <= line.Length; length++)
            Assert.True(BrokerWords.CouldBeNats(Encoding.UTF8.GetBytes(line[..length])), line[..length]);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n")]
    [InlineData("INFORMATION")]
    [InlineData("INFO{")]
    [InlineData("-ERR unknown command\r\n")] // Redis
    [InlineData("+OK\r\n")]
    [InlineData("\r\n")]
    [InlineData("\0")]
    [InlineData("\u0015\u0003\u0003")] // a TLS alert
    public void A_strangers_first_words_are_not_nats(string line) => Assert.False(BrokerWords.CouldBeNats(Encoding.UTF8.GetBytes(line)));
}
