namespace Cordum.NatsProber.Alerts;

/// <summary>What all alerts are made alike of.</summary>
internal static class Alerting
{
    /// <summary>The words for "where" in descriptions.</summary>
    public const string AtEndpoint = "{{ $labels.endpoint }} in {{ $labels.cluster }}";

    /// <summary>The words for "who says so", where the value is a share of probers.</summary>
    public const string OfProbers = "{{ $value | humanizePercentage }} of probers";

    /// <summary>An alert with its severity and its runbook.</summary>
    public static AlertingRule Alert(this RuleSettings settings, string name, string severity, string expression, string summary, string description) => new()
    {
        Alert = name,
        Expression = expression,
        Labels = [new("severity", severity)],
        Summary = summary,
        Description = description,
        Runbook = $"{settings.RunbookBase.TrimEnd('/')}/{name}.md",
    };

    /// <summary>A recorded series.</summary>
    public static RecordingRule Record(string name, string expression, string why = "", string? objective = null) => new()
    {
        Record = name,
        Expression = expression,
        Why = why,
        Labels = objective is null ? [] : [new("objective", objective)],
    };
}
