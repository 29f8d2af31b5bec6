using Cordum.NatsProber.Commands;

namespace Cordum.NatsProber.Tests.Commands;

public sealed class LabCommandOptionsTests
{
    [Fact]
    public void The_defaults_are_right() => Assert.Empty(new LabCommandOptions().Errors());

    [Theory]
    [InlineData("5s", 5000)]
    [InlineData("0s", 0)]
    [InlineData("250ms", 250)]
    [InlineData("1.5m", 90_000)]
    [InlineData("never", null)]
    public void Restart_after_reads_times_and_never(string text, int? milliseconds)
    {
        Assert.True(new LabCommandOptions { RestartAfter = text }.TryGetRestartAfter(out var after));
        Assert.Equal(milliseconds, (int?)after?.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("5")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("1.2.3s")]
    [InlineData("soon")]
    [InlineData("99999999999999m")]
    public void Anything_else_is_an_error_that_says_what_to_write(string text) =>
        Assert.Equal(
            $"--restart-after {text}: write a time such as 500ms, 5s or 1m (a day at most), or never",
            Assert.Single(new LabCommandOptions { RestartAfter = text }.Errors()));

    [Fact]
    public void All_errors_are_told_at_once() =>
        Assert.Equal(
            [
                "--brokers 0: write a number from 1 to 32",
                "--cluster 'a b': write a name without spaces",
                "--restart-after x: write a time such as 500ms, 5s or 1m (a day at most), or never",
                "--client-port 70000: write a number from 1 to 65535",
            ],
            new LabCommandOptions { Brokers = 0, ClusterName = "a b", RestartAfter = "x", ClientPort = 70_000 }.Errors());

    [Fact]
    public void The_last_brokers_port_counts_too() =>
        Assert.Equal(["--route-port 65534: write a number from 1 to 65533"], new LabCommandOptions { RoutePort = 65_534 }.Errors());

    [Fact]
    public void Port_ranges_must_not_overlap()
    {
        Assert.Equal(
            ["--client-port 18219 and --monitor-port 18221: 3 brokers need them 3 or more apart"],
            new LabCommandOptions { ClientPort = 18_219 }.Errors());
        Assert.Empty(new LabCommandOptions { ClientPort = 18_218 }.Errors());
    }
}
