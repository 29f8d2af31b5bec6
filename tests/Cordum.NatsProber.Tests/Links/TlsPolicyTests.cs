using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>Whole handshakes with certificates of every kind: which are trusted, and what is said of those that are not.</summary>
public sealed class TlsPolicyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-tls-").FullName;
    private readonly TestAuthority _authority = new("right authority");
    private readonly List<DateTimeOffset> _seen = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private TlsSettings Trusting(TestAuthority? authority = null) => new() { CaFile = Write("ca.pem", (authority ?? _authority).Pem) };

    private async Task<Stream> HandshakeAsync(TlsTestServer server, TlsSettings settings, string host = "nats-0") =>
        await new TlsPolicy(settings).AuthenticateAsync(await server.ConnectAsync(), host, _seen.Add, Stop).WaitAsync(TimeSpan.FromSeconds(20), Stop);

    private async Task<DialException> FailureAsync(TlsTestServer server, TlsSettings settings, string host = "nats-0") =>
        await Assert.ThrowsAsync<DialException>(() => HandshakeAsync(server, settings, host));

    private async Task<DialException> DistrustAsync(IssuedCertificate certificate, TlsSettings? settings = null, string host = "nats-0", string[]? chain = null)
    {
        await using var server = TlsTestServer.Presenting(certificate, HearOutAsync, chain: chain);
        var failure = await FailureAsync(server, settings ?? Trusting(), host);
        Assert.Equal(DisconnectCause.Tls, failure.Cause);
        Assert.Equal(certificate.NotAfter, Assert.Single(_seen)); // also of one that is not trusted
        return failure;
    }

    private static async Task HearOutAsync(SslStream tls, TcpClient client)
    {
        var buffer = new byte[64];
        while (await tls.ReadAsync(buffer, Stop) > 0)
        {
        }
    }

    private static async Task EchoAsync(SslStream tls, TcpClient client)
    {
        var buffer = new byte[64];
        var read = await tls.ReadAsync(buffer, Stop);
        await tls.WriteAsync(buffer.AsMemory(0, read), Stop);
    }

    private static async Task AssertEchoAsync(Stream stream)
    {
        var buffer = new byte[5];
        await stream.WriteAsync("hello"u8.ToArray(), Stop);
        await stream.ReadExactlyAsync(buffer, Stop);
        Assert.Equal("hello"u8, buffer);
    }

    [Fact]
    public async Task A_certificate_of_the_right_authority_for_the_right_host_is_trusted_and_its_end_is_known()
    {
        var certificate = _authority.Issue(["nats-0"]);
        await using var server = TlsTestServer.Presenting(certificate, EchoAsync);

        await using var stream = await HandshakeAsync(server, Trusting());

        await AssertEchoAsync(stream);
        Assert.Equal(certificate.NotAfter, Assert.Single(_seen));
    }

    [Theory]
    [InlineData("127.0.0.1", null, "127.0.0.1")]
    [InlineData("::1", null, "::1")]
    [InlineData("10.9.8.7", "nats-0", "nats-0")]
    [InlineData("elsewhere", "nats-0", "nats-0")]
    [InlineData("nats-0.nats.svc", null, "*.nats.svc")]
    public async Task The_host_may_be_an_address_or_what_the_probe_file_says_instead(string host, string? serverName, string certified)
    {
        await using var server = TlsTestServer.Presenting(_authority.Issue([certified]), EchoAsync);

        await using var stream = await HandshakeAsync(server, Trusting() with { ServerName = serverName }, host);

        await AssertEchoAsync(stream);
    }

    [Fact]
    public async Task An_authority_between_may_come_with_the_certificate()
    {
        using var between = new TestAuthority("between", _authority);
        await using var server = TlsTestServer.Presenting(between.Issue(["nats-0"]), EchoAsync, chain: [between.Pem]);

        await using var stream = await HandshakeAsync(server, Trusting());

        await AssertEchoAsync(stream);
    }

    [Fact]
    public async Task An_expired_certificate_is_told_with_its_end()
    {
        var certificate = _authority.Issue(["nats-0"], from: -9, to: -2);

        var failure = await DistrustAsync(certificate);

        Assert.Equal($"the broker's certificate (CN=nats-0) is not to be trusted: it expired at {certificate.NotAfter:yyyy-MM-dd'T'HH:mm:ss'Z'}: renew it on the broker", failure.Message);
    }

    [Fact]
    public async Task One_that_is_not_valid_yet_is_told_with_its_begin() =>
        Assert.Contains("it is not valid before ", (await DistrustAsync(_authority.Issue(["nats-0"], from: 1))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task One_for_other_hosts_is_told_with_them_and_with_the_one_that_was_wanted()
    {
        var failure = await DistrustAsync(_authority.Issue(["nats-1", "nats-1.nats.svc", "10.0.0.1"]));

        Assert.Contains("it is for nats-1, nats-1.nats.svc, 10.0.0.1, and nats-0 was asked for: check", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_names_are_cut()
    {
        var failure = await DistrustAsync(_authority.Issue([.. Enumerable.Range(1, 40).Select(i => $"n{i}")]));

        Assert.Contains("n1, n2, n3, n4, n5, n6, n7, n8, n9, n10 and 30 more, and nats-0", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_of_another_authority_is_told_with_that_authority()
    {
        using var other = new TestAuthority("other authority");

        var failure = await DistrustAsync(other.Issue(["nats-0"]));

        Assert.Contains($"it leads to the authority CN=other authority, which is not in tls.caFile ({_folder}/ca.pem)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_of_the_right_name_with_another_key_is_another()
    {
        using var impostor = new TestAuthority("right authority");

        Assert.Contains("or is there with another key", (await DistrustAsync(impostor.Issue(["nats-0"]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_ca_file_the_machine_is_asked_and_knows_no_authority_of_a_test() =>
        Assert.Contains(
            "it leads to the authority CN=right authority, which this machine does not trust: set tls.caFile",
            (await DistrustAsync(_authority.Issue(["nats-0"]), new TlsSettings())).Message,
            StringComparison.Ordinal);

    /// <summary>The address is a stranger's: to ask it would be to do a request for him, on a thread of the pool, for as long as he likes.</summary>
    [Fact]
    public async Task A_missing_authority_is_not_fetched_from_where_the_certificate_says()
    {
        using var between = new TestAuthority("between", _authority);
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();

        var failure = await DistrustAsync(between.Issue(["nats-0"], fetchedFrom: $"http://127.0.0.1:{((IPEndPoint)stranger.LocalEndpoint).Port}/ca.crt"));

        Assert.Contains("it leads to the authority CN=between", failure.Message, StringComparison.Ordinal);
        Assert.False(stranger.Pending());
    }

    [Fact]
    public async Task An_expired_authority_above_is_told_apart_from_the_certificate_itself()
    {
        using var between = new TestAuthority("between", _authority, to: -1);

        var failure = await DistrustAsync(between.Issue(["nats-0"]), chain: [between.Pem]);

        Assert.Contains("the authority above it (CN=between) expired at ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("it expired", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_for_clients_only_is_told_in_the_words_of_the_system() =>
        Assert.Contains("NotValidForUsage", (await DistrustAsync(_authority.Issue(["nats-0"], onlyFor: "1.3.6.1.5.5.7.3.2"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        using var other = new TestAuthority("other authority");

        var message = (await DistrustAsync(other.Issue(["nats-1"], from: -9, to: -2))).Message;

        Assert.Contains("expired", message, StringComparison.Ordinal);
        Assert.Contains("it is for nats-1", message, StringComparison.Ordinal);
        Assert.Contains("other authority", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_broker_that_speaks_in_clear_where_tls_should_begin_does_not_speak_tls(bool handshakeFirst)
    {
        await using var server = TlsTestServer.Playing(async client =>
        {
            await client.GetStream().WriteAsync("INFO {\"server_id\":\"A\"}\r\n"u8.ToArray(), Stop);
            await client.GetStream().ReadAtLeastAsync(new byte[4096], 4096, throwOnEndOfStream: false, Stop);
        });

        var failure = await FailureAsync(server, Trusting() with { HandshakeFirst = handshakeFirst });

        Assert.Equal(DisconnectCause.Tls, failure.Cause);
        Assert.Equal(handshakeFirst, failure.Message.Contains("tls.handshakeFirst: false", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_connections_end_in_mid_handshake_is_what_it_is()
    {
        foreach (var (reset, cause) in new[] { (false, DisconnectCause.Eof), (true, DisconnectCause.Reset) })
        {
            await using var server = TlsTestServer.Playing(async client =>
            {
                await client.GetStream().ReadExactlyAsync(new byte[100], Stop);
                if (reset)
                    TlsTestServer.Reset(client);
                else
                    client.Client.Shutdown(SocketShutdown.Send);
                await Task.Yield();
            });

            var failure = await FailureAsync(server, Trusting());

            Assert.Equal(cause, failure.Cause);
            Assert.Contains("in the middle of the TLS handshake", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_handshake_that_nobody_answers_can_be_stopped_and_closes_the_connection()
    {
        var gone = new TaskCompletionSource();
        await using var server = TlsTestServer.Playing(async client =>
        {
            await client.GetStream().ReadAtLeastAsync(new byte[8192], 8192, throwOnEndOfStream: false, Stop);
            gone.SetResult();
        });
        using var stop = new CancellationTokenSource();
        var handshake = new TlsPolicy(Trusting()).AuthenticateAsync(await server.ConnectAsync(), "nats-0", _ => { }, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handshake);
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
    }
}
