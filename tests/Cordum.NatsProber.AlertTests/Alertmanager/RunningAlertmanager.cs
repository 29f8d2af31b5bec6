using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Cordum.NatsProber.AlertTests.Alertmanager;

/// <summary>An Alertmanager of one release, with the shipped configuration, on a free port of loopback, until disposed of.</summary>
internal sealed class RunningAlertmanager : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private const string Last = "the-last";

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client;
    private readonly Process _process;
    private readonly Task<string> _log;

    private RunningAlertmanager(PrometheusRelease release)
    {
        var address = $"127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}";
        _client = new HttpClient { BaseAddress = new Uri($"http://{address}/api/v2/") };
        // Debian's build looks for its templates in share/, from where it is started, and does not start without. No receiver of ours uses them.
        var templates = Directory.CreateDirectory(Path.Combine(_folder.Root, "share", "prometheus", "alertmanager")).FullName;
        foreach (var template in (string[])["default.tmpl", "email.tmpl"])
            File.WriteAllText(Path.Combine(templates, template), "");
        _process = Process.Start(new ProcessStartInfo(
            release.Alertmanager,
            [$"--config.file={RepositoryFiles.Alertmanager}", $"--storage.path={_folder.Root}", $"--web.listen-address={address}", "--cluster.listen-address="])
        {
            RedirectStandardError = true,
            WorkingDirectory = _folder.Root,
        })!;
        _log = _process.StandardError.ReadToEndAsync();
    }

    public static async Task<RunningAlertmanager> StartAsync(PrometheusRelease release, CancellationToken stop)
    {
        var started = new RunningAlertmanager(release);
        try
        {
            await started.UntilAsync(async () => (await started._client.GetAsync(new Uri("status", UriKind.Relative), stop)).IsSuccessStatusCode, stop);
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
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }

    private static bool IsInhibited(JsonElement alert) => alert.GetProperty("status").GetProperty("inhibitedBy").GetArrayLength() > 0;

    private static bool OfCluster(JsonElement alert, string cluster) => alert.GetProperty("labels").TryGetProperty("cluster", out var label) && label.GetString() == cluster;

    private static Dictionary<string, string> Labels(string alert) => alert.Split(' ').Select(label => label.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

    private static string Text(JsonElement labelled) =>
        string.Join(' ', labelled.GetProperty("labels").EnumerateObject().OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value.GetString()}"));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task UntilAsync(Func<Task<bool>> condition, CancellationToken stop)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < Patience; await Task.Delay(Pause, stop))
        {
            try
            {
                if (await condition())
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet, or never any more.
                if (_process.HasExited)
                    break;
            }
        }

        throw new TimeoutException(_process.HasExited ? $"Alertmanager ended: {await _log}" : "Alertmanager does not show what was asked for.");
    }
}
