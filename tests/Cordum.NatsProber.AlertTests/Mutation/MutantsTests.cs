using System.Diagnostics;
using Cordum.NatsProber.AlertTests.Promtool;

namespace Cordum.NatsProber.AlertTests.Mutation;

/// <summary>
/// Every mistake that the mutator can make in the shipped rules is found by a promtool test. On the newest release alone: what differs between
/// releases is no matter of single mistakes, and the tests themselves run on all. eng/mutants.sh runs this and lists what killed each.
/// </summary>
public sealed class MutantsTests(ITestOutputHelper output)
{
    /// <summary>Only mutants whose line of the report has this text; all, if it is not set.</summary>
    private const string Filter = "NATSPROBER_MUTANTS";

    [Fact]
    public async Task Every_mutant_of_the_shipped_rules_is_killed()
    {
        var started = Stopwatch.GetTimestamp();
        var file = new RuleFile(YamlText.Read(RepositoryFiles.Rules));
        var wanted = Environment.GetEnvironmentVariable(Filter) ?? "";
        var mutants = RuleMutator.Mutants(file).Where(mutant => mutant.ToString().Contains(wanted, StringComparison.OrdinalIgnoreCase)).ToArray();
        Assert.True(mutants.Length > 0, $"{Filter} is '{wanted}', which no mutant has");
        TestCase[] cases = [.. RepositoryFiles.PromtoolTests.SelectMany(TestCase.AllOf)];
        using var run = new MutationRun(PrometheusReleases.Newest.Promtool, file, cases);

        var report = await run.OfAsync(mutants, TestContext.Current.CancellationToken);

        foreach (var verdict in report.Verdicts)
            output.WriteLine($"{(verdict.KilledBy is { } killer ? $"killed by {killer}" : "SURVIVED")}: {verdict.Mutant}");
        foreach (var mutant in report.Invalid)
            output.WriteLine($"invalid: {mutant}");
        var excused = report.Verdicts.Where(verdict => EquivalentMutant.All.Any(each => each.Is(verdict.Mutant))).ToArray();
        output.WriteLine($"{mutants.Length} mutants: {report.Verdicts.Count(verdict => verdict.KilledBy is not null)} killed, {excused.Length} equivalent, "
            + $"{report.Invalid.Count} invalid, by {cases.Length} cases on {PrometheusReleases.Newest.Version}, in {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s");

        var survivors = report.Verdicts.Except(excused).Where(verdict => verdict.KilledBy is null).Select(verdict => verdict.Mutant);
        var noEquivalents = excused.Where(verdict => verdict.KilledBy is not null).Select(verdict => $"{verdict.Mutant}, killed by {verdict.KilledBy}");
        var unknown = EquivalentMutant.All.Where(each => wanted == "" && !report.Verdicts.Any(verdict => each.Is(verdict.Mutant)));
        Assert.True(!survivors.Any(), $"{survivors.Count()} mutants that no test kills:\n{string.Join('\n', survivors)}");
        Assert.True(!noEquivalents.Any(), $"Listed as equivalent, but a test tells them:\n{string.Join('\n', noEquivalents)}");
        Assert.True(!unknown.Any(), $"Listed as equivalent, but there are no such mutants:\n{string.Join('\n', unknown)}");
    }
}
