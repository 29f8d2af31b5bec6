using Cordum.NatsProber.AlertTests.Monitoring;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.AlertTests.Live;

/// <summary>A real <c>natsprober run</c> on one cluster, always at the same address: a prober that is killed and started again is the same target.</summary>
internal sealed class LiveProber : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly string _file;
    private readonly string _name;
    private readonly int _port = FreePorts.Take();
    private StartedProgram? _program;

    private LiveProber(HttpClient http, string file, string name) => (_http, _file, _name) = (http, file, name);

    /// <summary>Host and port, as a scrape target.</summary>
    public string Target => $"127.0.0.1:{_port}";

    /// <summary>Writes the probe file and starts it.</summary>
    public static async Task<LiveProber> StartAsync(HttpClient http, string folder, string cluster, LabCluster brokers)
    {
        var file = Path.Combine(folder, $"{cluster}.yaml");
        await File.WriteAllTextAsync(
            file,
            $$"""
            cluster: {{cluster}}
            endpoints:
            {{string.Join('\n', brokers.Brokers.Select(b => $"  - {{ name: {b.Name}, url: \"{b.Url}\", serverName: {b.Name} }}"))}}
            probes:
              request: { every: 250ms, timeout: 200ms }
            objective: { availability: 99.9, window: 1d }
            """,
            TestContext.Current.CancellationToken);
        var prober = new LiveProber(http, file, $"probes-{cluster}");
        await prober.StartAsync();
        return prober;
    }

    public async Task StartAsync()
    {
        _program = StartedProgram.Start(Path.Combine(AppContext.BaseDirectory, "natsprober"), "run", "--probes", _file, "--listen", Target, "--prober", _name);
        await _program.AnswersAsync(_http, new Uri($"http://{Target}/readyz"), Soon);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        await _program!.KillAsync();
        await _program.DisposeAsync();
        _program = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
            await _program.DisposeAsync();
        FreePorts.Release([_port]);
    }
}
