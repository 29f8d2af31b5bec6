using System.Globalization;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>Bytes that a tick allocates.</summary>
/// <param name="PerTick">Of the tick alone: what pacing and running an empty one takes is taken off.</param>
/// <param name="Ticks">How many were counted.</param>
internal sealed record Allocated(double PerTick, int Ticks)
{
    /// <summary>In a sentence.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"A tick allocates **{PerTick:0} bytes**, with everything that the asking link, the answering connection and their NATS clients allocate for it (over {Ticks} ticks).");
}

/// <summary>Counts what is allocated.</summary>
internal static class Allocation
{
    private const double PerSecond = 1000;

    /// <summary>Of a way that runs in this process.</summary>
    public static Allocated PerTick(IRoundTrip roundTrip, int ticks) =>
        new((Bytes(() => _ = roundTrip.Once(), ticks) - Bytes(() => Task.Run(static () => Task.FromResult(0)).GetAwaiter().GetResult(), ticks)) / (double)ticks, ticks);

    private static long Bytes(Action once, int ticks)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Pace.Run(PerSecond, ticks, once);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
