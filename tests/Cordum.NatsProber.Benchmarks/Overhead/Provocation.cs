using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>What holds a process up: from within, and from outside.</summary>
internal static partial class Provocation
{
    /// <summary>More than the pool makes threads for in the time.</summary>
    private const int Blocking = 64;

    /// <summary>So many small objects take a compacting collection some hundred milliseconds.</summary>
    private const int Objects = 4_000_000;

    private const int LeastFavourable = 19;

    private const int PerProcessor = 4;

    /// <summary>Of those who starve the prober: below that of the broker, which is to stay well, and far above that of the prober.</summary>
    public const int Rank = 10;

    /// <summary>Gives the collector something to do.</summary>
    public static object Heap()
    {
        var random = new Random(1);
        var all = new object[Objects];
        for (var i = 0; i < all.Length; i++)
            all[i] = i == 0 ? new object() : new[] { all[random.Next(i)] };
        return all;
    }

    /// <summary>Keeps every thread of the pool, and every one that it adds meanwhile.</summary>
    /// <returns>For how long.</returns>
    public static TimeSpan KeepPoolBusy(TimeSpan length)
    {
        using var release = new ManualResetEventSlim();
        using var gone = new CountdownEvent(Blocking);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Blocking; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    release.Wait();
                    gone.Signal();
                },
                null);
        }

        Thread.Sleep(length);
        var took = Stopwatch.GetElapsedTime(began);
        release.Set();
        gone.Wait();
        return took;
    }

    /// <summary>Collects, all at a stop and everything moved, until the pauses come to a length.</summary>
    /// <returns>To what they came.</returns>
    public static TimeSpan Collect(TimeSpan length)
    {
        var before = GC.GetTotalPauseDuration();
        while (GC.GetTotalPauseDuration() - before < length)
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
            Thread.Sleep(TimeSpan.FromMilliseconds(200)); // the prober gets to run between them, as it would
        }

        return GC.GetTotalPauseDuration() - before;
    }

    /// <summary>Suspends processes, and lets them go on.</summary>
    /// <returns>For how long.</returns>
    public static async Task<TimeSpan> SuspendAsync(IReadOnlyList<int> processes, Func<Task> meanwhile)
    {
        var began = Stopwatch.GetTimestamp();
        foreach (var pid in processes)
            Signal(pid, BrokerSignal.Stop);
        try
        {
            await meanwhile();
        }
        finally
        {
            foreach (var pid in processes)
                Signal(pid, BrokerSignal.Continue);
        }

        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>From now on all threads of a process, and those that they make, have the least claim to a processor.</summary>
    public static void MakeLeastFavoured(int process)
    {
        foreach (var thread in ThreadsOf(process))
            _ = SetPriority(0, thread, LeastFavourable);
    }

    /// <summary>Keeps all processors from a process that has the least claim to them.</summary>
    /// <returns>How long the thread that watches for stalls waited for one.</returns>
    public static async Task<TimeSpan> StarveAsync(int process, TimeSpan length, CancellationToken stop)
    {
        var before = WatchWaited(process);
        using (new Burners(PerProcessor, Rank))
            await Task.Delay(length, stop);
        return WatchWaited(process) - before;
    }

    /// <summary>How long the thread that watches for stalls has waited for a processor so far, by the kernel's accounting: runnable, and not running.</summary>
    private static TimeSpan WatchWaited(int process)
    {
        var watch = ThreadsOf(process).Single(thread => File.ReadAllText($"/proc/{process}/task/{thread}/comm").Trim() == "stall watch");
        var nanoseconds = long.Parse(File.ReadAllText($"/proc/{process}/task/{watch}/schedstat").Split(' ')[1], CultureInfo.InvariantCulture);
        return TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    private static IEnumerable<int> ThreadsOf(int process) =>
        Directory.GetDirectories($"/proc/{process}/task").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));

    private static void Signal(int process, BrokerSignal signal)
    {
        if (!UnixSignal.TrySend(process, signal, out _))
            throw new InvalidOperationException($"process {process} has ended");
    }

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = false)]
    private static partial int SetPriority(int which, int who, int nice);
}
