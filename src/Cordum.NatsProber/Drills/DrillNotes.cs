using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Drills;

/// <summary>One step that is to be done.</summary>
/// <param name="Title">What is done, for the report.</param>
/// <param name="RunAsync">Does it, and notes what was found. What comes after it makes no sense if it returns false.</param>
internal sealed record DrillAct(string Title, Func<ICollection<Finding>, CancellationToken, Task<bool>> RunAsync);

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
            if (why is not null)
                _steps.Add(DrillStep.NotDone(act.Title, why));
            else
                why = await RunAsync(act, stop).ConfigureAwait(false);
        }

        return stop.IsCancellationRequested && why is not null;
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

        _steps.Add(new DrillStep(act.Title, began, time.GetElapsedTime(since), findings, broken));
        foreach (var failed in findings.Where(finding => !finding.Passed))
            await progress.WriteLineAsync($"  failed: expected {failed.Expected}; seen {failed.Seen}").ConfigureAwait(false);
        return why;
    }
}
