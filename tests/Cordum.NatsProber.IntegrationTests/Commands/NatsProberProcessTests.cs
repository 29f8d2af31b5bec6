using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Cordum.NatsProber.IntegrationTests.Lab;
using Cordum.NatsProber.Lab;
using Cordum.NatsProber.Tests.Metrics;

namespace Cordum.NatsProber.IntegrationTests.Commands;

public sealed class NatsProberProcessTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    /// <summary>Ports below 1024 that nothing on a developer's machine or in CI listens on.</summary>
    private const string AllDown = """
        cluster: down
        endpoints:
          - { name: n1, url: "nats://127.0.0.1:2" }
          - { name: n2, url: "nats://127.0.0.1:3" }
        probes: { request: { every: 100ms, timeout: 50ms } }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Check_accepts_a_sound_file()
    {
        Put("good.yaml", AllDown);

        var (exitCode, output, error) = await NatsProberProcess.RunAsync(_folder, "check", "--probes", "good.yaml");

        Assert.Equal(0, exitCode);
        Assert.EndsWith("good.yaml: cluster down, 2 endpoints, request every 100ms timeout 50ms\n", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Fact]
    public async Task Check_tells_every_error_of_a_bad_file()
    {
        Put("bad.yaml", AllDown + "\nnonsense: 1\ntls: text\n");

        var (exitCode, output, error) = await NatsProberProcess.RunAsync(_folder, "check", "--probes", "bad.yaml");

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Equal(3, error.Length);
        Assert.Equal("2 errors in 1 file", error[^1]);
    }

    [Fact]
    public async Task Run_does_not_start_on_a_bad_file()
    {
        Put("bad.yaml", "cluster: c\n");

        var (exitCode, output, error) = await NatsProberProcess.RunAsync(_folder, "run", "--probes", "bad.yaml");

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("bad.yaml:1:1: endpoints is missing", Assert.Single(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_and_exit_code_1()
    {
        Put("good.yaml", AllDown);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var (exitCode, output, error) = await NatsProberProcess.RunAsync(_folder, "run", "--probes", "good.yaml", "--listen", $"{other.LocalEndpoint}");

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.StartsWith($"natsprober: cannot listen on {other.LocalEndpoint}: ", Assert.Single(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_not_this_machines_is_one_line_and_exit_code_1()
    {
        Put("good.yaml", AllDown);

        var (exitCode, _, error) = await NatsProberProcess.RunAsync(_folder, "run", "--probes", "good.yaml", "--listen", "192.0.2.1:9522");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("natsprober: cannot listen on 192.0.2.1:9522: ", Assert.Single(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Terminate")]
    [InlineData("Interrupt")]
    public async Task With_every_broker_down_it_serves_counts_the_outage_and_ends_in_time_when_told(string signal)
    {
        Put("down.yaml", AllDown + "\nobjective: { availability: 90 }\n"); // with a warning, which is a line of the log like any other
        using var prober = NatsProberProcess.Start(_folder, "run", "--probes", "down.yaml", "--listen", "127.0.0.1:0", "--prober", "test");
        using var client = new HttpClient { BaseAddress = await prober.ServingAsync() };

        Assert.Equal("ok\n", await client.GetStringAsync("/healthz", Cancelled));
        Assert.Equal("ready\n", await client.GetStringAsync("/readyz", Cancelled));
        foreach (var path in (string[])["/healthz", "/readyz"])
        {
            using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Cancelled);
            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
            using var post = await client.PostAsync(path, null, Cancelled);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        }

        await CountedAsync(client);

        var told = Stopwatch.GetTimestamp();
        prober.Signal(Enum.Parse<BrokerSignal>(signal));
        Assert.Equal(0, await prober.EndAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(told).TotalSeconds, 0, 5);
        AssertJsonLog(prober);
    }

    [Fact]
    public async Task A_scraper_that_does_not_read_cannot_keep_it_from_ending_in_time()
    {
        Put("down.yaml", AllDown);
        using var prober = NatsProberProcess.Start(_folder, "run", "--probes", "down.yaml", "--listen", "127.0.0.1:0");
        var url = await prober.ServingAsync();
        using var slow = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await slow.ConnectAsync(IPAddress.Loopback, url.Port, Cancelled);
        // So many scrapes, one behind the other, as no buffers on the way can hold.
        var requests = string.Concat(Enumerable.Repeat("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 500));
        await slow.SendAsync(Encoding.ASCII.GetBytes(requests), Cancelled);
        var (unsent, sinceChanged) = (0L, 0);
        await Until.TrueAsync(
            () =>
            {
                var before = unsent;
                unsent = Unsent(from: url.Port, to: ((IPEndPoint)slow.LocalEndPoint!).Port);
                sinceChanged = unsent == before ? sinceChanged + 1 : 0;
                return unsent > 0 && sinceChanged == 20;
            },
            Soon,
            "the buffers on the way are full");

        var told = Stopwatch.GetTimestamp();
        prober.Signal(BrokerSignal.Terminate);

        Assert.Equal(0, await prober.EndAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(told).TotalSeconds, 0, 5);
        AssertJsonLog(prober);
    }

    [Fact]
    public async Task Once_tells_that_every_broker_is_down()
    {
        Put("down.yaml", AllDown);

        var (exitCode, output, error) = await NatsProberProcess.RunAsync(_folder, "once", "--probes", "down.yaml", "--format", "nagios");

        Assert.Equal(2, exitCode);
        Assert.Equal(
            "NATS CRITICAL - 0 of 3 probes succeed: down/n1 request disconnected, cause refused: Connection refused; down/n2 request disconnected, cause refused: Connection refused; down/_cluster request disconnected, cause refused: Connection refused\n",
            output);
        Assert.Empty(error);
    }

    [Fact]
    public async Task Once_that_is_interrupted_says_unknown()
    {
        // A listener that never answers keeps the first dial under way.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        Put("silent.yaml", $$"""
            cluster: silent
            endpoints: [{ name: n1, url: "nats://{{silent.LocalEndpoint}}" }]
            """);
        using var once = NatsProberProcess.Start(_folder, "once", "--probes", "silent.yaml", "--format", "json");
        using var dial = await silent.AcceptTcpClientAsync(Cancelled);

        once.Signal(BrokerSignal.Interrupt);

        Assert.Equal(3, await once.EndAsync());
        Assert.Equal("natsprober: interrupted before everything was done", Assert.Single(once.Error));
    }

    /// <summary>Bytes that the system holds for a loopback connection and cannot deliver.</summary>
    private static long Unsent(int from, int to) => File.ReadLines("/proc/net/tcp")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields[1].EndsWith($":{from:X4}", StringComparison.Ordinal) && fields[2].EndsWith($":{to:X4}", StringComparison.Ordinal))
        .Select(fields => Convert.ToInt64(fields[4].Split(':')[0], 16))
        .SingleOrDefault();

    /// <summary>Waits until the failed first dials and some ticks are counted.</summary>
    private static async Task CountedAsync(HttpClient client)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var page = Exposition.Read(await client.GetStringAsync("/metrics", Cancelled), openMetrics: false);
            var ticks = page["cordum_nats_probe_total"].Samples.Where(sample => sample["outcome"] == "disconnected");
            if (ticks.All(sample => sample.Value > 0))
            {
                Assert.All(page["cordum_nats_disconnect_total"].Samples, sample => Assert.Equal(1, sample.Value));
                Assert.All(page["cordum_nats_connected"].Samples, sample => Assert.Equal(0, sample.Value));
                Assert.All(page["cordum_nats_outage_start_timestamp_seconds"].Samples, sample => Assert.True(sample.Value > 0));
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Soon, "no tick ended");
        }
    }

    private static void AssertJsonLog(NatsProberProcess prober)
    {
        Assert.NotEmpty(prober.Error);
        Assert.All(prober.Error, line =>
        {
            using var entry = JsonDocument.Parse(line);
            Assert.EndsWith("Z", entry.RootElement.GetProperty("Timestamp").GetString(), StringComparison.Ordinal);
            Assert.NotEqual("Error", entry.RootElement.GetProperty("LogLevel").GetString());
        });
    }

    private void Put(string file, string content) => File.WriteAllText(Path.Combine(_folder, file), content);
}
