using System.Net;
using System.Net.Sockets;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NATS.Client.Core;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>Whole dials, with the real client, against brokers that play a script. Time is the test's own, so that silence costs none.</summary>
public sealed class PinnedConnectorTests
{
    private const string Secret = "s3cr3t-t0ken";

    private readonly FakeTimeProvider _time = new();
    private readonly ProberClock _clock;
    private readonly List<ConnectPhase> _phases = [];
    private volatile TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PinnedConnectorTests() => _clock = new ProberClock(_time);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private PinnedConnector To(int port, TlsSettings? tls = null, NatsAuthOpts? auth = null, string host = "127.0.0.1") => new(
        new LinkTarget(host, port, "natsprober test", () => new PresentedCredentials(auth ?? new NatsAuthOpts { Token = Secret }, "the credentials of this test"), tls is null ? null : new TlsPolicy(tls)),
        _clock,
        _time,
        NullLoggerFactory.Instance);

    private async Task<DialResult> DialAsync(PinnedConnector connector, Func<BrokerInfo, string?>? rightBroker = null, CancellationToken? stop = null)
    {
        var connected = _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var dialling = connector.DialAsync(
            rightBroker ?? (_ => null),
            (phase, _) =>
            {
                _phases.Add(phase);
                if (phase == ConnectPhase.Tcp)
                    connected.SetResult();
            },
            DialPace.Longest,
            stop ?? Stop);
        return await dialling.WaitAsync(TimeSpan.FromSeconds(20), Stop); // a dial that waits for more than the script gives it fails here, and does not hang
    }

    private async Task<DialResult.Failed> FailureAsync(PinnedConnector connector, Func<BrokerInfo, string?>? rightBroker = null)
    {
        var failed = Assert.IsType<DialResult.Failed>(await DialAsync(connector, rightBroker));
        Assert.DoesNotContain(Secret, failed.Detail, StringComparison.Ordinal);
        return failed;
    }

    private static TimeSpan TimeUp => PinnedConnector.DialTimeout + TimeSpan.FromMilliseconds(1);

    /// <summary>Lets the dial's time run out in the silence after the connection was made.</summary>
    private async Task StaySilentAsync()
    {
        await _connected.Task;
        _time.Advance(TimeUp);
    }

