using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Cordum.NatsProber.IntegrationTests.Lab;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.IntegrationTests.Commands;

/// <summary>The built <c>natsprober</c>, started as a user would, with pipes for output and error and a folder of its own to run in.</summary>
internal sealed class NatsProberProcess : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _error = new();
    private readonly Task _errorRead;
    private readonly Task<string> _outputRead;

    private NatsProberProcess(Process process)
    {
        _process = process;
        _outputRead = process.StandardOutput.ReadToEndAsync();
        _errorRead = Task.Run(async () =>
        {
            while (await process.StandardError.ReadLineAsync() is { } line)
                _error.Enqueue(line);
        });
    }

    /// <summary>The lines on standard error so far.</summary>
    public IReadOnlyCollection<string> Error => _error;

    /// <summary>Starts it.</summary>
    /// <param name="folder">Its working directory.</param>
    /// <param name="args">Its arguments.</param>
    public static NatsProberProcess Start(string folder, params string[] args)
    {
        // What a shell starts in the background is told to ignore SIGINT, and tells its children: a user's terminal does not.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", Path.Combine(AppContext.BaseDirectory, "natsprober"), .. args])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("NATSPROBER_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        return new NatsProberProcess(Process.Start(start)!);
    }

    /// <summary>Starts it, and waits for its end.</summary>
    public static async Task<(int ExitCode, string Output, string[] Error)> RunAsync(string folder, params string[] args)
    {
        using var process = Start(folder, args);
        var exitCode = await process.EndAsync();
        return (exitCode, await process._outputRead, [.. process.Error]);
    }

    /// <summary>Waits until <c>run</c> says where it serves.</summary>
    public async Task<Uri> ServingAsync()
    {
        const string Serves = " serves ";
        string? said = null;
        await Until.TrueAsync(
            () => (said = _error.FirstOrDefault(line => line.Contains(Serves, StringComparison.Ordinal))) is not null || _process.HasExited,
            Soon,
            "it tells where it serves");
        Assert.True(said is not null, "ended: " + string.Join('\n', _error));
        var message = JsonDocument.Parse(said).RootElement.GetProperty("Message").GetString()!;
        return new Uri(message[(message.IndexOf(Serves, StringComparison.Ordinal) + Serves.Length)..]);
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(BrokerSignal signal) => Assert.True(UnixSignal.TrySend(_process.Id, signal, out _));

    /// <summary>Waits for its end, and for all that it wrote.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        await Task.WhenAll(_process.WaitForExitAsync(TestContext.Current.CancellationToken), _errorRead, _outputRead).WaitAsync(Soon, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
