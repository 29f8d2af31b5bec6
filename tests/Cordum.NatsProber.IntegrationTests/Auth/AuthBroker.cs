using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Cordum.NatsProber.IntegrationTests.Lab;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>One real nats-server on a free port, with a folder of its own for its configuration; both end with it.</summary>
internal sealed class AuthBroker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _server;
    private Process? _process;

    private AuthBroker(string server) => _server = server;

    internal string Folder { get; } = Directory.CreateTempSubdirectory("natsprober-auth-").FullName;

    /// <summary>The client port, the same from its first start to its end.</summary>
    internal int Port { get; private set; } = -1;

    internal string Url => $"nats://127.0.0.1:{Port}";

    private string ConfigurationFile => Path.Combine(Folder, "server.conf");

    private string LogFile => Path.Combine(Folder, "server.log");

    internal static async Task<AuthBroker> StartAsync(string server, string configuration)
    {
        var broker = new AuthBroker(server);
        try
        {
            await broker.StartAsync(configuration);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>A file of its folder with the given text.</summary>
    internal string Write(string name, string content)
    {
        var file = Path.Combine(Folder, name);
        File.WriteAllText(file, content);
        return file;
    }

    /// <summary>Takes a new configuration, without a restart; returns when it is in force.</summary>
    internal async Task ReloadAsync(string configuration)
    {
        var before = Reloads();
        await File.WriteAllTextAsync(ConfigurationFile, configuration);
        Assert.True(UnixSignal.TrySend(_process!.Id, BrokerSignal.Hangup, out _));
        await Until.TrueAsync(
            () => Log().Contains("Failed to reload", StringComparison.Ordinal) ? throw new InvalidOperationException(Log()) : Reloads() > before,
            Patience,
            "the broker has reloaded");
    }

    /// <summary>Ends the process and starts one with another configuration on the same port.</summary>
    internal async Task RestartAsync(string configuration)
    {
        await StopAsync();
        await StartAsync(configuration);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task StartAsync(string configuration)
    {
        await File.WriteAllTextAsync(ConfigurationFile, configuration);
        // Port -1: the server chooses, and writes its choice into a file of this folder.
        _process = Process.Start(new ProcessStartInfo(
            _server, ["-c", ConfigurationFile, "-a", "127.0.0.1", "-p", $"{Port}", "--ports_file_dir", Folder, "-l", LogFile]))!;
        Port = await ListeningAsync(_process);
    }

    private async Task StopAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    private async Task<int> ListeningAsync(Process process)
    {
        var ports = Path.Combine(Folder, $"{Path.GetFileName(_server)}_{process.Id}.ports");
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience && !process.HasExited; await Task.Delay(20))
        {
            if (await TryReadPortAsync(ports) is not { } port)
                continue;
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", port);
            return port;
        }

        throw new InvalidOperationException("The broker did not start. Its log: " + Log());
    }

    private string Log() => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "none";

    private int Reloads() => Log().Split("Reloaded server configuration").Length;

    private static async Task<int?> TryReadPortAsync(string ports)
    {
        try
        {
            var written = JsonDocument.Parse(await File.ReadAllTextAsync(ports));
            return new Uri(written.RootElement.GetProperty("nats")[0].GetString()!).Port;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // Not there yet, or half written.
            return null;
        }
    }
}
