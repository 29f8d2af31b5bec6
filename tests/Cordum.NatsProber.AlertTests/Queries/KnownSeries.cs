using System.Globalization;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.AlertTests.Queries;

/// <summary>
/// Every series that a query may name: the golden page of the prober's at start-up, what the page has of process and runtime, what the shipped rules record,
/// and Prometheus's own <c>up</c> and <c>ALERTS</c>.
/// </summary>
internal static partial class KnownSeries
{
    /// <summary>How many samples each series has; 15 s lie between two.</summary>
    private const int Scrapes = 80;

    private const string Target = "job=\"cordum-nats-prober\",instance=\"prober:9522\"";

    private const string Application = "component=\"orders\",job=\"orders\",instance=\"orders-0:9090\"";

    private static readonly string[] Page = File.ReadAllLines(RepositoryFiles.PathOf("tests/Cordum.NatsProber.Tests/Metrics/start-up.prom"));

    private static readonly string Rules = File.ReadAllText(RepositoryFiles.Rules);

    /// <summary>Names of the alerts that the shipped rules have.</summary>
    public static IReadOnlySet<string> Alerts { get; } = AlertName().Matches(Rules).Select(match => match.Groups["name"].Value).ToHashSet();

    /// <summary>The severities that rules of that alert have.</summary>
    public static IReadOnlySet<string> SeveritiesOf(string alert) => Rules.Split("\n  - ")
        .Where(rule => rule.StartsWith($"alert: {alert}\n", StringComparison.Ordinal))
        .Select(rule => Severity().Match(rule).Groups["word"].Value)
        .ToHashSet();

    /// <summary>Names of the recorded series.</summary>
    public static IReadOnlySet<string> Recorded { get; } = RecordName().Matches(Rules).Select(match => match.Groups["name"].Value).ToHashSet();

    /// <summary>Each series that is scraped, by name, with the labels that it may have.</summary>
    public static IReadOnlyDictionary<string, HashSet<string>> Scraped { get; } = FindLabels();

    /// <summary>
    /// Input of a promtool test: every series as it might have been scraped for 20 minutes, by two probers, with n1 up, n2 down, one target that cannot be scraped, and an
    /// application that reconnects all the time. Counters and buckets grow, so that whatever a query filters, something is left.
    /// </summary>
    public static IEnumerable<(string Series, string Values)> Input()
    {
        foreach (var (name, labels, type, place) in Samples())
        {
            yield return ($"{name}{{{labels},{Target}}}", Values(name, labels, type, place));
            // A second prober, which sees no outage of n1 where the first sees one; of n2 they agree.
            var other = labels.Replace("prober=\"test\"", "prober=\"other\"", StringComparison.Ordinal);
            var sees = name == "cordum_nats_outage_start_timestamp_seconds" && labels.Contains("\"n1\"", StringComparison.Ordinal) ? Constant(0) : Values(name, labels, type, place);
            yield return ($"{name}{{{other},{Target}}}", sees);
        }

        yield return ($"up{{{Target}}}", Constant(1));
        yield return ("""up{job="cordum-nats-prober",instance="other:9522"}""", Constant(0));
        yield return ($"cordum_nats_disconnect_total{{{Application}}}", Growing(1, 1));
        yield return ($"cordum_nats_reconnect_total{{{Application}}}", Growing(0, 1));
    }

    private static string Values(string name, string labels, string type, int place)
    {
        var down = labels.Contains("endpoint=\"n2\"", StringComparison.Ordinal);
        return name switch
        {
            "cordum_nats_connected" or "cordum_nats_broker_healthy" => Constant(down ? 0 : 1),
            "cordum_nats_disconnect_total" => Growing(down ? 1 : 0, 1),
            "cordum_nats_slo_window_seconds" => Constant(2592000),
            _ => type == "gauge" ? Constant(1) : Growing(0, place),
        };
    }

    private static string Constant(int value) => Growing(value, 0);

    private static string Growing(int first, int step) => string.Create(CultureInfo.InvariantCulture, $"{first}+{step}x{Scrapes}");

    private static Dictionary<string, HashSet<string>> FindLabels()
    {
        var found = new Dictionary<string, HashSet<string>>
        {
            ["up"] = ["job", "instance"],
            ["ALERTS"] = ["alertname", "alertstate", "severity", "cluster", "endpoint", "prober", "component", "objective", "job", "planned"],
        };
        foreach (var (name, labels, _, _) in Samples())
        {
            var known = found.TryGetValue(name, out var before) ? before : found[name] = ["job", "instance"];
            known.UnionWith(LabelName().Matches(labels).Select(label => label.Groups["name"].Value));
        }

        return found;
    }

    /// <summary>Name, labels, type, and the place among the buckets of a histogram, for it to grow in order.</summary>
    private static IEnumerable<(string Name, string Labels, string Type, int Place)> Samples()
    {
        var type = "";
        var place = 1;
        foreach (var line in Page)
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
                type = line.Split(' ')[^1];
            if (SampleLine().Match(line) is not { Success: true } sample)
                continue;
            var name = sample.Groups["name"].Value;
            place = name.EndsWith("_bucket", StringComparison.Ordinal) ? place + 1 : 1;
            yield return (name, sample.Groups["labels"].Value, type, place);
        }

        // The golden page leaves these out, since nobody can foretell their values; the reference has them.
        foreach (Match row in RuntimeRow().Matches(File.ReadAllText(RepositoryFiles.PathOf("docs/metrics.md"))))
            yield return (row.Groups["name"].Value, "prober=\"test\"", row.Groups["type"].Value, 1);
    }

    [GeneratedRegex(@"^(?<name>\w+)\{(?<labels>.*)\} \S+$")]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"(?<name>\w+)=""")]
    private static partial Regex LabelName();

    [GeneratedRegex(@"^\| `(?<name>(process|dotnet)_\w+)` \| (?<type>counter|gauge) \|", RegexOptions.Multiline)]
    private static partial Regex RuntimeRow();

    [GeneratedRegex(@"^\s+severity: (?<word>\w+)$", RegexOptions.Multiline)]
    private static partial Regex Severity();

    [GeneratedRegex(@"^\s*- alert: (?<name>\w+)\s*$", RegexOptions.Multiline)]
    private static partial Regex AlertName();

    [GeneratedRegex(@"^\s*- record: (?<name>[\w:]+)\s*$", RegexOptions.Multiline)]
    private static partial Regex RecordName();
}
