using System.Text.RegularExpressions;
using Cordum.NatsProber.Commands;
using Cordum.NatsProber.IntegrationTests.Commands;
using Cordum.NatsProber.IntegrationTests.Lab;
using Cordum.NatsProber.IntegrationTests.Prober;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Drills;

/// <summary>The drill as a user runs it: it passes where all is well, and fails where it is not.</summary>
public sealed partial class DrillTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("natsprober-test-").FullName;
    private readonly StringWriter _output = new();
    private readonly Transcript _error = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task On_brokers_of_its_own_every_check_of_every_fault_passes_within_a_minute(string server, string version)
    {
        var exitCode = await RunAsync(new DrillCommandOptions { NatsServer = server }).WaitAsync(Minute, Stop);

        var report = _output.ToString();
        Assert.True(exitCode == 0, report + _error);
        Assert.StartsWith("# natsprober drill: passed\n", report, StringComparison.Ordinal);
        Assert.Contains($"nats-server {version}", report, StringComparison.Ordinal);
        Assert.Equal(["Baseline", "Killed", "Rolling restart", "Silent", "Lame duck"], Title().Matches(report).Select(title => title.Groups[1].Value));
        Assert.DoesNotContain("**fail**", report, StringComparison.Ordinal);
        Assert.Equal(40, report.Split('\n').Count(line => line.StartsWith("| pass |", StringComparison.Ordinal)));
        Assert.Matches(@"\n\*\*40 checks: 40 passed, 0 failed\.\*\*\n$", report);
    }

    [Fact]
    public async Task Turbulence_that_is_never_made_is_never_seen()
    {
        await using var lab = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any }, Stop);
        var reportFile = Path.Combine(_folder, "report.md");

        var exitCode = await RunAsync(new DrillCommandOptions { Probes = await FileAsync(lab), Wait = "2s", Endpoints = ["n2", "test/n3"], Report = reportFile }).WaitAsync(Minute, Stop);

        var report = await File.ReadAllTextAsync(reportFile, Stop);
        Assert.Equal(1, exitCode);
        Assert.Empty(_output.ToString());
        Assert.StartsWith("# natsprober drill: failed\n", report, StringComparison.Ordinal);
        Assert.Equal(2, report.Split("| **fail** |").Length - 1);
        Assert.Contains("disconnect 0 → 0, reconnect 0 → 0, connected 1", report, StringComparison.Ordinal);
        Assert.Contains("kubectl rollout restart", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turbulence_that_somebody_makes_is_waited_for_and_proven()
    {
        await using var lab = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any }, Stop);

        var drill = DrillCommand.RunAsync(new DrillCommandOptions { Probes = await FileAsync(lab), Wait = "60s" }, _output, _error, Stop);
        await ToldAsync(drill, "make turbulence now");
        foreach (var broker in lab.Brokers)
        {
            broker.Terminate();
            await broker.ExitedAsync(Stop);
            await Task.Delay(500, Stop); // how long it is down, not something that is waited for
            await broker.StartAsync(Stop);
            await ToldAsync(drill, $"test/{broker.Name} reconnected");
        }

        Assert.True(await drill.WaitAsync(Minute, Stop) == 0, _output.ToString() + _error);
        Assert.Matches(@"\n\*\*18 checks: 18 passed, 0 failed\.\*\*\n$", _output.ToString());
        Assert.Contains($"| brokers | of {_folder}/probes.yaml |", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Brokers_that_are_down_from_the_start_fail_the_baseline_and_nothing_is_waited_for()
    {
        await using var lab = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Any }, Stop);
        lab.Brokers[0].Kill();
        await lab.Brokers[0].ExitedAsync(Stop); // or the first dial may still reach it, and be reset

        var exitCode = await RunAsync(new DrillCommandOptions { Probes = await FileAsync(lab) }).WaitAsync(Minute, Stop);

        Assert.Equal(1, exitCode);
        Assert.Contains("test/n1 is down (cause refused)", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("**Not done**", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("make turbulence", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_it_with_a_report_of_what_was_done_and_leaves_nothing_behind()
    {
        var labs = Labs();
        using var process = NatsProberProcess.Start(_folder, "drill", "--nats-server", NatsServers.Any, "--report", "report.md");
        await Until.TrueAsync(() => process.Error.Any(line => line.StartsWith("Rolling", StringComparison.Ordinal)), Minute, "the rolling restart begins");

        process.Signal(BrokerSignal.Interrupt);

        Assert.Equal(130, await process.EndAsync());
        var report = await File.ReadAllTextAsync(Path.Combine(_folder, "report.md"), Stop);
        Assert.StartsWith("# natsprober drill: interrupted\n", report, StringComparison.Ordinal);
        Assert.Contains("**Broken off**: interrupted", report, StringComparison.Ordinal);
        Assert.Equal(2, report.Split("**Not done**: interrupted").Length - 1);
        Assert.Equal(labs, Labs());
    }

    [Fact]
    public async Task An_address_in_use_is_told_in_one_line()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        var exitCode = await RunAsync(new DrillCommandOptions { NatsServer = NatsServers.Any, Listen = $"{taken.LocalEndpoint}" }).WaitAsync(Minute, Stop);

        Assert.Equal(1, exitCode);
        Assert.Matches(@"^natsprober drill: [^\n]*address[^\n]*\n$", _error.ToString());
    }

    private static HashSet<string> Labs() => [.. Directory.GetDirectories(Path.GetTempPath(), "natsprober-lab-*")];

    private async Task<string> FileAsync(LabCluster lab)
    {
        var file = Path.Combine(_folder, "probes.yaml");
        await File.WriteAllTextAsync(file, ProbeFiles.Of(lab), Stop);
        return file;
    }

    private Task<int> RunAsync(DrillCommandOptions options) => DrillCommand.RunAsync(options, _output, _error, Stop);

    private async Task ToldAsync(Task drill, string text)
    {
        await Until.TrueAsync(() => drill.IsCompleted || _error.ToString().Contains(text, StringComparison.Ordinal), Minute, $"it tells '{text}'");
        Assert.False(drill.IsCompleted, _output.ToString() + _error);
    }

    [GeneratedRegex(@"^## \d\. ([A-Z][a-z]+(?: [a-z]+)?)", RegexOptions.Multiline)]
    private static partial Regex Title();
}
