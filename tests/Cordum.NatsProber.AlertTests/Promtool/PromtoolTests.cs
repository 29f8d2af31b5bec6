namespace Cordum.NatsProber.AlertTests.Promtool;

/// <summary>The promtool tests pass on each release, and leave no alert out.</summary>
public sealed class PromtoolTests
{
    private static readonly IReadOnlyList<Rule> Alerts = [.. new RuleFile(YamlText.Read(RepositoryFiles.Rules)).Rules.Where(rule => rule.IsAlert)];

    private static readonly IReadOnlyList<TestCase> Cases = [.. RepositoryFiles.PromtoolTests.SelectMany(TestCase.AllOf)];

    public static TheoryData<string, string, string> FilesAndReleases =>
        [.. from file in RepositoryFiles.PromtoolTests from release in PrometheusReleases.All select new TheoryDataRow<string, string, string>(Path.GetFileName(file), release.Version, file)];

    public static TheoryData<string> AlertNames => [.. Alerts.Select(alert => alert.Name).Distinct()];

    public static TheoryData<string> AlertIds => [.. Alerts.Select(alert => alert.Id)];

    [Theory]
    [MemberData(nameof(FilesAndReleases))]
    public async Task Every_test_file_passes_on_every_release(string name, string version, string file)
    {
        var run = await PromtoolRun.TestAsync(PrometheusReleases.All.Single(release => release.Version == version).Promtool, [file], TestContext.Current.CancellationToken);

        Assert.True(run.Succeeded.Single(), $"{name} on {version}:\n{run.Output}");
    }

    [Theory]
    [MemberData(nameof(AlertNames))]
    public void Every_alert_has_a_case_in_which_it_does_not_fire(string alert) => Assert.Contains(Cases, each =>
        each.AlertTests.Any(test => test.Text("alertname") == alert && !test.Items("exp_alerts").Any())
        || each.Test.Items("promql_expr_test").Any(test => RuleFile.IsNamedIn(alert, test.Text("expr")!) && !test.Items("exp_samples").Any())
        || alert == "CordumNatsWatchdog");

    [Theory]
    [MemberData(nameof(AlertIds))]
    public void Every_alert_has_a_case_in_which_it_fires_with_its_labels_and_annotations(string id)
    {
        var alert = Alerts.First(each => each.Id == id);
        var expected = Cases.SelectMany(each => each.AlertTests).Where(test => test.Text("alertname") == alert.Name).SelectMany(test => test.Items("exp_alerts"));

        Assert.Contains(expected, each =>
            alert.Labels.All(label => each.Find("exp_labels")?.Text(label.Key) == label.Value.Value)
            && alert.Node.Pairs("annotations").All(annotation => each.Find("exp_annotations")?.Text(annotation.Key) is { Length: > 0 }));
    }

    [Fact]
    public void Every_case_has_a_name_of_its_own() => Assert.Distinct(Cases.Select(each => each.Name));
}
