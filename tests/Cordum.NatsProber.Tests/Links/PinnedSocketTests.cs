using System.Net.Sockets;
using System.Text;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Time.Testing;

namespace Cordum.NatsProber.Tests.Links;

public sealed class PinnedSocketTests : IDisposable
{
    private const string Info = "INFO {\"server_id\":\"NAB\"}\r\n";

    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedStream _stream = new() { StaysOpen = true };
    private readonly PinnedSocket _socket;

    public PinnedSocketTests() => _socket = SocketWith(Info);

    public void Dispose() => _stream.Dispose();

    private PinnedSocket SocketWith(string info) => new(_stream, Encoding.UTF8.GetBytes(info), new ProberClock(_time));

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    private static async Task<string> ReadAsync(PinnedSocket socket, int length, int buffer = 4096)
    {
        var text = new StringBuilder();
        while (text.Length < length)
        {
            var bytes = new byte[buffer];
            var read = await socket.ReceiveAsync(bytes);
            Assert.InRange(read, 1, buffer);
            text.Append(Encoding.Latin1.GetString(bytes, 0, read));
        }

        return text.ToString();
    }

    private Task<string> ReadInfoAsync() => ReadAsync(_socket, Info.Length);

    private SocketEnd End()
    {
        Assert.True(_socket.Ended.IsCompletedSuccessfully);
        return _socket.Ended.Result;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(26)]
    [InlineData(4096)]
    public async Task The_line_that_was_read_already_comes_first_and_then_the_stream(int buffer)
    {
        _stream.Say("PONG\r\n");

        Assert.Equal(Info + "PONG\r\n", await ReadAsync(_socket, Info.Length + 6, buffer));
    }

    [Fact]
    public async Task What_is_sent_passes_through()
    {
        Assert.Equal(6, await _socket.SendAsync("PING\r\n"u8.ToArray()));

        Assert.Equal("PING\r\n", Encoding.Latin1.GetString([.. _stream.Written]));
    }

    [Fact]
    public async Task The_latest_read_is_dated_when_its_bytes_came()
    {
        _time.Advance(Ms(5));
        await ReadInfoAsync();
        Assert.Equal(TimeSpan.Zero, _socket.LastReadAt); // the line is no news

        var reading = ReadAsync(_socket, 6);
        _time.Advance(Ms(100));
        _stream.Say("PONG\r\n");
        await reading;
        _time.Advance(Ms(100));

        Assert.Equal(Ms(105), _socket.LastReadAt);
    }

    [Fact]
    public async Task What_is_sent_first_after_a_mark_is_dated_and_what_follows_it_is_not()
    {
        await _socket.SendAsync("PING\r\n"u8.ToArray());
        _time.Advance(Ms(10));
        _socket.MarkNextSend();
        Assert.Null(_socket.SentSinceMark);

        _time.Advance(Ms(10));
        await _socket.SendAsync("PUB a 0\r\n\r\n"u8.ToArray());
        _time.Advance(Ms(10));
        await _socket.SendAsync("PUB b 0\r\n\r\n"u8.ToArray());
        Assert.Equal((Ms(20), Ms(30)), (_socket.SentSinceMark!.Value, _socket.LastSentAt));

        _socket.MarkNextSend();
        Assert.Null(_socket.SentSinceMark);
    }

    [Fact]
    public async Task What_waits_behind_bytes_that_the_other_side_does_not_take_waits_for_the_other_side()
    {
        var takes = new TaskCompletionSource();
        _stream.Takes = takes.Task;
        var stuck = _socket.SendAsync("PUB a 0\r\n\r\n"u8.ToArray());
        _time.Advance(Ms(10));
        _socket.MarkNextSend();
        _time.Advance(Ms(500));
        takes.SetResult();
        await stuck;

        await _socket.SendAsync("PUB b 0\r\n\r\n"u8.ToArray());

        Assert.Equal(Ms(10), _socket.SentSinceMark);
    }

