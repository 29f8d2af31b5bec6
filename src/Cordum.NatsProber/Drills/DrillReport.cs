namespace Cordum.NatsProber.Drills;

/// <summary>One thing that was expected, and what was seen of it.</summary>
/// <param name="Expected">In words.</param>
/// <param name="Seen">In words.</param>
/// <param name="Passed">Whether the two agree.</param>
internal sealed record Finding(string Expected, string Seen, bool Passed);

/// <summary>One step of a drill.</summary>
/// <param name="Title">What was done.</param>
/// <param name="Began">When; null if it was not.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Findings">What was found.</param>
/// <param name="Broken">Why the step was not done, or not to its end; null if it was.</param>
internal sealed record DrillStep(string Title, DateTimeOffset? Began, TimeSpan Took, IReadOnlyList<Finding> Findings, string? Broken)
{
    /// <summary>A step that was not done.</summary>
    public static DrillStep NotDone(string title, string why) => new(title, null, TimeSpan.Zero, [], why);

    /// <summary>Done to its end, and all as expected.</summary>
    public bool Passed => Broken is null && Findings.All(finding => finding.Passed);
}

/// <summary>A drill: what was done, where and when, and what was found.</summary>
internal sealed record DrillReport
{
    /// <summary>When it began.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>Versions, addresses, settings: name and value.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; }

    /// <summary>The steps, in order.</summary>
    public required IReadOnlyList<DrillStep> Steps { get; init; }

    /// <summary>The prober's log lines of the transitions.</summary>
    public required IReadOnlyList<string> Log { get; init; }

    /// <summary>Whether it was ended before its time.</summary>
    public bool Interrupted { get; init; }

    /// <summary>Every step was done, and all was as expected.</summary>
    public bool Passed => !Interrupted && Steps.Count > 0 && Steps.All(step => step.Passed);
}
