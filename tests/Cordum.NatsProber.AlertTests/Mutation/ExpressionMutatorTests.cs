namespace Cordum.NatsProber.AlertTests.Mutation;

public sealed class ExpressionMutatorTests
{
    /// <summary>Expression, then all its mutants in order, one a line.</summary>
    public static TheoryData<string, string> Table => new()
    {
        { "a > 4.5", "a > 5.625 | a > 3.6 | a >= 4.5 | a < 4.5" },
        { "a > bool 0", "a > bool 1 | a > bool -1 | a >= bool 0 | a < bool 0 | a >  0" },
        { "a <= 10", "a <= 12.5 | a <= 8 | a < 10 | a > 10" },
        { "a == 1", "a == 1.25 | a == 0.8 | a != 1" },
        { "up{job=\"x\"}", "up{job=~\".*\"} | up{job!=\"x\"}" },
        { "p{outcome!~\"success|missed\"}", "p{outcome=~\".*\"} | p{outcome=~\"success|missed\"} | p{outcome!~\"missed\"} | p{outcome!~\"success\"}" },
        { "increase(a[15m])", "rate(a[15m]) | increase(a[30m]) | increase(a[450s])" },
        { "last_over_time(a[2m])", "max_over_time(a[2m]) | min_over_time(a[2m]) | last_over_time(a[4m]) | last_over_time(a[1m])" },
        { "a offset 10m", "a offset 20m | a offset 5m | a" },
        { "max by (x, y) (a)", "max by (y) (a) | max by (x) (a) | min by (x, y) (a)" },
        { "max(a) by (x)", "max(a) by () | min(a) by (x)" },
        { "quantile by (x) (0.5, a)", "quantile by (x) (0.625, a) | quantile by (x) (0.4, a) | quantile by () (0.5, a) | max by (x) (a) | min by (x) (a) | avg by (x) (a)" },
        { "a and on (x) b", "a or on (x) b | a unless on (x) b | a and on () b | a | b" },
        { "a or b", "a and b | a unless b | a | b" },
        { "a unless b", "a and b | a or b | a | b" },
        { "a / on (x) group_left (y) b", "a * on (x) group_left (y) b | a / on () group_left (y) b | a / on (x) group_left () b" },
        { "clamp_min(a, 0)", "clamp_max(a, 0) | (a) | clamp_min(a, 1) | clamp_min(a, -1)" },
        { "absent(a)", "(a)" },
        { "vector(1)", "vector(1.25) | vector(0.8)" },
        { "(a) * b", "(a) / b | (a) | b" },
        { "-a", "" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Makes_every_mutant_and_no_other(string expression, string mutants)
    {
        var expected = mutants.Split(" | ", StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);

        Assert.Equal(expected, ExpressionMutator.Edits(expression).Select(edit => edit.Apply(expression).Trim()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Drops_a_clause_as_a_whole_and_nothing_beside_it()
    {
        const string Expression = "(a > 1 and on (x) b > 2) or c unless d";

        var mutants = ExpressionMutator.Edits(Expression).Select(edit => edit.Apply(Expression)).ToHashSet();

        string[] dropped = ["(a > 1) or c unless d", "(b > 2) or c unless d", "(a > 1 and on (x) b > 2)", "c unless d", "(a > 1 and on (x) b > 2) or c", "(a > 1 and on (x) b > 2) or d"];
        Assert.Superset(dropped.ToHashSet(), mutants);
    }

    [Fact]
    public void Names_each_change_by_what_was_there_and_what_is() => Assert.Equal(
        ["component=\"x\" → removed", "component=\"x\" → negated", "[2m] → [4m]", "[2m] → [1m]"],
        ExpressionMutator.Edits("f(a{component=\"x\"}[2m])").Select(edit => edit.What).OrderByDescending(what => what.StartsWith('c')));

    [Theory]
    [InlineData("90s", "3m", "45s")]
    [InlineData("1m", "2m", "30s")]
    [InlineData("1h30m", "3h", "45m")]
    [InlineData("1d", "2d", "12h")]
    [InlineData("3d", "6d", "36h")]
    [InlineData("15s", "30s", "7500ms")]
    public void Doubles_and_halves_durations(string duration, string twice, string half) => Assert.Equal([twice, half], ExpressionMutator.Scaled(duration));

    [Theory]
    [InlineData("a >")]
    [InlineData("sum by (x (a)")]
    [InlineData("a ? b")]
    [InlineData("a{x=\"y}")]
    [InlineData("a b")]
    public void Refuses_what_it_cannot_read(string expression) => Assert.Throws<FormatException>(() => ExpressionMutator.Edits(expression).ToArray());
}
