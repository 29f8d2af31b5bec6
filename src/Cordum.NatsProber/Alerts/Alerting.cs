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

    /// <summary>
    /// The same alerts, with the label <c>planned="true"</c> where <paramref name="planned"/> holds. Elsewhere, and where nothing is known of plans, without the label,
    /// as ever: nothing that is missing can keep an alert from firing.
    /// </summary>
    /// <param name="expression">What fires. Operators that bind no weaker than <c>and</c>.</param>
    /// <param name="planned">The condition, by the same labels.</param>
    public static string MarkPlanned(string expression, string planned) =>
        $"""
        label_replace(
          {expression.ReplaceLineEndings("\n  ")}
          and
          {planned},
          "planned", "true", "", ""
        )
        or ignoring (planned)
        {expression}
        """;

    /// <summary>A recorded series.</summary>
    public static RecordingRule Record(string name, string expression, string why = "", string? objective = null) => new()
    {
        Record = name,
        Expression = expression,
        Why = why,
        Labels = objective is null ? [] : [new("objective", objective)],
    };
}
