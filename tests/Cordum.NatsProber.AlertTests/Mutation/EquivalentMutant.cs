namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>A mutant, or the same mutant of several rules, that no series could tell from the original.</summary>
/// <param name="Rule">The rule's id; a <c>*</c> at its end stands for any rest.</param>
/// <param name="What">The change, as <see cref="Mutant"/> says it.</param>
/// <param name="Reason">Why it changes nothing.</param>
internal sealed record EquivalentMutant(string Rule, string What, string Reason)
{
    /// <summary>All of them. One that a test kills, or that there is not, fails the tests.</summary>
    public static IReadOnlyList<EquivalentMutant> All { get; } =
    [
    ];

    public bool Is(Mutant mutant) =>
        mutant.What == What && (Rule.EndsWith('*') ? mutant.RuleId.StartsWith(Rule[..^1], StringComparison.Ordinal) : mutant.RuleId == Rule);
}
