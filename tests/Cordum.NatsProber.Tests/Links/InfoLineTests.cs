using System.Text;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Tests.Links;

public sealed class InfoLineTests
{
    private const string Line = "INFO {\"server_id\":\"NAB\",\"server_name\":\"nats-0\"}\r\n";

    private static Task<(BrokerInfo Info, byte[] Bytes)> ReadAsync(params string[] pieces) =>
        InfoLine.ReadAsync(new ScriptedStream(pieces), TestContext.Current.CancellationToken);

    private static async Task<DialException> FailureOf(params string[] pieces) => await Assert.ThrowsAsync<DialException>(() => ReadAsync(pieces));

    private static string[] Drip(string text) => [.. text.Select(c => c.ToString())];

    [Fact]
    public async Task One_read_is_enough()
    {
        var (info, bytes) = await ReadAsync(Line);

        Assert.Equal("nats-0", info.ServerName);
        Assert.Equal(Line, Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public async Task It_may_come_byte_by_byte()
    {
        var (info, bytes) = await ReadAsync(Drip(Line));

        Assert.Equal("NAB", info.ServerId);
        Assert.Equal(Line, Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public async Task It_may_be_split_anywhere()
    {
        for (var at = 1; at < Line.Length; at++)
        {
            var (info, bytes) = await ReadAsync(Line[..at], Line[at..]);

            Assert.Equal("NAB", info.ServerId);
            Assert.Equal(Line, Encoding.UTF8.GetString(bytes));
        }
    }

    [Fact]
    public async Task It_may_be_in_lower_case() => Assert.Equal("NAB", (await ReadAsync("info" + Line[4..])).Info.ServerId);

    /// <summary>A broker that is full says so right after INFO, often in one packet.</summary>
    [Fact]
    public async Task What_comes_behind_it_is_kept_for_the_client()
    {
        var (info, bytes) = await ReadAsync(Line + "-ERR 'maximum connections exceeded'\r\n");

        Assert.Equal("NAB", info.ServerId);
        Assert.Equal(Line + "-ERR 'maximum connections exceeded'\r\n", Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public async Task It_grows_with_the_cluster()
    {
        var urls = string.Join(',', Enumerable.Range(0, 4000).Select(i => $"\"10.0.{i / 256}.{i % 256}:4222\""));
        var line = $"INFO {{\"server_id\":\"NAB\",\"connect_urls\":[{urls}]}}\r\n";

        var (info, bytes) = await ReadAsync([.. line.Chunk(1460).Select(piece => new string(piece))]);

        Assert.Equal("NAB", info.ServerId);
        Assert.Equal(line.Length, bytes.Length);
    }

    [Fact]
    public async Task A_line_without_end_is_given_up_after_256_KB()
    {
        var failure = await FailureOf(["INFO {\"server_id\":\"", .. Enumerable.Repeat(new string('x', 4096), 65)]);

        Assert.Equal(DisconnectCause.NotNats, failure.Cause);
        Assert.InRange(failure.Message.Length, 1, 200);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n")]
    [InlineData("\u0015\u0003\u0003\0\u0002\u0002\u0028")]
    [InlineData("\r\n")]
    [InlineData("INFO {}\r\n")]
    [InlineData("INFO \r\n")]
    [InlineData("INFO \n")]
    [InlineData("INFO {\"server_id\":\r\n")]
    [InlineData("INFO redis\r\n")]
    public async Task A_stranger_is_not_nats_however_its_words_arrive(string words)
    {
        Assert.Equal(DisconnectCause.NotNats, (await FailureOf(words)).Cause);
        Assert.Equal(DisconnectCause.NotNats, (await FailureOf(Drip(words))).Cause);
    }

    /// <summary>A stranger that keeps the connection open is told by its first byte, not by the dial's timeout.</summary>
    [Fact]
    public async Task A_stranger_is_known_before_its_line_ends()
    {
        var silentAfterwards = new ScriptedStream(["SSH"]) { StaysOpen = true };

        var failure = await Assert.ThrowsAsync<DialException>(() => InfoLine.ReadAsync(silentAfterwards, TestContext.Current.CancellationToken));

        Assert.Equal(DisconnectCause.NotNats, failure.Cause);
    }

    [Fact]
    public async Task A_strangers_words_are_quoted_short_and_harmless()
    {
        var failure = await FailureOf("\u001b[31m\"evil\"\\\n{Endpoint}" + new string('x', 1000));

        Assert.DoesNotContain('\u001b', failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Contains("\".[31m.evil...{Endpoint}x", failure.Message, StringComparison.Ordinal);
        Assert.InRange(failure.Message.Length, 1, 120);
    }

    [Theory]
    [InlineData("maximum connections exceeded", DisconnectCause.MaxConnections)]
    [InlineData("Authorization Violation", DisconnectCause.Auth)]
    [InlineData("what is this", DisconnectCause.Protocol)]
    public async Task A_broker_that_refuses_at_once_is_believed(string error, DisconnectCause cause)
    {
        foreach (var pieces in new string[][] { [$"-ERR '{error}'\r\n"], Drip($"-ERR '{error}'\r\n") })
        {
            var failure = await FailureOf(pieces);

            Assert.Equal(cause, failure.Cause);
            Assert.Contains(error, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_end_of_the_connection_is_eof_wherever_it_comes()
    {
        for (var at = 0; at < Line.Length; at++)
            Assert.Equal(DisconnectCause.Eof, (await FailureOf(Line[..at])).Cause);
    }

    [Fact]
    public async Task A_failing_read_is_passed_on()
    {
        var broken = new ScriptedStream(["INFO "]) { Failure = new IOException("reset") };

        await Assert.ThrowsAsync<IOException>(() => InfoLine.ReadAsync(broken, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Silence_lasts_until_it_is_stopped()
    {
        using var stop = new CancellationTokenSource();
        var reading = InfoLine.ReadAsync(new ScriptedStream(["INFO "]) { StaysOpen = true }, stop.Token);

        Assert.False(reading.IsCompleted);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }
}
