using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>Does something so many times a second, on a thread of its own.</summary>
internal static partial class Pace
{
    /// <summary>Runs it, and returns when it is done. What is late is done late, and what comes after it is due when it would have been.</summary>
    /// <param name="perSecond">How often.</param>
    /// <param name="count">How many times.</param>
    /// <param name="once">What; on the thread.</param>
    /// <exception cref="Exception">What <paramref name="once"/> threw.</exception>
    public static void Run(double perSecond, int count, Action once)
    {
        Exception? failure = null;
        var thread = new Thread(RunAll) { IsBackground = true, Name = "pace" };
        thread.Start();
        thread.Join();
        if (failure is not null)
            throw failure;

        void RunAll()
        {
            try
            {
                var began = Stopwatch.GetTimestamp();
                for (var i = 1; i <= count; i++)
                {
                    SleepUntil(began + (long)(i / perSecond * Stopwatch.Frequency));
                    once();
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
        }
    }

    /// <summary>Thread.Sleep knows whole milliseconds only, and a thousand a second would come in pairs.</summary>
    private static void SleepUntil(long due)
    {
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
        if (left <= TimeSpan.Zero)
            return;
        var request = new TimeSpec((nint)left.TotalSeconds, (nint)(left.Ticks % TimeSpan.TicksPerSecond * 100));
        // A signal ends it early, which is as good as any other lateness.
        _ = NanoSleep(in request, 0);
    }

    [LibraryImport("libc", EntryPoint = "nanosleep", SetLastError = false)]
    private static partial int NanoSleep(in TimeSpec request, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);
}
