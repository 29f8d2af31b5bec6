using Cordum.NatsProber.AlertTests.Promtool;

namespace Cordum.NatsProber.AlertTests.Mutation;

public sealed class MutationRunTests
{
    private const string Rules = """
        groups:
        - name: g
          rules:
          - record: late
            expr: vector(1) * (time() > bool 60)
          - alert: Down
            expr: up{job="x"} == 0
            labels: {severity: critical}
        """;

    private const string Late = """
        evaluation_interval: 10s
        tests:
        - name: late
          promql_expr_test:
          - {expr: late, eval_time: 1m, exp_samples: [{labels: late, value: 0}]}
          - {expr: late, eval_time: 70s, exp_samples: [{labels: late, value: 1}]}
        """;

    /// <summary>Has no other job, and so cannot tell whether the rule looks at the job.</summary>
    private const string Down = """
        evaluation_interval: 1m
        tests:
        - name: down
          interval: 1m
          input_series:
          - {series: 'up{job="x"}', values: 1 0}
          alert_rule_test:
          - {eval_time: 0m, alertname: Down}
          - {eval_time: 1m, alertname: Down, exp_alerts: [{exp_labels: {severity: critical, job: x}}]}
        """;

    [Fact]
    public async Task Tells_the_killed_from_those_that_survive_and_from_those_that_are_no_rules()
    {
        var report = await OfAsync(Rules, Late, Down);

        // The first is no other rule: a number that is recorded becomes what vector() makes of it.
        Assert.Equal(["… * → right side only", "job=\"x\" → removed"], report.Verdicts.Where(verdict => verdict.KilledBy is null).Select(verdict => verdict.Mutant.What));
        Assert.Equal(["> bool → >"], report.Invalid.Select(mutant => mutant.What));
        Assert.All(report.Verdicts.Where(verdict => verdict.KilledBy is not null), verdict =>
            Assert.Equal(verdict.Mutant.Rule == "Down" ? "down.yml: down" : "late.yml: late", verdict.KilledBy));
    }

    [Fact]
    public async Task Refuses_a_case_that_fails_without_any_mistake() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => OfAsync(Rules, Late.Replace("value: 0", "value: 2", StringComparison.Ordinal)));

    private static async Task<MutationReport> OfAsync(string rules, params string[] tests)
    {
        using var folder = new TemporaryFolder();
        var file = new RuleFile(YamlText.Read(folder.Put("rules.yml", rules)));
        TestCase[] cases = [.. tests.SelectMany(test => TestCase.AllOf(folder.Put(test.Contains("Down", StringComparison.Ordinal) ? "down.yml" : "late.yml", test)))];
        using var run = new MutationRun(PrometheusReleases.Newest.Promtool, file, cases);
        return await run.OfAsync(RuleMutator.Mutants(file), TestContext.Current.CancellationToken);
    }
}
