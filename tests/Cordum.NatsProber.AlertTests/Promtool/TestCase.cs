using YamlDotNet.RepresentationModel;

namespace Cordum.NatsProber.AlertTests.Promtool;

/// <summary>One case of a promtool test file.</summary>
/// <param name="Name">File and case.</param>
/// <param name="File">What holds for the whole file.</param>
/// <param name="Test">The case.</param>
internal sealed record TestCase(string Name, YamlMappingNode File, YamlMappingNode Test)
{
    private static readonly string[] Asked = ["alert_rule_test", "promql_expr_test"];

    /// <summary>What it expects of alerts, one an evaluation.</summary>
    public IEnumerable<YamlNode> AlertTests => Test.Items("alert_rule_test");

    /// <summary>The cases of a test file.</summary>
    public static IEnumerable<TestCase> AllOf(string file)
    {
        var content = YamlText.Read(file);
        return content.Items("tests").Select((test, index) => new TestCase($"{Path.GetFileName(file)}: {test.Text("name") ?? $"case {index + 1}"}", content, (YamlMappingNode)test));
    }

    /// <summary>The names of the series that it is given.</summary>
    public IReadOnlyList<string> Series => [.. Test.Items("input_series").Select(SeriesName).Distinct()];

    /// <summary>
    /// A test file of this case and, of what it asks, only that which speaks of these rules; null if nothing does. The rules are in <c>rules.yml</c> beside it.
    /// </summary>
    /// <param name="rules">The names of the rules.</param>
    /// <param name="text">The rule file; series that neither it nor what is asked reads are left out.</param>
    public string? About(IReadOnlyCollection<string> rules, string text)
    {
        var test = Copy(Test);
        foreach (var key in Asked)
            test.Children[key] = new YamlSequenceNode(Test.Items(key).Where(each => IsAbout(each, rules)));
        if (!Asked.Any(key => test.Items(key).Any()))
            return null;
        var read = text + string.Concat(test.Items("promql_expr_test").Select(each => each.Text("expr")));
        test.Children["input_series"] = new YamlSequenceNode(Test.Items("input_series").Where(each => RuleFile.IsNamedIn(SeriesName(each), read)));
        var file = Copy(File);
        file.Children["rule_files"] = new YamlSequenceNode("rules.yml");
        file.Children["tests"] = new YamlSequenceNode(test);
        return YamlText.Write(file);
    }

    private static string SeriesName(YamlNode series) => series.Text("series")!.Split('{')[0];

    private static YamlMappingNode Copy(YamlMappingNode node) => new(node.Children);

    private static bool IsAbout(YamlNode asked, IReadOnlyCollection<string> rules) =>
        asked.Text("alertname") is { } alert ? rules.Contains(alert) : rules.Any(rule => RuleFile.IsNamedIn(rule, asked.Text("expr")!));
}
