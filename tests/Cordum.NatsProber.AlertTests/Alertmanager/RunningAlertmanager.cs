using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Cordum.NatsProber.AlertTests.Monitoring;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.AlertTests.Alertmanager;

/// <summary>An Alertmanager of one release, with the shipped configuration, on a free port of loopback, until disposed of.</summary>
internal sealed class RunningAlertmanager : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private const string Last = "the-last";

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePorts.Take();
    private readonly HttpClient _client;
    private readonly StartedProgram _program;

    private RunningAlertmanager(PrometheusRelease release)
    {
        var address = $"127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}";
        _client = new HttpClient { BaseAddress = new Uri($"http://{address}/api/v2/") };
        _program = StartedProgram.Start(
            release.Alertmanager, $"--config.file={RepositoryFiles.Alertmanager}", $"--storage.path={_folder.Root}", $"--web.listen-address={address}", "--cluster.listen-address=");
    }

    public static async Task<RunningAlertmanager> StartAsync(PrometheusRelease release)
    {
        var started = new RunningAlertmanager(release);
        try
        {
            await started._program.AnswersAsync(started._client, new Uri(started._client.BaseAddress!, "status"), Patience);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Raises alerts, each written as <c>alertname=… severity=…</c>.</summary>
    public async Task RaiseAsync(IEnumerable<string> alerts, CancellationToken stop)
    {
        using var answer = await _client.PostAsJsonAsync("alerts", alerts.Select(alert => new { labels = Labels(alert) }), stop);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>
    /// The alerts that are told; the others are inhibited. Alertmanager takes in one alert after another while it answers, so one more pair is raised at the end, of which one is sure
    /// to inhibit the other: when that is seen, all before it are settled.
    /// </summary>
    public async Task<IReadOnlyList<string>> ToldAsync(CancellationToken stop)
    {
        await RaiseAsync([$"alertname=CordumNatsClusterUnreachable cluster={Last} severity=critical", $"alertname=CordumNatsReconnectChurn cluster={Last} endpoint=n severity=critical"], stop);
        JsonElement[] known = [];
        await UntilAsync(
            async () =>
            {
                known = await _client.GetFromJsonAsync<JsonElement[]>("alerts", stop) ?? [];
                return known.Any(alert => OfCluster(alert, Last) && IsInhibited(alert));
            },
            stop);
        return [.. known.Where(alert => !OfCluster(alert, Last) && !IsInhibited(alert)).Select(Text).Order(StringComparer.Ordinal)];
    }

    /// <summary>The notifications in the making, once all alerts are in one: receiver, the labels by which its alerts are one notification, and how many they are.</summary>
    public async Task<IReadOnlyList<string>> GroupsAsync(int raised, CancellationToken stop)
    {
        JsonElement[] known = [];
        await UntilAsync(
            async () => (known = await _client.GetFromJsonAsync<JsonElement[]>("alerts/groups", stop) ?? []).Sum(group => group.GetProperty("alerts").GetArrayLength()) == raised, stop);
        return
        [
            .. known.Select(group => $"{group.GetProperty("receiver").GetProperty("name").GetString()} {Text(group)}: {group.GetProperty("alerts").GetArrayLength()}").Order(StringComparer.Ordinal),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        FreePorts.Release([_port]);
        _client.Dispose();
        _folder.Dispose();
    }

    private static bool IsInhibited(JsonElement alert) => alert.GetProperty("status").GetProperty("inhibitedBy").GetArrayLength() > 0;

    private static bool OfCluster(JsonElement alert, string cluster) => alert.GetProperty("labels").TryGetProperty("cluster", out var label) && label.GetString() == cluster;

    private static Dictionary<string, string> Labels(string alert) => alert.Split(' ').Select(label => label.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

    private static string Text(JsonElement labelled) =>
        string.Join(' ', labelled.GetProperty("labels").EnumerateObject().OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value.GetString()}"));

    private async Task UntilAsync(Func<Task<bool>> condition, CancellationToken stop)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < Patience; await Task.Delay(Pause, stop))
        {
            if (await condition())
                return;
        }

        throw new TimeoutException($"Alertmanager does not show what was asked for. It said:\n{_program.Said}");
    }
}
