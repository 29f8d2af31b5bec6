using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cordum.NatsProber.AlertTests.Queries;

namespace Cordum.NatsProber.AlertTests.Grafana;

/// <summary>One shipped dashboard, read as Grafana reads it. https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/</summary>
internal sealed partial record Dashboard(string Name, string Text, JsonObject Json)
{
    /// <summary>What Grafana puts in place of its own variables.</summary>
    private static readonly Dictionary<string, string> BuiltIn = new() { ["__rate_interval"] = "1m", ["__interval"] = "30s", ["__range"] = "6h" };

    public static IReadOnlyList<Dashboard> All { get; } =
        [.. Directory.GetFiles(RepositoryFiles.PathOf("deploy/grafana"), "*.json").Order(StringComparer.Ordinal).Select(Read)];

    public string Uid => Json["uid"]!.GetValue<string>();

    public IEnumerable<JsonObject> Panels => Json["panels"]!.AsArray().Select(panel => panel!.AsObject());

    public IEnumerable<JsonObject> Variables => Json["templating"]!["list"]!.AsArray().Select(variable => variable!.AsObject());

    /// <summary>Every query that it makes: of panels, variables and annotations, with its variables replaced by values that the series have.</summary>
    public IEnumerable<Query> Queries()
    {
        foreach (var panel in Panels)
        {
            foreach (var target in panel["targets"]!.AsArray())
                yield return new Query($"{Name}, panel {panel["title"]} {target!["refId"]}", Replaced(target["expr"]!.GetValue<string>()), FirstLabel(target["legendFormat"]!.GetValue<string>()));
        }

        foreach (var variable in Variables.Where(variable => variable["type"]!.GetValue<string>() == "query"))
        {
            var query = LabelValues().Match(variable["query"]!["query"]!.GetValue<string>());
            Assert.True(query.Success, $"{Name}: the variable {variable["name"]} asks for something else than label_values(query, label)");
            yield return new Query($"{Name}, variable {variable["name"]}", Replaced(query.Groups["query"].Value), query.Groups["label"].Value);
        }

        foreach (var annotation in Json["annotations"]!["list"]!.AsArray())
            yield return new Query($"{Name}, annotation {annotation!["name"]}", Replaced(annotation["expr"]!.GetValue<string>()));
    }

    /// <summary>Names of the variables that the text uses, <c>$name</c> or <c>${name}</c>; Grafana's own are left out.</summary>
    public IEnumerable<string> UsedVariables() => Variable().Matches(Text).Select(match => match.Groups["name"].Value).Where(name => !name.StartsWith("__", StringComparison.Ordinal)).Distinct();

    private static Dashboard Read(string file)
    {
        var text = File.ReadAllText(file);
        return new Dashboard(Path.GetFileName(file), text, JsonNode.Parse(text)!.AsObject());
    }

    private static string? FirstLabel(string legend) => LegendLabel().Match(legend) is { Success: true } label ? label.Groups["name"].Value : null;

    private static string Replaced(string query) => Variable().Replace(query, match => match.Groups["name"].Value switch
    {
        "cluster" => "local",
        "endpoint" => "n1",
        "prober" => ".+",
        var name => BuiltIn[name],
    });

    [GeneratedRegex(@"\$\{?(?<name>[A-Za-z_]+)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^label_values\((?<query>.+), (?<label>\w+)\)$")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"\{\{(?<name>\w+)\}\}")]
    private static partial Regex LegendLabel();
}
