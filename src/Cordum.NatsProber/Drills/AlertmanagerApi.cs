using System.Text.Json;

namespace Cordum.NatsProber.Drills;

/// <summary>One alert that Alertmanager has.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="State"><c>active</c>, <c>suppressed</c>, or <c>unprocessed</c> as long as it is new.</param>
/// <param name="SilencedBy">How many silences hold it back.</param>
/// <param name="InhibitedBy">How many other alerts hold it back.</param>
/// <param name="Receivers">Who is told.</param>
internal sealed record HeldAlert(IReadOnlyDictionary<string, string> Labels, string State, int SilencedBy, int InhibitedBy, IReadOnlyList<string> Receivers);

/// <summary>Alertmanager's HTTP API, as far as a drill asks it.</summary>
/// <remarks>https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml</remarks>
internal sealed class AlertmanagerApi(Uri address) : IDisposable
{
    private readonly JsonApi _api = new("Alertmanager", address);

    /// <summary>Its version.</summary>
    public Task<Answer<string>> VersionAsync(CancellationToken stop) =>
        _api.GetAsync("/api/v2/status", root => JsonApi.Text(root.GetProperty("versionInfo").GetProperty("version")), stop);

    /// <summary>The alerts of a name that it has and that have not been resolved, held back or not.</summary>
    public Task<Answer<IReadOnlyList<HeldAlert>>> AlertsAsync(string alert, CancellationToken stop) =>
        _api.GetAsync($"/api/v2/alerts?filter={Uri.EscapeDataString($"alertname=\"{alert}\"")}", Read, stop);

    public void Dispose() => _api.Dispose();

    private static IReadOnlyList<HeldAlert> Read(JsonElement root) => [.. root.EnumerateArray().Select(alert =>
    {
        var status = alert.GetProperty("status");
        return new HeldAlert(
            JsonApi.Labels(alert.GetProperty("labels")),
            JsonApi.Text(status.GetProperty("state")),
            status.GetProperty("silencedBy").GetArrayLength(),
            status.GetProperty("inhibitedBy").GetArrayLength(),
            [.. alert.GetProperty("receivers").EnumerateArray().Select(receiver => JsonApi.Text(receiver.GetProperty("name")))]);
    })];
}
