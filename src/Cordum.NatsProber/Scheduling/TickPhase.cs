using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Cordum.NatsProber.Scheduling;

/// <summary>
/// When within its interval a probe runs. The same probe always has the same phase, on every prober and after every restart, and different probes have
/// different ones: ticks are spread over the interval instead of coming in one burst.
/// </summary>
public static class TickPhase
{
    /// <summary>The phase: at least zero, less than <paramref name="every"/>, in whole milliseconds.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="probe">The probe's label value.</param>
    /// <param name="every">The probe's interval.</param>
    public static TimeSpan Of(string cluster, string endpoint, string probe, TimeSpan every)
    {
        // string.GetHashCode differs from process to process; a phase must not.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{cluster}\0{endpoint}\0{probe}"));
        var spread = BinaryPrimitives.ReadUInt64BigEndian(hash);
        return TimeSpan.FromMilliseconds((long)(spread % (ulong)every.TotalMilliseconds));
    }

    /// <summary>The first instant after <paramref name="now"/> at which the probe is due.</summary>
    /// <param name="now">The present.</param>
    /// <param name="phase">As from <see cref="Of"/>.</param>
    /// <param name="every">The probe's interval.</param>
    public static DateTimeOffset FirstAfter(DateTimeOffset now, TimeSpan phase, TimeSpan every)
    {
        var since = now.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks - phase.Ticks;
        var whole = Math.DivRem(since, every.Ticks, out var rest);
        if (rest < 0)
            whole--;
        // In whole numbers: TimeSpan multiplies in floating point, which is some ticks off after half a century.
        return DateTimeOffset.UnixEpoch + phase + TimeSpan.FromTicks((whole + 1) * every.Ticks);
    }
}
