using System.Text.RegularExpressions;
using Cordum.NatsProber.AlertTests.Queries;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.AlertTests.Docs;

/// <summary>Whoever is woken finds a page, with the same parts in the same order, whose commands work and whose words mean something.</summary>
public sealed partial class RunbookTests
{
    private static readonly string[] NoAlerts = ["README", "causes", "playbook", "verdicts"];

    private static readonly string[] Causes = [.. Enum.GetValues<DisconnectCause>().Select(SnakeCase.Of)];

    public static TheoryData<string> Names => [.. Page.All.Select(page => page.Name)];

    public static TheoryData<string> Alerts => [.. KnownSeries.Alerts];

    /// <summary>Those about connections: the others are about the instrument.</summary>
    public static TheoryData<string> AboutConnections => [.. KnownSeries.Alerts.Where(alert => !IsAboutTheInstrument(alert))];

    [Fact]
    public void Every_alert_has_its_runbook_and_every_runbook_its_alert() =>
        Assert.Equal(KnownSeries.Alerts.Order(StringComparer.Ordinal), Page.All.Select(page => page.Name).Except(NoAlerts).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Its_parts_are_those_of_all_runbooks(string alert) => Assert.Equal(
        [$"# {alert}", "## What it means", "## First five minutes", "## Likely causes", "## Silence", "## Prove it fixed"],
        Of(alert).Headings);

    [Theory]
    [MemberData(nameof(Alerts))]
    public void It_says_in_two_sentences_what_it_means(string alert) =>
        Assert.InRange(SentenceEnd().Count(Of(alert).Section("What it means")), 1, 2);

    [Theory]
    [MemberData(nameof(Alerts))]
    public void The_index_has_it_and_its_severities_are_those_of_the_rules(string alert)
    {
        var severities = KnownSeries.SeveritiesOf(alert);
        var row = Of("README").Text.Split('\n').Single(line => line.StartsWith($"| [{alert}]({alert}.md) |", StringComparison.Ordinal));

        Assert.Equal(string.Join(", ", severities.Order()), row.Split('|')[2].Trim());
        Assert.All(severities, severity => Assert.Contains(severity, Of(alert).Text.Split("\n## ")[0], StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void It_silences_this_alert_alone_with_an_end_and_a_reason(string alert)
    {
        var silences = Of(alert).Commands().Where(command => command.Contains(" silence add ", StringComparison.Ordinal)).ToList();
        if (alert == "CordumNatsWatchdog")
        {
            Assert.Empty(silences);
            return;
        }

        var labels = Backticked().Matches(Of(alert).Text.Split("\n## ")[0]).Select(match => match.Groups["word"].Value).ToList();
        Assert.All(Assert.Single(silences).Split(" silence add ")[1..], silence =>
        {
            Assert.Matches("""--duration=\d+[mh] .*--author="\$USER" --comment=".{10,}"$""", silence);
            var matchers = Matcher().Matches(silence.Split(" --")[0]).ToDictionary(match => match.Groups["label"].Value, match => match.Groups["value"].Value);
            Assert.Matches($"^{matchers["alertname"]}$", alert);
            Assert.Subset(labels.Append("alertname").Append("severity").ToHashSet(), matchers.Keys.ToHashSet());
        });
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void It_proves_the_cure_by_queries_and_by_a_drill(string alert)
    {
        var proof = Of(alert).Section("Prove it fixed");

        Assert.Contains("natsprober drill", proof, StringComparison.Ordinal);
        Assert.True(alert == "CordumNatsWatchdog" || proof.Contains("promtool query instant", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(AboutConnections))]
    public void Every_cause_has_its_place_in_it(string alert)
    {
        var section = Of(alert).Section("Likely causes");

        Assert.All(Causes, cause => Assert.Contains($"(causes.md#{cause})", section, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_cause_is_explained() => Assert.Equal(Causes.Select(cause => $"## {cause}"), Of("causes").Headings.Skip(1));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_series_and_alert_that_a_page_names_exists(string name)
    {
        var text = Of(name).Text;

        Assert.All(OwnSeries().Matches(text).Select(match => match.Value).Distinct(), series => Assert.True(IsSeries(series), series));
        Assert.All(AlertName().Matches(text).Select(match => match.Value).Distinct(), alert => Assert.Contains(alert, KnownSeries.Alerts));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_link_of_a_page_leads_somewhere(string name) => Assert.Empty(Of(name).DeadLinks());

    [Theory]
    [MemberData(nameof(PrometheusReleases.Rows), MemberType = typeof(PrometheusReleases))]
    public async Task Every_query_parses_names_what_exists_and_answers(string folder, string version) =>
        await QueryProof.HoldAsync([.. Page.All.SelectMany(page => page.Queries())], new PrometheusRelease(folder, version));

    private static Page Of(string name) => Page.All.Single(page => page.Name == name);

    private static bool IsAboutTheInstrument(string alert) => alert is "CordumNatsWatchdog" or "CordumNatsProberAbsent" or "CordumNatsProberLost" or "CordumNatsProberStalled";

    private static bool IsSeries(string name) => KnownSeries.Scraped.ContainsKey(name) || KnownSeries.Scraped.ContainsKey($"{name}_bucket") || KnownSeries.Recorded.Contains(name);

    [GeneratedRegex(@"[.!?](?=\s)")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex("`(?<word>[a-z]+)`")]
    private static partial Regex Backticked();

    [GeneratedRegex("""(?<label>\w+)=~?"?(?<value>[^"\s]+)"?""")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b([a-z_]+:)?cordum_nats_[a-z_]+(:[a-z0-9_]+)?\b")]
    private static partial Regex OwnSeries();

    [GeneratedRegex(@"\bCordumNats[A-Z]\w+\b")]
    private static partial Regex AlertName();
}
