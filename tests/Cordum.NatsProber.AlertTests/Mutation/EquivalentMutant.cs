namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>A mutant, or the same mutant of several rules, that no series could tell from the original.</summary>
/// <param name="Rule">The rule's id; a <c>*</c> at its end stands for any rest.</param>
/// <param name="What">The change, as <see cref="Mutant"/> says it; likewise with a <c>*</c>.</param>
/// <param name="Reason">Why it changes nothing.</param>
internal sealed record EquivalentMutant(string Rule, string What, string Reason)
{
    private const string OtherSideFilters = "The two sides match on all labels, and the other one still has the condition.";

    private const string WholeEvents = "An increase of whole events is 0 or at least 1, and 4 or 5, a little more when stretched to the window: never just between.";

    /// <summary>All of them. One that a test kills, or that there is not, fails the tests.</summary>
    public static IReadOnlyList<EquivalentMutant> All { get; } =
    [
    ];

    public bool Is(Mutant mutant) => Fits(Rule, mutant.RuleId) && Fits(What, mutant.What);

    private static bool Fits(string pattern, string text) => pattern.EndsWith('*') ? text.StartsWith(pattern[..^1], StringComparison.Ordinal) : text == pattern;
}
