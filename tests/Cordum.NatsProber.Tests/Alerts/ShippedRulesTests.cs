using Cordum.NatsProber.Alerts;
using Cordum.NatsProber.Commands;
using Cordum.NatsProber.Tests.Probes;
using YamlDotNet.RepresentationModel;

namespace Cordum.NatsProber.Tests.Alerts;

/// <summary>
/// The shipped files are what <c>natsprober rules</c> prints. To write them anew: run these tests with NATSPROBER_UPDATE_GOLDEN=1, and read the difference before
/// it is committed.
/// </summary>
public sealed class ShippedRulesTests
{
    [Theory]
    [InlineData("deploy/prometheus/rules.yml", "rules")]
    [InlineData("deploy/kubernetes/prometheusrule.yaml", "rules", "--format", "operator")]
    public async Task The_shipped_file_is_what_the_verb_prints(string file, params string[] commandLine)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter());
        Assert.Equal(0, await NatsProberCommand.RunAsync(commandLine, output, error));
        var path = Path.Combine(ProbeFolder.Repository, file);
        if (Environment.GetEnvironmentVariable("NATSPROBER_UPDATE_GOLDEN") == "1")
            await File.WriteAllTextAsync(path, output.ToString(), TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), output.ToString(), ignoreLineEndingDifferences: false);
        Assert.StartsWith($"# Made by: natsprober {string.Join(' ', commandLine)}\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_back_the_files_hold_each_rule_as_it_is()
    {
        var groups = RuleBook.Groups(new RuleSettings());

        var plain = Read(RulesYaml.Prometheus(groups, "x"));
        var resource = Read(RulesYaml.Operator(groups, "x", [new("release", "1")]));

        Assert.Equal(groups.Select(Plain), ((YamlSequenceNode)plain["groups"]).Select(Plain));
        Assert.Equal(groups.Select(Plain), ((YamlSequenceNode)resource["spec"]["groups"]).Select(Plain));
        Assert.Equal("1", resource["metadata"]["labels"]["release"].ToString());
    }

    private static YamlNode Read(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return Assert.Single(stream.Documents).RootNode;
    }

    private static string Plain(RuleGroup group) => $"{group.Name} {Promql.Duration(group.Interval)}\n" + string.Join('\n', group.Rules.Select(rule => rule switch
    {
        AlertingRule alert => $"{alert.Alert}|{alert.Expression}|{Wait(alert.For)}|{Wait(alert.KeepFiringFor)}|{Labels(alert)}|{alert.Summary}|{alert.Description}|{alert.Runbook}",
        _ => $"{((RecordingRule)rule).Record}|{rule.Expression}|{Labels(rule)}",
    }));

    private static string Plain(YamlNode group) => $"{group["name"]} {group["interval"]}\n" + string.Join('\n', ((YamlSequenceNode)group["rules"]).Cast<YamlMappingNode>().Select(rule =>
        rule.Children.ContainsKey("alert")
            ? $"{rule["alert"]}|{rule["expr"]}|{Text(rule, "for")}|{Text(rule, "keep_firing_for")}|{Labels(rule)}|{rule["annotations"]["summary"]}|{rule["annotations"]["description"]}|{rule["annotations"]["runbook_url"]}"
            : $"{rule["record"]}|{rule["expr"]}|{Labels(rule)}"));

    private static string Wait(TimeSpan wait) => wait == TimeSpan.Zero ? "" : Promql.Duration(wait);

    private static string Text(YamlMappingNode rule, string key) => rule.Children.TryGetValue(key, out var value) ? value.ToString() : "";

    private static string Labels(Rule rule) => string.Join(',', rule.Labels.Select(label => $"{label.Key}={label.Value}"));

    private static string Labels(YamlMappingNode rule) =>
        rule.Children.TryGetValue("labels", out var labels) ? string.Join(',', ((YamlMappingNode)labels).Select(label => $"{label.Key}={label.Value}")) : "";
}
