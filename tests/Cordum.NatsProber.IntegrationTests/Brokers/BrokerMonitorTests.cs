using System.Diagnostics;
using System.Text;
using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.IntegrationTests.Auth;
using Cordum.NatsProber.Lab;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.IntegrationTests.Brokers;

/// <summary>One question to a monitor, of whatever kind it is.</summary>
public sealed class BrokerMonitorTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    private static BrokerMonitor Monitor(Uri address, TlsSettings? tls = null) => new(address, new TlsPolicy(tls ?? new TlsSettings()), Timeout, TimeProvider.System);

    private static async Task<BrokerWord> AskAsync(Uri address, TlsSettings? tls = null)
    {
        using var monitor = Monitor(address, tls);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        enough.CancelAfter(Timeout * 4);
        return HealthAnswer.Read(await monitor.GetAsync("healthz", enough.Token));
    }

    [Theory]
    [InlineData("", "GET /healthz HTTP/1.1")]
    [InlineData("/", "GET /healthz HTTP/1.1")]
    [InlineData("/nats", "GET /nats/healthz HTTP/1.1")]
    [InlineData("/nats/", "GET /nats/healthz HTTP/1.1")]
    public async Task It_asks_below_its_address_with_no_more_than_that_and_keeps_its_connection(string path, string line)
    {
        await using var server = MonitorServer.Responding("200 OK", """{"status":"ok"}""", "Set-Cookie: a=b\r\n");
        using var monitor = Monitor(new Uri(server.Url, path));
        for (var i = 0; i < 3; i++)
            Assert.Equal(BrokerView.Healthy, HealthAnswer.Read(await monitor.GetAsync("healthz", Stop)).View);

        Assert.Equal((1, 3), (server.Accepted, server.Requests));
        Assert.Equal([line, $"Host: {server.Url.Authority}"], server.Latest.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n", BrokerView.Denied)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", BrokerView.Malformed)]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 19\r\n\r\n404 page not found\n", BrokerView.Malformed)]
    [InlineData("INFO {\"server_id\":\"X\"}\r\n", BrokerView.Malformed)] // the port for clients
    [InlineData("\0\u0001\u0002\u0003\r\n\r\n", BrokerView.Malformed)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n", BrokerView.Malformed)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 20\r\n\r\n<html>503</html>    ", BrokerView.Malformed)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 36\r\n\r\n{\"status\":\"error\",\"error\":\"not yet\"}", BrokerView.Unhealthy)]
    public async Task What_is_said_is_told_for_what_it_is(string response, BrokerView view)
    {
        await using var server = MonitorServer.Saying(response);

        var word = await AskAsync(server.Url);

        Assert.True(view == word.View, $"{word}");
        Assert.Equal(1, server.Requests);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Long: ")]
    [InlineData("")]
    public async Task Ten_megabytes_are_not_read(string head)
    {
        long written = 0;
        await using var server = new MonitorServer(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), stop);
            var chunk = new byte[64 * 1024];
            Array.Fill(chunk, (byte)'x');
            for (; written < 10 * 1024 * 1024; written += chunk.Length)
                await stream.WriteAsync(chunk, stop);
        });

        var word = await AskAsync(server.Url);

        Assert.True(word.View == BrokerView.Malformed, $"{word}");
        // What fits into the buffers of a connection that nobody reads may be written, and no more.
        Assert.InRange(Volatile.Read(ref written), 0, 9 * 1024 * 1024);
    }

    [Fact]
    public async Task A_connection_that_is_cut_in_the_answer_is_no_answer()
    {
        await using var server = new MonitorServer(async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"status\""u8.ToArray(), stop);
            throw new IOException();
        });

        var word = await AskAsync(server.Url);

        Assert.Equal(BrokerView.Unreachable, word.View);
        Assert.StartsWith("the connection was cut before the answer was whole", word.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_monitor_that_is_not_there_is_unreachable()
    {
        var port = FreePorts.Take();
        Assert.Equal(new BrokerWord(BrokerView.Unreachable, "Connection refused"), await AskAsync(new Uri($"http://127.0.0.1:{port}")));
        FreePorts.Release([port]);

        Assert.Equal(BrokerView.Unreachable, (await AskAsync(new Uri("http://no-such-host.invalid:8222"))).View);
    }

    [Theory]
    [InlineData("")] // not a word
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{")]
    public async Task Who_gives_up_waiting_is_free_at_once_and_asks_anew(string start)
    {
        var hangs = true;
        await using var server = new MonitorServer(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Volatile.Read(ref hangs) ? start : "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}"), stop);
        });
        using var monitor = Monitor(server.Url);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var asking = monitor.GetAsync("healthz", patience.Token);
        await Lab.Until.TrueAsync(() => server.Requests == 1, Timeout, "it is asked");

        var since = Stopwatch.GetTimestamp();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, Timeout / 2);

        Volatile.Write(ref hangs, false);
        Assert.Equal(BrokerView.Healthy, HealthAnswer.Read(await monitor.GetAsync("healthz", Stop)).View);
        Assert.Equal(2, server.Accepted);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_monitor_of_a_real_broker_over_TLS_is_trusted_by_the_clusters_authorities(string server, string version)
    {
        using var folder = new TlsFolder();
        var port = FreePorts.Take();
        await using var broker = await AuthBroker.StartAsync(server, folder.Broker("monitor", folder.Authority.Issue(TlsFolder.RightHosts)) + $"https: \"127.0.0.1:{port}\"\n");
        var address = new Uri($"https://127.0.0.1:{port}");

        Assert.Equal(new BrokerWord(BrokerView.Healthy, ""), await AskAsync(address, new TlsSettings { CaFile = folder.CaFile }));

        var stranger = await AskAsync(address, new TlsSettings { CaFile = folder.Write("other.pem", folder.Other.Pem) });
        Assert.True(stranger.View == BrokerView.Tls, $"{stranger}, {version}");
        Assert.Contains("which is not in tls.caFile", stranger.Detail, StringComparison.Ordinal);
        Assert.Equal(BrokerView.Tls, (await AskAsync(address, new TlsSettings { CaFile = folder.Write("none.pem", "") })).View);
        var clear = await AskAsync(new Uri($"http://127.0.0.1:{port}"));
        Assert.True(clear.View == BrokerView.Malformed, $"{clear}");
        FreePorts.Release([port]);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task TLS_where_there_is_none_is_told_as_that(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server, Brokers = 1 }, Stop);

        var word = await AskAsync(new Uri($"https://127.0.0.1:{cluster.Brokers[0].MonitorPort}"));

        Assert.True(word.View == BrokerView.Tls, $"{word}, {version}");
    }
}
