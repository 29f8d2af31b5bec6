using Cordum.NatsProber.Lab;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Drills;

/// <summary>One step that is to be done.</summary>
/// <param name="Title">What is done, for the report.</param>
/// <param name="RunAsync">Does it, and notes what was found. What comes after it makes no sense if it returns false.</param>
internal sealed record DrillAct(string Title, Func<ICollection<Finding>, CancellationToken, Task<bool>> RunAsync)
{
    /// <summary>Why it makes no sense to do it; null to do it.</summary>
    public string? NotDone { get; init; }
}

/// <summary>Does the steps of a drill one after another, and notes what came of each.</summary>
/// <param name="time">The clock.</param>
/// <param name="progress">Where each step and its failures are told as they happen.</param>
internal sealed class DrillNotes(TimeProvider time, TextWriter progress)
{
    private readonly List<DrillStep> _steps = [];

    /// <summary>The steps so far.</summary>
    public IReadOnlyList<DrillStep> Steps => _steps;

    /// <summary>Does the steps. Those that are not done for an interruption, or since one before them failed too badly, are noted as such.</summary>
    /// <returns>Whether it was interrupted.</returns>
    public async Task<bool> RunAsync(IEnumerable<DrillAct> acts, CancellationToken stop)
    {
        string? why = null;
        foreach (var act in acts)
        {
            if ((why ?? act.NotDone) is { } not)
                await SkipAsync(act, not).ConfigureAwait(false);
            else
                why = await RunAsync(act, stop).ConfigureAwait(false);
        }

        return stop.IsCancellationRequested && why is not null;
    }

    private async Task SkipAsync(DrillAct act, string why)
    {
        _steps.Add(DrillStep.NotDone(act.Title, why));
        await progress.WriteLineAsync($"{act.Title}: not done: {why}").ConfigureAwait(false);
    }

    private async Task<string?> RunAsync(DrillAct act, CancellationToken stop)
    {
        await progress.WriteLineAsync($"{act.Title} …").ConfigureAwait(false);
        var (began, since) = (time.GetUtcNow(), time.GetTimestamp());
        var findings = new List<Finding>();
        string? broken = null, why = null;
        try
        {
            if (!await act.RunAsync(findings, stop).ConfigureAwait(false))
                why = $"\"{act.Title}\" did not leave things as the rest needs them";
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            broken = why = "interrupted";
        }
        catch (LabException e)
        {
            broken = why = e.Message;
        }
        catch (Exception e)
        {
            // Whatever it is, and a fault of this program most likely: it fails the drill, and takes nothing away of the report of what was done so far.
            broken = why = $"{e.GetType().Name}: {Printable.Of(e.Message)}";
        }

        _steps.Add(new DrillStep(act.Title, began, time.GetElapsedTime(since), findings, broken));
        foreach (var failed in findings.Where(finding => !finding.Passed))
            await progress.WriteLineAsync($"  failed: expected {failed.Expected}; seen {failed.Seen}").ConfigureAwait(false);
        if (broken is not null)
            await progress.WriteLineAsync($"  broken off: {broken}").ConfigureAwait(false);
        return why;
    }
}
