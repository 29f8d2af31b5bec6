using System.Diagnostics;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>Percent of one core that processes use, from the making on.</summary>
/// <param name="used">The processor time that they have used so far.</param>
internal sealed class CpuMeter(Func<TimeSpan> used)
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly TimeSpan _before = used();

    /// <summary>Up to now.</summary>
    public double Percent => (used() - _before) / Stopwatch.GetElapsedTime(_began) * 100;

    /// <summary>Of one process.</summary>
    public static CpuMeter Of(int pid) => new(() => ProcessUsage.Of(pid).Cpu);
}
