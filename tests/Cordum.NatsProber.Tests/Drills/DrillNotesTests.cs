using Cordum.NatsProber.Drills;
using Cordum.NatsProber.Lab;
using Microsoft.Extensions.Time.Testing;

namespace Cordum.NatsProber.Tests.Drills;

/// <summary>Whatever happens in a step, there is a report of it.</summary>
public sealed class DrillNotesTests : IDisposable
{
    private static readonly DrillAct Last = new("last", (findings, _) =>
    {
        findings.Add(new("x", "x", true));
        return Task.FromResult(true);
    });

    private readonly StringWriter _progress = new() { NewLine = "\n" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _progress.Dispose();

    [Theory]
    [InlineData(false, "InvalidOperationException: a fault. of its own")]
    [InlineData(true, "n3 is not running")]
    public async Task A_step_that_breaks_is_broken_off_with_what_it_had_found_and_the_rest_is_not_done(bool isOfLab, string why)
    {
        var act = new DrillAct("first", (findings, _) =>
        {
            findings.Add(new("y", "y", true));
            throw isOfLab ? new LabException("n3 is not running") : new InvalidOperationException("a fault\u001b of its own");
        });
        var notes = new DrillNotes(new FakeTimeProvider(), _progress);

        Assert.False(await notes.RunAsync([act, Last], Stop));

        Assert.Equal([("first", 1, why), ("last", 0, why)], notes.Steps.Select(step => (step.Title, step.Findings.Count, step.Broken)));
        Assert.All(notes.Steps, step => Assert.False(step.Passed));
        Assert.Equal($"first …\n  broken off: {why}\nlast: not done: {why}\n", _progress.ToString());
    }

    [Fact]
    public async Task A_step_that_makes_no_sense_is_not_done_and_the_next_one_is()
    {
        var notes = new DrillNotes(new FakeTimeProvider(), _progress);

        Assert.False(await notes.RunAsync([Last with { Title = "alert", NotDone = "nobody is scraped" }, Last], Stop));

        Assert.Equal([("alert", "nobody is scraped", 0), ("last", null, 1)], notes.Steps.Select(step => (step.Title, step.Broken, step.Findings.Count)));
        Assert.Null(notes.Steps[0].Began);
    }

    [Fact]
    public async Task An_interruption_is_told_as_such()
    {
        using var stop = new CancellationTokenSource();
        var act = new DrillAct("first", async (_, stopped) =>
        {
            await stop.CancelAsync();
            stopped.ThrowIfCancellationRequested();
            return true;
        });
        var notes = new DrillNotes(new FakeTimeProvider(), _progress);

        Assert.True(await notes.RunAsync([act, Last], stop.Token));

        Assert.Equal(["interrupted", "interrupted"], notes.Steps.Select(step => step.Broken));
    }
}
