using System.Diagnostics;
using System.Text.RegularExpressions;
using Cordum.NatsProber.Commands;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Lab;

public sealed partial class LabCommandTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private readonly Transcript _output = new();
    private readonly Transcript _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Theory]
    [MemberData(nameof(NatsServers.All), MemberType = typeof(NatsServers))]
    public async Task It_tells_of_a_broker_that_ends_starts_it_again_on_its_port_and_ends_in_time_when_cancelled(string natsServer, string version)
    {
        _ = version;
        var options = Options(natsServer) with { RestartAfter = "300ms" };
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = LabCommand.RunAsync(options, _output, _error, cancel.Token);
        await ToldAsync(running, "logs: ");
        Assert.Contains("ready: 3 brokers, cluster local; Ctrl-C ends it\n", _output.ToString(), StringComparison.Ordinal);
        var pids = BrokerLine().Matches(_output.ToString()).ToDictionary(line => line.Groups["name"].Value, line => int.Parse(line.Groups["pid"].Value));
        Assert.Equal(["n1", "n2", "n3"], pids.Keys);

        Assert.True(UnixSignal.TrySend(pids["n2"], BrokerSignal.Kill, out _));
        await ToldAsync(running, $"n2 (pid {pids["n2"]}) was ended by signal 9; starts again in 0.3 s");
        await ToldAsync(running, $"accepts clients again on nats://127.0.0.1:{options.ClientPort + 1}");
        using (await NatsSocket.ConnectAsync(options.ClientPort + 1))
        {
            var started = Stopwatch.GetTimestamp();
            await cancel.CancelAsync();
            Assert.Equal(0, await running.WaitAsync(Soon, TestContext.Current.CancellationToken));
            Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
        }

        Assert.Empty(_error.ToString());
        Assert.Single(EndedLine().Matches(_output.ToString()));
        Assert.All(pids.Values, pid => Assert.False(Processes.Exists(pid)));
    }

    [Fact]
    public async Task A_broker_stays_down_if_it_is_never_to_be_started_again()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = LabCommand.RunAsync(Options(NatsServers.Any) with { Brokers = 1, RestartAfter = "never" }, _output, _error, cancel.Token);
        await ToldAsync(running, "ready: 1 broker, cluster local; Ctrl-C ends it");
        await ToldAsync(running, "it stays down");

        UnixSignal.TrySend(int.Parse(BrokerLine().Match(_output.ToString()).Groups["pid"].Value), BrokerSignal.Interrupt, out _);
        await ToldAsync(running, "exited with code 0; stays down");

        Assert.False(running.IsCompleted);
        await cancel.CancelAsync();
        Assert.Equal(0, await running);
    }

    [Fact]
    public async Task A_port_in_use_is_one_error_line_and_exit_code_1()
    {
        await using var other = await LabCluster.StartAsync(
            new LabOptions { NatsServer = NatsServers.Any, Brokers = 1 }, TestContext.Current.CancellationToken);
        var port = other.Brokers[0].ClientPort;

        Assert.Equal(1, await RunAsync(Options(NatsServers.Any) with { ClientPort = port }));

        Assert.Equal($"natsprober lab: n1: port {port} is in use by another process. End that process, or choose other ports (--client-port).\n", _error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task A_missing_executable_is_one_error_line_and_exit_code_1()
    {
        Assert.Equal(1, await RunAsync(new LabCommandOptions { NatsServer = "/absent/nats-server" }));

        Assert.Equal(
            "natsprober lab: /absent/nats-server is not an executable file: correct the path given for nats-server (--nats-server).\n", _error.ToString());
    }

    [Fact]
    public async Task Bad_values_are_told_all_at_once_and_exit_code_2()
    {
        Assert.Equal(2, await RunAsync(new LabCommandOptions { Brokers = 0, RestartAfter = "soon" }));

        Assert.Equal(2, _error.ToString().Count(c => c == '\n'));
    }

    [GeneratedRegex(@"^(?<name>n\d)  nats://127\.0\.0\.1:\d+  monitor http://127\.0\.0\.1:\d+  pid (?<pid>\d+)$", RegexOptions.Multiline)]
    private static partial Regex BrokerLine();

    [GeneratedRegex(@"^\d\d:\d\d:\d\d\.\d{3} n\d \(pid \d+\) (was ended|exited)", RegexOptions.Multiline)]
    private static partial Regex EndedLine();

    /// <summary>Not the default ports: somebody may be playing with a lab.</summary>
    private static LabCommandOptions Options(string natsServer) => new()
    {
        NatsServer = natsServer,
        ClientPort = ThreeFreePorts(10_000),
        MonitorPort = ThreeFreePorts(11_000),
        RoutePort = ThreeFreePorts(12_000),
    };

    private static int ThreeFreePorts(int from)
    {
        while (true)
        {
            var first = from + Random.Shared.Next(0, 990);
            if (Enumerable.Range(first, 3).All(FreePorts.IsFree))
                return first;
        }
    }

    private Task<int> RunAsync(LabCommandOptions options) => LabCommand.RunAsync(options, _output, _error, TestContext.Current.CancellationToken);

    private async Task ToldAsync(Task<int> running, string text)
    {
        await Until.TrueAsync(() => running.IsCompleted || _output.ToString().Contains(text, StringComparison.Ordinal), Soon, $"it tells '{text}'");
        Assert.True(_output.ToString().Contains(text, StringComparison.Ordinal), $"ended without telling '{text}': {_error}");
    }
}
