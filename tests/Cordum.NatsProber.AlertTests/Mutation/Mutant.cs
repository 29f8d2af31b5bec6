namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>The rules with one mistake in them.</summary>
/// <param name="Rule">The name of the rule that has it.</param>
/// <param name="RuleId">The same with its labels, where several have one name.</param>
/// <param name="What">What was changed; the same change at two places of one rule is told apart by a number.</param>
/// <param name="Line">The line of the rule file.</param>
/// <param name="Before">That line as it was.</param>
/// <param name="Alone">The rule and those that it reads, as a rule file.</param>
/// <param name="Whole">All rules that the mistake can reach, and those that these read.</param>
internal sealed record Mutant(string Rule, string RuleId, string What, int Line, string Before, string Alone, string Whole)
{
    public override string ToString() => $"{RuleId}: {What}   [line {Line}: {Before}]";
}
