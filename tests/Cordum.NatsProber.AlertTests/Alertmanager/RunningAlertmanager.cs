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

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client;
    private readonly Process _process;
    private readonly Task<string> _log;

    private RunningAlertmanager(PrometheusRelease release)
    {
        var address = $"127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}";
        _client = new HttpClient { BaseAddress = new Uri($"http://{address}/api/v2/") };
        _process = Process.Start(new ProcessStartInfo(
            release.Alertmanager,
            [$"--config.file={RepositoryFiles.Alertmanager}", $"--storage.path={_folder.Root}", $"--web.listen-address={address}", "--cluster.listen-address="])
        {
            RedirectStandardError = true,
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

    /// <summary>The alerts that are told, once all that were raised are known; the others are inhibited.</summary>
    public async Task<IReadOnlyList<string>> ToldAsync(int raised, CancellationToken stop)
    {
        JsonElement[] known = [];
        await UntilAsync(async () => (known = await _client.GetFromJsonAsync<JsonElement[]>("alerts", stop) ?? []).Length == raised, stop);
        return [.. known.Where(alert => alert.GetProperty("status").GetProperty("state").GetString() != "suppressed").Select(Text).Order(StringComparer.Ordinal)];
    }

    /// <summary>The notifications in the making: receiver, and the labels by which its alerts are one notification.</summary>
    public async Task<IReadOnlyList<string>> GroupsAsync(int groups, CancellationToken stop)
    {
        JsonElement[] known = [];
        await UntilAsync(async () => (known = await _client.GetFromJsonAsync<JsonElement[]>("alerts/groups", stop) ?? []).Length == groups, stop);
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
            catch (HttpRequestException) when (!_process.HasExited)
            {
                // Not listening yet.
            }
        }

        throw new TimeoutException(_process.HasExited ? $"Alertmanager ended: {await _log}" : "Alertmanager does not show what was asked for.");
    }
}