    [Theory]
    [InlineData("PONG\r\n")]
    [InlineData("INFO {\"server_id\":\"NAB\",\"more\":1}\r\nPONG\r\n")]
    [InlineData("PONG\r\nMSG a 1 300\r\n")]
    public async Task The_first_PONG_is_the_welcome_however_it_comes(string said)
    {
        foreach (var buffer in new[] { 4096, 5, 1 })
        {
            var socket = new PinnedSocket(new ScriptedStream(said + new string('x', 600)), [], new ProberClock(_time));
            Assert.False(socket.Welcomed.IsCompleted);

            await ReadAsync(socket, said.Length + 600, buffer);

            Assert.True(socket.Welcomed.IsCompletedSuccessfully);
        }
    }

    [Fact]
    public async Task A_refusal_is_no_welcome_and_a_later_PONG_no_second_one()
    {
        await ReadInfoAsync();
        _stream.Say("-ERR 'Authorization Violation'\r\n");
        await ReadAsync(_socket, 32);
        Assert.False(_socket.Welcomed.IsCompleted);

        _time.Advance(Ms(100));
        _stream.Say("PONG\r\n");
        await ReadAsync(_socket, 6);
        _time.Advance(Ms(100));
        _stream.Say("PONG\r\n");
        await ReadAsync(_socket, 6);

        Assert.Equal(Ms(100), await _socket.Welcomed);
    }

    [Fact]
    public async Task The_end_of_the_stream_is_eof_and_dated()
    {
        await ReadInfoAsync();
        _time.Advance(Ms(100));
        _stream.HangUp();

        Assert.Equal(0, await _socket.ReceiveAsync(new byte[16]));

        Assert.Equal((DisconnectCause.Eof, Ms(100), Ms(100)), (End().Cause, End().Began, End().At));
        Assert.Null(_socket.LastWords);
    }

    [Fact]
    public async Task A_failed_read_is_passed_on_and_tells_its_cause()
    {
        await ReadInfoAsync();
        _time.Advance(Ms(100));
        var stream = new ScriptedStream { Failure = new IOException("unable to read", new SocketException((int)SocketError.ConnectionReset)) };
        var socket = new PinnedSocket(stream, [], new ProberClock(_time));
        _time.Advance(Ms(7));

        await Assert.ThrowsAsync<IOException>(async () => await socket.ReceiveAsync(new byte[16]));

        Assert.Equal((DisconnectCause.Reset, Ms(7)), ((await socket.Ended).Cause, (await socket.Ended).At));
    }

    [Theory]
    [InlineData("-ERR 'Stale Connection'\r\n", DisconnectCause.Stale)]
    [InlineData("-ERR 'User Authentication Expired'\r\n", DisconnectCause.AuthExpired)]
    [InlineData("MSG a 1 2\r\nhi\r\n-ERR 'maximum connections exceeded'\r\n", DisconnectCause.MaxConnections)]
    [InlineData("-ERR 'Permissions Violation for Publish to \"a\"'\r\n", DisconnectCause.Eof)]
    [InlineData("-ERR 'Stale Connection'\r\nPING\r\n", DisconnectCause.Eof)]
    [InlineData("PING\r\n", DisconnectCause.Eof)]
    public async Task The_brokers_last_words_say_why_it_hung_up(string words, DisconnectCause cause)
    {
        foreach (var buffer in new[] { 4096, 5, 1 })
        {
            var stream = new ScriptedStream(words);
            var socket = new PinnedSocket(stream, [], new ProberClock(_time));
            await ReadAsync(socket, words.Length, buffer);
            Assert.Equal(0, await socket.ReceiveAsync(new byte[buffer]));

            Assert.Equal(cause, (await socket.Ended).Cause);
        }
    }

    [Fact]
    public async Task Last_words_are_found_behind_any_amount_of_traffic()
    {
        const string Words = "-ERR 'Stale Connection'\r\n";
        foreach (var traffic in new[] { 1, 200, 255, 256, 257, 5000 })
        {
            foreach (var buffer in new[] { 3, 100, 256, 300, 8192 })
            {
                var text = new string('x', traffic) + "\r\n" + Words;
                var socket = new PinnedSocket(new ScriptedStream(text), [], new ProberClock(_time));
                await ReadAsync(socket, text.Length, buffer);

                Assert.Equal("Stale Connection", socket.LastWords);
            }
        }
    }

