using Cordum.NatsProber.Drills;
using Cordum.NatsProber.Tests.Probes;

namespace Cordum.NatsProber.Tests.Drills;

/// <summary>A change of the report is seen in the review of <c>report.md</c>; NATSPROBER_UPDATE_GOLDEN=1 writes it anew.</summary>
public sealed class DrillReportTextTests
{
    private static readonly DateTimeOffset Began = new(2026, 11, 23, 4, 6, 5, 22, TimeSpan.Zero);

    private static readonly DrillStep Well = new("Baseline", Began, TimeSpan.FromSeconds(3.14), [new("every link is open", "a, b", true)], Broken: null);

    private static string GoldenFile => Path.Combine(ProbeFolder.Repository, "tests", "Cordum.NatsProber.Tests", "Drills", "report.md");

    [Fact]
    public async Task The_report_is_the_golden_one()
    {
        var text = DrillReportText.Of(Report(
            Well,
            new DrillStep("Killed", Began.AddSeconds(4), TimeSpan.FromSeconds(65.05), [new("a | b", "seen\nin two lines", true), new("+1", "+0", false)], "n1: port 4222 is in use"),
            DrillStep.NotDone("Lame duck", "n1: port 4222 is in use")));
        if (Environment.GetEnvironmentVariable("NATSPROBER_UPDATE_GOLDEN") == "1")
            await File.WriteAllTextAsync(GoldenFile, text, TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(GoldenFile, TestContext.Current.CancellationToken), text, ignoreLineEndingDifferences: false);
    }

    [Fact]
    public void It_passes_only_if_all_was_done_and_all_passed()
    {
        Assert.True(Report(Well, Well).Passed);
        Assert.False(Report().Passed);
        Assert.False(Report(Well, Well with { Findings = [new("x", "y", false)] }).Passed);
        Assert.False(Report(Well, DrillStep.NotDone("x", "y")).Passed);
        Assert.False((Report(Well) with { Interrupted = true }).Passed);
    }

    [Fact]
    public void An_interrupted_drill_says_so_first_and_last()
    {
        var text = DrillReportText.Of(Report(Well, DrillStep.NotDone("Killed", "interrupted")) with { Interrupted = true });

        Assert.StartsWith("# natsprober drill: interrupted\n", text, StringComparison.Ordinal);
        Assert.Contains("\n## 2. Killed\n\n**Not done**: interrupted\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n**1 check: 1 passed, 0 failed. 1 step not done: interrupted.**\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_log_is_cut()
    {
        var text = DrillReportText.Of(Report(Well) with { Log = [.. Enumerable.Range(1, 250).Select(i => $"line {i}")] });

        Assert.Contains("line 200\nand 50 more\n```", text, StringComparison.Ordinal);
    }

    private static DrillReport Report(params DrillStep[] steps) => new()
    {
        Began = Began,
        Took = TimeSpan.FromSeconds(68.19),
        Facts = [new("prober", "natsprober 1.2.3"), new("cluster c", "a (h:4222)")],
        Steps = steps,
        Log = ["04:06:05.022Z c/a disconnected, cause eof: ``` (x)\r\ny"],
    };
}