    [Fact]
    public async Task A_broker_that_welcomes_is_held()
    {
        await using var broker = new FakeBroker(async caller =>
        {
            await caller.SayAsync(FakeBroker.Info());
            await caller.HearAsync("PING\r\n");
            _time.Advance(TimeSpan.FromMilliseconds(30));
            await caller.SayAsync("PONG\r\n");
            await caller.HearOutAsync();
        });
        BrokerInfo? asked = null;
        var opened = Assert.IsType<DialResult.Opened>(await DialAsync(To(broker.Port), info =>
        {
            asked = info;
            return null;
        }));
        var caller = await broker.NextCallerAsync();

        Assert.Equal((FakeBroker.ServerId, "nats-0", 7ul), (opened.Session.Broker.ServerId, opened.Session.Broker.ServerName, opened.Session.Broker.ClientId));
        Assert.Same(opened.Session.Broker, asked);
        Assert.Equal(NatsConnectionState.Open, opened.Session.Connection.ConnectionState);
        Assert.StartsWith("CONNECT {", caller.Heard, StringComparison.Ordinal);
        Assert.Contains(Secret, caller.Heard, StringComparison.Ordinal);
        Assert.Contains("natsprober test", caller.Heard, StringComparison.Ordinal);
        Assert.Equal([ConnectPhase.Dns, ConnectPhase.Tcp, ConnectPhase.Info, ConnectPhase.Auth], _phases);
        // Open is when the PONG was read, not when somebody got round to it.
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMilliseconds(30)), (opened.Began, opened.At));
        Assert.False(opened.Session.Ended.IsCompleted);

        await opened.Session.DisposeAsync();
        await caller.WhenGoneAsync();
    }

    [Fact]
    public async Task A_session_that_is_lost_ends_once_and_dials_nobody()
    {
        await using var broker = new FakeBroker(async caller =>
        {
            await caller.SayAsync(FakeBroker.Info(more: ",\"connect_urls\":[\"127.0.0.1:1\"]"));
            await caller.HearAsync("PING\r\n");
            await caller.SayAsync("PONG\r\n");
            await caller.SayAsync("-ERR 'Stale Connection'\r\n");
        });
        var opened = Assert.IsType<DialResult.Opened>(await DialAsync(To(broker.Port)));
        await broker.NextCallerAsync();

        Assert.Equal(DisconnectCause.Stale, (await opened.Session.Ended.WaitAsync(TimeSpan.FromSeconds(20), Stop)).Cause);
        await opened.Session.DisposeAsync();

        await opened.Session.Connection.DisposeAsync();
        Assert.False(broker.HasNextCaller);
    }

    [Theory]
    [InlineData("Authorization Violation", DisconnectCause.Auth)]
    [InlineData("authentication timeout", DisconnectCause.Auth)]
    [InlineData("User Authentication Expired", DisconnectCause.AuthExpired)]
    [InlineData("maximum account active connections exceeded", DisconnectCause.MaxConnections)]
    public async Task A_broker_that_refuses_the_credentials_is_quoted(string error, DisconnectCause cause)
    {
        await using var broker = new FakeBroker(async caller =>
        {
            await caller.SayAsync(FakeBroker.Info());
            await caller.HearAsync("PING\r\n");
            await caller.SayAsync($"-ERR '{error}'\r\n");
        });

        var failed = await FailureAsync(To(broker.Port));

        Assert.Equal((cause, ConnectPhase.Auth), (failed.Cause, failed.Phase));
        Assert.Contains(error, failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_is_full_is_understood_however_its_words_arrive()
    {
        foreach (var together in new[] { true, false })
        {
            await using var broker = new FakeBroker(async caller =>
            {
                await caller.SayAsync(FakeBroker.Info() + (together ? "-ERR 'maximum connections exceeded'\r\n" : ""));
                if (!together)
                    await caller.SayAsync("-ERR 'maximum connections exceeded'\r\n");
                await caller.HearOutAsync();
            });

            Assert.Equal(DisconnectCause.MaxConnections, (await FailureAsync(To(broker.Port))).Cause);
        }
    }

    [Fact]
    public async Task A_broker_that_refuses_before_info_is_understood()
    {
        await using var broker = new FakeBroker(caller => caller.SayAsync("-ERR 'Connection throttling is active. Please try again later.'\r\n"));

        var failed = await FailureAsync(To(broker.Port));

        Assert.Equal((DisconnectCause.MaxConnections, ConnectPhase.Info), (failed.Cause, failed.Phase));
    }

    [Fact]
    public async Task A_broker_that_hangs_up_after_connect_is_eof()
    {
        await using var broker = new FakeBroker(async caller =>
        {
            await caller.SayAsync(FakeBroker.Info());
            await caller.HearAsync("PING\r\n");
        });

        var failed = await FailureAsync(To(broker.Port));

        Assert.Equal((DisconnectCause.Eof, ConnectPhase.Auth), (failed.Cause, failed.Phase));
    }

    [Fact]
    public async Task A_broker_that_resets_after_connect_is_a_reset()
    {
        await using var broker = new FakeBroker(async caller =>
        {
            await caller.SayAsync(FakeBroker.Info());
            await caller.HearAsync("PING\r\n");
            caller.Reset();
        });

        var failed = await FailureAsync(To(broker.Port));

        Assert.Equal((DisconnectCause.Reset, ConnectPhase.Auth), (failed.Cause, failed.Phase));
    }

    [Fact]
    public async Task A_broker_that_hangs_up_before_info_is_eof()
    {
        await using var broker = new FakeBroker(_ => Task.CompletedTask);

        var failed = await FailureAsync(To(broker.Port));

        Assert.Equal((DisconnectCause.Eof, ConnectPhase.Info), (failed.Cause, failed.Phase));
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_refused()
    {
        int port;
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        }

        var failed = await FailureAsync(To(port));

        Assert.Equal((DisconnectCause.Refused, ConnectPhase.Tcp), (failed.Cause, failed.Phase));
        Assert.Equal([ConnectPhase.Dns], _phases);
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_a_failure_of_dns()
    {
        var failed = await FailureAsync(To(4222, host: "no such host"));

        Assert.Equal((DisconnectCause.Dns, ConnectPhase.Dns), (failed.Cause, failed.Phase));
        Assert.Contains("no such host", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_after_connect_is_a_timeout_and_the_connection_is_closed()
    {
        await using var broker = new FakeBroker(async caller =>
        {
            await caller.SayAsync(FakeBroker.Info());
            await caller.HearAsync("PING\r\n");
            _time.Advance(TimeUp);
            await caller.HearOutAsync();
        });

        var failed = await FailureAsync(To(broker.Port));

        Assert.Equal((DisconnectCause.Timeout, ConnectPhase.Auth), (failed.Cause, failed.Phase));
        Assert.Equal((TimeSpan.Zero, TimeUp), (failed.Began, failed.At));
        Assert.Contains("PONG", failed.Detail, StringComparison.Ordinal);
        await (await broker.NextCallerAsync()).WhenGoneAsync();
    }

    [Fact]
    public async Task A_silent_port_that_answers_http_is_told_to_be_one()
    {
        await using var broker = new FakeBroker(async caller =>
        {
            await StaySilentAsync();
            await caller.HearAsync("GET / HTTP/1.0\r\n\r\n");
            await caller.SayAsync("HTTP/1.1 200 OK\r\n\r\n");
        });

        var failed = await FailureAsync(To(broker.Port));

        Assert.Equal((DisconnectCause.NotNats, ConnectPhase.Info), (failed.Cause, failed.Phase));
        Assert.Contains("HTTP", failed.Detail, StringComparison.Ordinal);
        Assert.Equal(TimeUp, failed.At); // the silence had lasted that long, not the question
        Assert.DoesNotContain("CONNECT", await (await broker.NextCallerAsync()).WhenGoneAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n")]
    public async Task A_silent_port_that_does_not_answer_http_either_was_silent(string answer)
    {
        await using var broker = new FakeBroker(async caller =>
        {
            await StaySilentAsync();
            await caller.HearAsync("GET / HTTP/1.0\r\n\r\n");
            await caller.SayAsync(answer);
            if (answer.Length == 0)
                _time.Advance(TimeSpan.FromSeconds(1));
            await caller.HearOutAsync();
        });

        var failed = await FailureAsync(To(broker.Port));

        Assert.Equal((DisconnectCause.Timeout, ConnectPhase.Info), (failed.Cause, failed.Phase));
    }

    /// <summary>A hung broker that wakes must not find strange bytes.</summary>
    [Fact]
    public async Task A_silent_port_that_once_spoke_nats_is_not_asked_for_http()
    {
        var calls = 0;
        await using var broker = new FakeBroker(async caller =>
        {
            if (Interlocked.Increment(ref calls) == 1)
                await caller.SayAsync(FakeBroker.Info());
            else
                await StaySilentAsync();
            await caller.HearOutAsync();
        });
        var connector = To(broker.Port);
        await FailureAsync(connector, _ => "not this one");
        await broker.NextCallerAsync();

        var failed = await FailureAsync(connector);

        Assert.Equal((DisconnectCause.Timeout, ConnectPhase.Info), (failed.Cause, failed.Phase));
        Assert.Equal("", await (await broker.NextCallerAsync()).WhenGoneAsync());
    }

    [Fact]
    public async Task A_port_that_greets_with_something_else_is_no_nats_and_is_told_nothing()
    {
        await using var broker = new FakeBroker(async caller =>
        {
            await caller.SayAsync("SSH-2.0-OpenSSH_9.2p1\r\n");
            await caller.HearOutAsync();
        });

        var failed = await FailureAsync(To(broker.Port));

        Assert.Equal((DisconnectCause.NotNats, ConnectPhase.Info), (failed.Cause, failed.Phase));
        Assert.Equal("", await (await broker.NextCallerAsync()).WhenGoneAsync());
    }

    [Fact]
    public async Task A_wrong_broker_is_given_no_credentials_and_not_a_single_byte()
    {
        await using var broker = new FakeBroker(FakeBroker.WelcomeAsync);

        var failed = await FailureAsync(To(broker.Port), _ => "expected another");

        Assert.Equal((DisconnectCause.WrongServer, "expected another"), (failed.Cause, failed.Detail));
        Assert.Equal("", await (await broker.NextCallerAsync()).WhenGoneAsync());
    }

    [Fact]
    public async Task A_broker_without_tls_where_tls_is_asked_for_is_given_no_credentials_and_not_a_single_byte()
    {
        await using var broker = new FakeBroker(FakeBroker.WelcomeAsync);

        var failed = await FailureAsync(To(broker.Port, new TlsSettings()));

        Assert.Equal(DisconnectCause.Tls, failed.Cause);
        Assert.Equal("", await (await broker.NextCallerAsync()).WhenGoneAsync());
    }

    [Theory]
    [InlineData(",\"tls_required\":true", false)]
    [InlineData(",\"tls_required\":true", true)]
    [InlineData(",\"tls_available\":true", true)]
    public async Task A_broker_that_offers_tls_and_cannot_do_it_is_given_no_credentials(string offer, bool configured)
    {
        await using var broker = new FakeBroker(async caller =>
        {
            await caller.SayAsync(FakeBroker.Info(more: offer));
            await caller.HearAsync("\u0001"); // somewhere in the client's hello
            await caller.SayAsync("this is no handshake");
            await caller.HearOutAsync();
        });

        var failed = await FailureAsync(To(broker.Port, configured ? new TlsSettings() : null));

        Assert.Equal((DisconnectCause.Tls, ConnectPhase.Tls), (failed.Cause, failed.Phase));
        Assert.DoesNotContain("CONNECT", await (await broker.NextCallerAsync()).WhenGoneAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_handshake_comes_first_nothing_is_said_in_clear()
    {
        await using var broker = new FakeBroker(FakeBroker.WelcomeAsync);

        var failed = await FailureAsync(To(broker.Port, new TlsSettings { HandshakeFirst = true }));

        Assert.Equal((DisconnectCause.Tls, ConnectPhase.Tls), (failed.Cause, failed.Phase));
        Assert.DoesNotContain("CONNECT", await (await broker.NextCallerAsync()).WhenGoneAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_cannot_be_read_are_a_failure_of_auth()
    {
        await using var broker = new FakeBroker(FakeBroker.WelcomeAsync);
        var target = new LinkTarget("127.0.0.1", broker.Port, "natsprober test", () => Credentials.Present(new AuthSettings { TokenFile = "/no/such/secret" }), null);

        var failed = await FailureAsync(new PinnedConnector(target, _clock, _time, NullLoggerFactory.Instance));

        Assert.Equal((DisconnectCause.Auth, ConnectPhase.Auth), (failed.Cause, failed.Phase));
        Assert.Equal("", await (await broker.NextCallerAsync()).WhenGoneAsync());
    }

    /// <summary>A secret that was cut off in copying is the operator's to mend: a failed dial that says so, and no fault of broker or prober.</summary>
    [Theory]
    [InlineData(true, "seed")]
    [InlineData(false, "JWT")]
    public async Task Credentials_that_make_no_sense_are_a_failure_of_auth(bool isSeed, string named)
    {
        await using var broker = new FakeBroker(async caller =>
        {
            await caller.SayAsync(FakeBroker.Info(more: ",\"auth_required\":true,\"nonce\":\"bm9uY2U\""));
            await caller.HearOutAsync();
        });
        var auth = isSeed
            ? new NatsAuthOpts { AuthCredCallback = (_, _) => ValueTask.FromResult(NatsAuthCred.FromNkey(Secret)) }
            : new NatsAuthOpts { Creds = Secret };

        var failed = await FailureAsync(To(broker.Port, auth: auth));

        Assert.Equal((DisconnectCause.Auth, ConnectPhase.Auth), (failed.Cause, failed.Phase));
        Assert.Contains(named, failed.Detail, StringComparison.Ordinal);
        Assert.Equal("", await (await broker.NextCallerAsync()).WhenGoneAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_stop_ends_a_dial_by_cancellation_wherever_it_stands(bool afterInfo)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using var broker = new FakeBroker(async caller =>
        {
            if (afterInfo)
            {
                await caller.SayAsync(FakeBroker.Info());
                await caller.HearAsync("PING\r\n");
            }

            await stop.CancelAsync();
            await caller.HearOutAsync();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DialAsync(To(broker.Port), stop: stop.Token));

        await (await broker.NextCallerAsync()).WhenGoneAsync();
    }
}
