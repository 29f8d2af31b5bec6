namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>The rules with one mistake in them.</summary>
/// <param name="Number">The number of the rule that has it.</param>
/// <param name="Rule">Its name.</param>
/// <param name="RuleId">The same with its labels, where several have one name.</param>
/// <param name="What">What was changed; the same change at two places of one rule is told apart by a number.</param>
/// <param name="Line">The line of the rule file.</param>
/// <param name="Before">That line as it was.</param>
/// <param name="Item">The rule with the mistake; null if the mistake is to have none.</param>
internal sealed record Mutant(int Number, string Rule, string RuleId, string What, int Line, string Before, string? Item)
{
    public override string ToString() => $"{RuleId}: {What}   [line {Line}: {Before}]";
}
