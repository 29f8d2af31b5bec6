using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;

namespace Cordum.NatsProber.IntegrationTests.Auth;

/// <summary>One real nats-server on a free port, with a folder of its own for its configuration; both end with it.</summary>
internal sealed class AuthBroker : IAsyncDisposable
{
    private readonly Process _process;

    private AuthBroker(Process process, string folder) => (_process, Folder) = (process, folder);

    internal string Folder { get; }

    internal string Url { get; private set; } = "";

    internal static async Task<AuthBroker> StartAsync(string server, string configuration)
    {
        var folder = Directory.CreateTempSubdirectory("natsprober-auth-").FullName;
        var file = Path.Combine(folder, "server.conf");
        await File.WriteAllTextAsync(file, configuration);
        // Port -1: the server chooses, and writes its choice into a file of this folder.
        var start = new ProcessStartInfo(server, ["-c", file, "-a", "127.0.0.1", "-p", "-1", "--ports_file_dir", folder, "-l", Path.Combine(folder, "server.log")]);
        var broker = new AuthBroker(Process.Start(start)!, folder);
        try
        {
            broker.Url = await broker.ListeningAsync(TimeSpan.FromSeconds(20));
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<string> ListeningAsync(TimeSpan patience)
    {
        var ports = Path.Combine(Folder, $"{Path.GetFileName(_process.StartInfo.FileName)}_{_process.Id}.ports");
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < patience && !_process.HasExited; await Task.Delay(20))
        {
            if (await TryReadUrlAsync(ports) is not { } url)
                continue;
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", new Uri(url).Port);
            return url;
        }

        var log = Path.Combine(Folder, "server.log");
        throw new InvalidOperationException("The broker did not start. Its log: " + (File.Exists(log) ? await File.ReadAllTextAsync(log) : "none"));
    }

    private static async Task<string?> TryReadUrlAsync(string ports)
    {
        try
        {
            var written = JsonDocument.Parse(await File.ReadAllTextAsync(ports));
            return written.RootElement.GetProperty("nats")[0].GetString();
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // Not there yet, or half written.
            return null;
        }
    }
}
