namespace Cordum.NatsProber.Alerts;

/// <summary>Which of the rules.</summary>
public enum RulePart
{
    /// <summary>All.</summary>
    All,

    /// <summary>What the probers say about brokers and about themselves.</summary>
    Prober,

    /// <summary>Objectives and their error budgets.</summary>
    Objectives,

    /// <summary>Instrumented applications.</summary>
    Applications,
}

/// <summary>All rules, made from one set of settings.</summary>
public static class RuleBook
{
    /// <summary>Makes the groups of rules.</summary>
    /// <param name="settings">Thresholds, windows and names.</param>
    /// <param name="part">Which of them. The objectives' page looks at an alert of the prober's part, and does without where it is not there.</param>
    /// <exception cref="ArgumentException">The settings are impossible (<see cref="RuleSettings.Errors"/>).</exception>
    public static IReadOnlyList<RuleGroup> Groups(RuleSettings settings, RulePart part = RulePart.All)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Errors() is { Count: > 0 } errors)
            throw new ArgumentException(string.Join("; ", errors), nameof(settings));

        var groups = new List<RuleGroup>();
        if (part is RulePart.All or RulePart.Prober)
            groups.AddRange([StateRules.Group(settings), ProberRules.Group(settings)]);
        if (part is RulePart.All or RulePart.Objectives)
            groups.AddRange(BudgetRules.Groups(settings));
        if (part is RulePart.All or RulePart.Applications)
            groups.Add(ApplicationRules.Group(settings));
        return groups;
    }
}
