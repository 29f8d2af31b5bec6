using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cordum.NatsProber.AlertTests.Queries;

namespace Cordum.NatsProber.AlertTests.Grafana;

/// <summary>The shipped dashboards: every query answers, every panel says what it means, and what one person exports reads as a small difference to the next.</summary>
public sealed partial class DashboardTests
{
    private const string Runbooks = "https://github.com/cordum/natsprober/blob/main/docs/runbooks/";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Names => [.. Dashboard.All.Select(dashboard => dashboard.Name)];

    [Theory]
    [MemberData(nameof(PrometheusReleases.Rows), MemberType = typeof(PrometheusReleases))]
    public async Task Every_query_parses_names_what_exists_and_answers(string folder, string version) =>
        await QueryProof.HoldAsync([.. Dashboard.All.SelectMany(dashboard => dashboard.Queries())], new PrometheusRelease(folder, version));

    [Fact]
    public void All_five_are_there_each_under_its_own_uid() =>
        Assert.Equal(["cordum-nats-brokers", "cordum-nats-endpoint", "cordum-nats-overview", "cordum-nats-prober", "cordum-nats-slo"], Dashboard.All.Select(dashboard => dashboard.Uid));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_file_is_formatted(string name)
    {
        var dashboard = Of(name);

        Assert.Equal(dashboard.Json.ToJsonString(Indented) + "\n", dashboard.Text);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_panel_says_what_it_means_in_what_unit(string name)
    {
        var panels = Of(name).Panels.ToList();

        Assert.NotEmpty(panels);
        Assert.All(panels, panel =>
        {
            Assert.False(string.IsNullOrWhiteSpace(panel["title"]!.GetValue<string>()));
            Assert.True(panel["description"]!.GetValue<string>().Length > 40, $"{panel["title"]} has hardly a description");
            Assert.False(string.IsNullOrWhiteSpace(panel["fieldConfig"]!["defaults"]!["unit"]!.GetValue<string>()));
            Assert.NotEmpty(panel["targets"]!.AsArray());
        });
        Assert.Distinct(panels.Select(panel => panel["id"]!.GetValue<int>()));
        Assert.Distinct(panels.Select(panel => panel["title"]!.GetValue<string>()));
        Assert.All(panels, panel => Assert.Distinct(panel["targets"]!.AsArray().Select(target => target!["refId"]!.GetValue<string>())));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_panel_covers_another_or_leaves_the_grid(string name)
    {
        var taken = new Dictionary<(int X, int Y), string>();
        foreach (var panel in Of(name).Panels)
        {
            var place = panel["gridPos"]!;
            int x = place["x"]!.GetValue<int>(), y = place["y"]!.GetValue<int>(), right = x + place["w"]!.GetValue<int>(), bottom = y + place["h"]!.GetValue<int>();
            Assert.InRange(right, x + 1, 24);
            for (var column = x; column < right; column++)
            {
                for (var row = y; row < bottom; row++)
                    Assert.True(taken.TryAdd((column, row), $"{panel["title"]}"), $"{panel["title"]} covers a part of {taken.GetValueOrDefault((column, row))}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_can_be_imported_anywhere(string name)
    {
        var dashboard = Of(name);

        Assert.All(Everything(dashboard.Json).Where(found => found.Key == "datasource"), found => Assert.Equal("${datasource}", found.Value!["uid"]!.GetValue<string>()));
        Assert.Equal("datasource", dashboard.Variables.First()["type"]!.GetValue<string>());
        Assert.Subset(dashboard.Variables.Select(variable => variable["name"]!.GetValue<string>()).ToHashSet(), dashboard.UsedVariables().ToHashSet());
        Assert.False(dashboard.Json.ContainsKey("id"), "the id is the Grafana's that exported it");
        Assert.InRange(dashboard.Json["schemaVersion"]!.GetValue<int>(), 30, 38); // 38 is what Grafana 10.0 knows; later ones read it as well.
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_link_leads_to_a_dashboard_or_to_a_runbook_of_ours(string name)
    {
        var dashboard = Of(name);
        var links = Everything(dashboard.Json).Where(found => found.Key == "url").Select(found => found.Value!.GetValue<string>()).Where(url => url.Length > 0).ToList();

        Assert.Contains("cordum-nats", dashboard.Json["tags"]!.AsArray().Select(tag => tag!.GetValue<string>()));
        Assert.Contains(dashboard.Json["links"]!.AsArray(), link => link!["type"]!.GetValue<string>() == "dashboards" && link["tags"]!.AsArray().Single()!.GetValue<string>() == "cordum-nats");
        Assert.All(links, url => Assert.True(
            DashboardLink().Match(url) is { Success: true } link ? Dashboard.All.Any(other => other.Uid == link.Groups["uid"].Value) : RunbookExists(url), url));
    }

    [Fact]
    public void Alerts_are_marked_on_every_dashboard() => Assert.All(
        Dashboard.All,
        dashboard => Assert.Contains(
            dashboard.Json["annotations"]!["list"]!.AsArray(),
            annotation => annotation!["expr"]!.GetValue<string>().Contains("ALERTS{", StringComparison.Ordinal)));

    private static Dashboard Of(string name) => Dashboard.All.Single(dashboard => dashboard.Name == name);

    /// <summary>A link to whatever alert was clicked stands for all of them.</summary>
    private static bool RunbookExists(string url) => url.StartsWith(Runbooks, StringComparison.Ordinal)
        && (url[Runbooks.Length..] == "${__value.text}.md" || File.Exists(RepositoryFiles.PathOf("docs/runbooks/" + url[Runbooks.Length..])));

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Everything(JsonNode? node) => node switch
    {
        JsonObject some => some.Concat(some.SelectMany(one => Everything(one.Value))),
        JsonArray some => some.SelectMany(Everything),
        _ => [],
    };

    [GeneratedRegex(@"^/d/(?<uid>[a-z-]+)\?")]
    private static partial Regex DashboardLink();
}
