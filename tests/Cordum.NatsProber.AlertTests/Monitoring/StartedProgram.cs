using System.Collections.Concurrent;
using System.Diagnostics;

namespace Cordum.NatsProber.AlertTests.Monitoring;

/// <summary>A program that runs for as long as the test wants it to; what it wrote last is told when something goes wrong.</summary>
internal sealed class StartedProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();

    private StartedProgram(Process process)
    {
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts it in the folder that it is in: that is where a fetched Alertmanager looks for its templates.</summary>
    public static StartedProgram Start(string path, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(path) };
        return new(Process.Start(start)!);
    }

    /// <summary>Its last lines.</summary>
    public string Said => string.Join('\n', _said.TakeLast(20));

    public bool HasExited => _process.HasExited;

    /// <summary>kill -9, and its end.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits until an address answers with success.</summary>
    public async Task AnswersAsync(HttpClient http, Uri address, TimeSpan limit)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(address, TestContext.Current.CancellationToken);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Nobody listens there yet.
            }

            Assert.False(HasExited, $"ended before it answered at {address}:\n{Said}");
            Assert.True(Stopwatch.GetElapsedTime(since) < limit, $"not within {limit.TotalSeconds} s: an answer at {address}. It said:\n{Said}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
            _said.Enqueue(line.Data);
    }
}
