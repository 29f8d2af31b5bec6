namespace Cordum.NatsProber.Alerts;

/// <summary>Rules that Prometheus evaluates together, one after another: a rule may read what one above it recorded at the same instant.</summary>
/// <param name="Name">Unique in a file.</param>
/// <param name="Interval">How often it is evaluated.</param>
/// <param name="Why">What the group is for: a comment in the file.</param>
/// <param name="Rules">In the order of evaluation.</param>
public sealed record RuleGroup(string Name, TimeSpan Interval, string Why, IReadOnlyList<Rule> Rules);

/// <summary>A recording or an alerting rule.</summary>
public abstract record Rule
{
    /// <summary>The PromQL expression; lines are kept as they are.</summary>
    public required string Expression { get; init; }

    /// <summary>Why it is as it is: a comment in the file, empty for none.</summary>
    public string Why { get; init; } = "";

    /// <summary>Labels that the result is given, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];
}

/// <summary>Keeps the result of an expression as a series.</summary>
public sealed record RecordingRule : Rule
{
    /// <summary>The series' name, <c>level:metric:operation</c>.</summary>
    public required string Record { get; init; }
}

/// <summary>Raises an alert for each series of the result.</summary>
public sealed record AlertingRule : Rule
{
    /// <summary>The alert's name, one of <see cref="AlertName"/>.</summary>
    public required string Alert { get; init; }

    /// <summary>How long the result must be there before the alert fires; zero: at once.</summary>
    public TimeSpan For { get; init; }

    /// <summary>How long the alert goes on after the result is gone; zero: not at all.</summary>
    public TimeSpan KeepFiringFor { get; init; }

    /// <summary>What kind of alert this is, the same text each time.</summary>
    public required string Summary { get; init; }

    /// <summary>What happened where: a template of Prometheus.</summary>
    public required string Description { get; init; }

    /// <summary>The page that says what to do.</summary>
    public required string Runbook { get; init; }
}