    /// <summary>A broker that is full sends INFO, its refusal and the end in one packet.</summary>
    [Fact]
    public async Task Last_words_may_have_come_together_with_the_line()
    {
        var said = Info + "-ERR 'maximum connections exceeded'\r\n";
        var socket = SocketWith(said);
        await ReadAsync(socket, said.Length);
        _stream.HangUp();
        await socket.ReceiveAsync(new byte[16]);

        Assert.Equal("maximum connections exceeded", socket.LastWords);
        Assert.Equal(DisconnectCause.MaxConnections, (await socket.Ended).Cause);
    }

    [Fact]
    public async Task A_failed_write_is_the_reason_if_the_client_then_gives_up()
    {
        _stream.WriteFailure = new IOException("broken pipe", new SocketException((int)SocketError.Shutdown));
        _time.Advance(Ms(100));
        await Assert.ThrowsAsync<IOException>(async () => await _socket.SendAsync("PING\r\n"u8.ToArray()));
        Assert.False(_socket.Ended.IsCompleted);

        _time.Advance(Ms(100));
        await _socket.DisposeAsync();

        Assert.Equal((DisconnectCause.Reset, Ms(100)), (End().Cause, End().At));
    }

    [Fact]
    public async Task After_a_failed_write_the_reader_still_finds_the_brokers_last_words()
    {
        await ReadInfoAsync();
        _stream.WriteFailure = new IOException("broken pipe");
        await Assert.ThrowsAsync<IOException>(async () => await _socket.SendAsync("PING\r\n"u8.ToArray()));
        _stream.Say("-ERR 'Authorization Violation'\r\n");
        _stream.HangUp();
        await ReadAsync(_socket, 32);
        await _socket.ReceiveAsync(new byte[16]);
        await _socket.DisposeAsync();

        Assert.Equal(DisconnectCause.Auth, End().Cause);
    }

    [Fact]
    public async Task Last_words_tell_more_than_a_failed_write_even_if_the_client_gives_up_before_it_reads_the_end()
    {
        await ReadInfoAsync();
        _stream.Say("-ERR 'Authorization Violation'\r\n");
        await ReadAsync(_socket, 32);
        _stream.WriteFailure = new IOException("broken pipe");
        _time.Advance(Ms(100));
        await Assert.ThrowsAsync<IOException>(async () => await _socket.SendAsync("PING\r\n"u8.ToArray()));
        _time.Advance(Ms(100));
        await _socket.DisposeAsync();

        Assert.Equal((DisconnectCause.Auth, Ms(100)), (End().Cause, End().At));
    }

    [Fact]
    public async Task A_client_that_gives_up_for_no_reason_that_was_seen_found_it_stale()
    {
        _time.Advance(Ms(100));
        await _socket.DisposeAsync();
        await _socket.DisposeAsync();

        Assert.Equal((DisconnectCause.Stale, Ms(100)), (End().Cause, End().At));
        Assert.True(_stream.IsDisposed);
    }

    [Fact]
    public async Task The_first_reason_stands()
    {
        await ReadInfoAsync();
        var silent = new SocketEnd(DisconnectCause.Timeout, Ms(10), Ms(20), "silent");
        var reading = _socket.ReceiveAsync(new byte[16]).AsTask();

        _socket.End(silent);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading); // the stream is closed under the reader
        _socket.End(silent with { Cause = DisconnectCause.Unknown });
        await _socket.DisposeAsync();

        Assert.Same(silent, End());
    }

    [Fact]
    public async Task A_reason_that_comes_after_the_end_is_ignored()
    {
        await ReadInfoAsync();
        _stream.HangUp();
        await _socket.ReceiveAsync(new byte[16]);
        _socket.End(new SocketEnd(DisconnectCause.Timeout, Ms(10), Ms(20), "silent"));

        Assert.Equal(DisconnectCause.Eof, End().Cause);
    }
}
