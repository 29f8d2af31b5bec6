using System.Globalization;
using System.Text.Json;

namespace Cordum.NatsProber.Drills;

/// <summary>One series of the answer to a query.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value now.</param>
internal sealed record PrometheusSeries(IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>The value of a label; empty if there is none.</summary>
    public string this[string label] => Labels.GetValueOrDefault(label, "");

    /// <summary>The link that it tells of.</summary>
    public LinkKey Link => new(this["cluster"], this["endpoint"]);
}

/// <summary>One alerting rule, as loaded.</summary>
/// <param name="Name">The alert's name.</param>
/// <param name="Severity">Its label.</param>
/// <param name="For">How long its condition must hold.</param>
/// <param name="Health"><c>ok</c>, <c>err</c>, or <c>unknown</c> before it was first evaluated.</param>
/// <param name="LastError">Why its evaluation failed; empty if it did not.</param>
internal sealed record PrometheusRule(string Name, string Severity, TimeSpan For, string Health, string LastError);

/// <summary>Prometheus's HTTP API, as far as a drill asks it.</summary>
/// <remarks>https://prometheus.io/docs/prometheus/latest/querying/api/</remarks>
internal sealed class PrometheusApi(Uri address) : IDisposable
{
    private readonly JsonApi _api = new("Prometheus", address);

    /// <summary>Its version.</summary>
    public Task<Answer<string>> VersionAsync(CancellationToken stop) =>
        _api.GetAsync("/api/v1/status/buildinfo", root => JsonApi.Text(root.GetProperty("data").GetProperty("version")), stop);

    /// <summary>The series that an expression selects now.</summary>
    public Task<Answer<IReadOnlyList<PrometheusSeries>>> QueryAsync(string expression, CancellationToken stop) =>
        _api.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}", ReadVector, stop);

    /// <summary>The alerting rules that it evaluates.</summary>
    public Task<Answer<IReadOnlyList<PrometheusRule>>> AlertRulesAsync(CancellationToken stop) => _api.GetAsync("/api/v1/rules?type=alert", ReadRules, stop);

    /// <summary>The addresses of the Alertmanagers to which it sends.</summary>
    public Task<Answer<IReadOnlyList<string>>> AlertmanagersAsync(CancellationToken stop) => _api.GetAsync<IReadOnlyList<string>>(
        "/api/v1/alertmanagers",
        root => [.. root.GetProperty("data").GetProperty("activeAlertmanagers").EnumerateArray().Select(one => JsonApi.Text(one.GetProperty("url")))],
        stop);

    public void Dispose() => _api.Dispose();

    private static IReadOnlyList<PrometheusSeries> ReadVector(JsonElement root)
    {
        var data = root.GetProperty("data");
        if (data.GetProperty("resultType").GetString() != "vector")
            throw new FormatException("no vector");
        return [.. data.GetProperty("result").EnumerateArray().Select(series => new PrometheusSeries(
            JsonApi.Labels(series.GetProperty("metric")),
            Number(series.GetProperty("value"))))];
    }

    private static IReadOnlyList<PrometheusRule> ReadRules(JsonElement root) =>
        [.. root.GetProperty("data").GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray())
            .Where(rule => rule.GetProperty("type").GetString() == "alerting")
            .Select(rule => new PrometheusRule(
                JsonApi.Text(rule.GetProperty("name")),
                Optional(rule.GetProperty("labels"), "severity"),
                TimeSpan.FromSeconds(rule.GetProperty("duration").GetDouble()),
                JsonApi.Text(rule.GetProperty("health")),
                Optional(rule, "lastError")))];

    private static string Optional(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? JsonApi.Text(value) : "";

    /// <summary>A sample: its time, and its value as text.</summary>
    private static double Number(JsonElement sample) => sample.EnumerateArray().Skip(1).Single().GetString() switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        var text => double.Parse(text ?? "", NumberStyles.Float, CultureInfo.InvariantCulture),
    };
}
