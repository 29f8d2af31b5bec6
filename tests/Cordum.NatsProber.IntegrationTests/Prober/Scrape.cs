using System.Globalization;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>One scrape of <c>/metrics</c>.</summary>
internal sealed partial class Scrape
{
    /// <summary>Outcomes that are neither a success nor the prober's own affair.</summary>
    public static readonly string[] Failures = ["timeout", "no_responders", "disconnected", "wrong_server", "error"];

    private readonly List<(string Name, Dictionary<string, string> Labels, double Value)> _samples = [];

    public Scrape(string page)
    {
        Page = page;
        foreach (var line in page.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '#')
                continue;
            var match = SampleLine().Match(line);
            Assert.True(match.Success, $"not a sample: {line}");
            var labels = LabelPair().Matches(match.Groups["labels"].Value).ToDictionary(pair => pair.Groups[1].Value, pair => pair.Groups[2].Value);
            _samples.Add((match.Groups["name"].Value, labels, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>As it came.</summary>
    public string Page { get; }

    /// <summary>The sum of all samples of a name with the given labels; the test fails if there is none.</summary>
    public double this[string name, params (string Label, string Value)[] labels]
    {
        get
        {
            var found = _samples.Where(s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Label) == l.Value)).ToList();
            Assert.True(found.Count > 0, $"no sample {name}{{{string.Join(',', labels)}}}");
            return found.Sum(s => s.Value);
        }
    }

    /// <summary>Whether there is any sample of a name with the given labels.</summary>
    public bool Has(string name, params (string Label, string Value)[] labels) =>
        _samples.Any(s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Label) == l.Value));

    /// <summary>A series of one endpoint.</summary>
    public double Of(string endpoint, string name, params (string Label, string Value)[] labels) => this[name, [("endpoint", endpoint), .. labels]];

    /// <summary>The endpoints that have link series.</summary>
    public IEnumerable<string> Endpoints => _samples.Where(s => s.Name == "cordum_nats_connected").Select(s => s.Labels["endpoint"]);

    /// <summary>Those of pinned links; the name of the link that fails over is the same in every cluster.</summary>
    public IEnumerable<string> PinnedEndpoints => Endpoints.Where(endpoint => endpoint != "_cluster");

    public double Disconnects(string endpoint) => Of(endpoint, "cordum_nats_disconnect_total");

    public double Reconnects(string endpoint) => Of(endpoint, "cordum_nats_reconnect_total");

    /// <summary>Whether the link is open; with several clusters, every link of that name.</summary>
    public bool IsConnected(string endpoint) => _samples.Where(s => s.Name == "cordum_nats_connected" && s.Labels["endpoint"] == endpoint).All(s => s.Value == 1);

    public double Causes(string endpoint, string cause) => Of(endpoint, "cordum_nats_disconnect_cause_total", ("cause", cause));

    public double Ticks(string endpoint, string outcome) => Of(endpoint, "cordum_nats_probe_total", ("outcome", outcome));

    /// <summary>Ticks that failed: neither success nor the prober's own affair (missed, indeterminate).</summary>
    public double FailedTicks(string endpoint) =>
        Failures.Sum(outcome => Ticks(endpoint, outcome));

    public double Dials(string endpoint, string outcome) => Of(endpoint, "cordum_nats_connect_attempt_total", ("outcome", outcome));

    public double OutageSeconds(string endpoint) => Of(endpoint, "cordum_nats_outage_duration_seconds_sum");

    public double Outages(string endpoint) => Of(endpoint, "cordum_nats_outage_duration_seconds_count");

    /// <summary>What breaks the law of parity, or null: disconnects - reconnects = 1 - connected, or all three 0 before the first dial has ended.</summary>
    public string? ParityBreach()
    {
        foreach (var (cluster, endpoint) in _samples.Where(s => s.Name == "cordum_nats_connected").Select(s => (s.Labels["cluster"], s.Labels["endpoint"])))
        {
            double Link(string name) => this[name, ("cluster", cluster), ("endpoint", endpoint)];
            var (lost, back, up) = (Link("cordum_nats_disconnect_total"), Link("cordum_nats_reconnect_total"), Link("cordum_nats_connected"));
            var causes = Link("cordum_nats_disconnect_cause_total");
            var unborn = lost == 0 && back == 0 && up == 0;
            if ((!unborn && lost - back != 1 - up) || causes != lost)
                return $"{cluster}/{endpoint}: disconnects {lost}, by cause {causes}, reconnects {back}, connected {up}";
        }

        return null;
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>\S+)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="([^"]*)",?""")]
    private static partial Regex LabelPair();
}
