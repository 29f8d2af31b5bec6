using System.Diagnostics;
using System.Globalization;

namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>A busy loop for every processor, each a process of its own.</summary>
internal sealed class BusyProcessors : IDisposable
{
    private readonly List<Process> _loops = [];

    /// <summary>Starts them.</summary>
    /// <param name="limit">The system ends each when it has used so much of a processor, whatever becomes of this process.</param>
    public BusyProcessors(TimeSpan limit)
    {
        var script = string.Create(CultureInfo.InvariantCulture, $"ulimit -t {(int)Math.Ceiling(limit.TotalSeconds)}; while :; do :; done");
        for (var i = 0; i < Environment.ProcessorCount; i++)
            _loops.Add(Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]))!);
    }

    /// <summary>Ends them, and waits for that.</summary>
    public void Dispose()
    {
        foreach (var loop in _loops)
        {
            loop.Kill();
            loop.WaitForExit();
            loop.Dispose();
        }
    }
}
