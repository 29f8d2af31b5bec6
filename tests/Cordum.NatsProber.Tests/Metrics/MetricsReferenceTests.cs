using System.Text.RegularExpressions;
using Cordum.NatsProber.Tests.Probes;

namespace Cordum.NatsProber.Tests.Metrics;

/// <summary>Holds <c>docs/metrics.md</c> to what the prober really serves, which the golden file shows.</summary>
public sealed partial class MetricsReferenceTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(ProbeFolder.Repository, "docs", "metrics.md"));

    [Fact]
    public async Task Every_family_is_documented_once_with_its_type_and_labels()
    {
        var served = (await StartUpPage.FamiliesAsync()).Values
            .Select(family => $"{family.Name} {family.Type} {Words(family.Samples[0].LabelNames.Where(label => label is not ("prober" or "le")))}");

        Assert.Equal(served.Order(), Documented().Order());
    }

    [Theory]
    [InlineData("Causes", "cordum_nats_disconnect_cause_total", "cause")]
    [InlineData("Phases", "cordum_nats_connect_phase_duration_seconds", "phase")]
    [InlineData("Kinds", "cordum_nats_probe_total", "probe")]
    [InlineData("Outcomes", "cordum_nats_probe_total", "outcome")]
    [InlineData("Discarded replies", "cordum_nats_probe_reply_discarded_total", "kind")]
    [InlineData("Views", "cordum_nats_broker_view", "state")]
    [InlineData("Verdicts", "cordum_nats_view_verdict_total", "verdict")]
    [InlineData("Sources", "cordum_nats_broker_source", "source")]
    [InlineData("Queries", "cordum_nats_broker_query_total", "outcome")]
    [InlineData("Disagreements", "cordum_nats_view_disagreement", "kind")]
    [InlineData("Stalls", "cordum_nats_prober_stall_seconds_total", "kind")]
    public async Task Every_value_of_a_label_is_documented(string section, string family, string label) =>
        Assert.Equal((IEnumerable<string>)await ServedAsync(family, label), FirstColumn(section));

    [Fact]
    public async Task Every_outcome_of_a_dial_is_documented() =>
        Assert.Equal(await ServedAsync("cordum_nats_connect_attempt_total", "outcome"), FirstColumn("Dials").Concat(FirstColumn("Causes")));

    [Fact]
    public async Task Every_outcome_of_discovery_is_documented() =>
        Assert.Equal(await ServedAsync("cordum_nats_discovery_total", "outcome"), FirstColumn("Discovery outcomes").Prepend("success"));

    [Fact]
    public async Task Every_series_that_the_text_mentions_exists()
    {
        var served = (await StartUpPage.FamiliesAsync()).Keys;

        Assert.Empty(OwnName().Matches(string.Join("\n", Lines)).Select(match => match.Value).Except(served));
    }

    [Fact]
    public void Every_link_in_the_text_leads_somewhere()
    {
        var headings = Lines.Where(line => line.StartsWith('#')).Select(line => line.TrimStart('#', ' ').ToLowerInvariant().Replace(' ', '-'));

        Assert.Empty(Anchor().Matches(string.Join("\n", Lines)).Select(match => match.Groups["to"].Value).Except(headings));
    }

    private static async Task<string[]> ServedAsync(string family, string label) =>
        [.. (await StartUpPage.FamiliesAsync())[family].Samples.Select(sample => sample[label]).Distinct()];

    /// <summary>Each family's row, with the labels that its section gives to all.</summary>
    private static IEnumerable<string> Documented()
    {
        string[] shared = [];
        foreach (var line in Paragraphs())
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                shared = [];
            else if (line.Contains("Labels of all in this section: ", StringComparison.Ordinal))
                shared = [.. Shared().Match(line).Groups["label"].Captures.Select(label => label.Value)];
            else if (FamilyRow().Match(line) is { Success: true } row)
                yield return $"{row.Groups["name"].Value} {row.Groups["type"].Value} {Words([.. shared, .. row.Groups["label"].Captures.Select(label => label.Value)])}";
        }
    }

    private static IEnumerable<string> Paragraphs() => string.Join('\n', Lines).Split("\n\n").SelectMany(paragraph =>
        paragraph.StartsWith('|') ? paragraph.Split('\n') : [paragraph.Replace('\n', ' ')]);

    private static string[] FirstColumn(string section) =>
        [.. Lines.SkipWhile(line => line != "### " + section).Skip(1).TakeWhile(line => !line.StartsWith('#'))
            .Select(line => ValueRow().Match(line)).Where(row => row.Success).Select(row => row.Groups["value"].Value)];

    private static string Words(IEnumerable<string> labels) => string.Join(' ', labels);

    [GeneratedRegex(@"^\| `(?<name>[a-z_]+)` \| (?<type>counter|gauge|histogram) \| (`(?<label>[a-z]+)`(, )?)*\s*\| [^|]+ \|[^|]*\|$")]
    private static partial Regex FamilyRow();

    [GeneratedRegex(@"^\| `(?<value>[a-z_]+)` \| [^|]+ \|")]
    private static partial Regex ValueRow();

    [GeneratedRegex(@"Labels of all in this section: (`(?<label>[a-z]+)`( \([^)]*\))?(, )?)+")]
    private static partial Regex Shared();

    [GeneratedRegex("cordum_nats_[a-z_]+")]
    private static partial Regex OwnName();

    [GeneratedRegex(@"\]\(#(?<to>[^)]+)\)")]
    private static partial Regex Anchor();
}
