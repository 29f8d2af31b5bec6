using System.Diagnostics;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>Processes that leave no processor idle.</summary>
internal static class Burners
{
    /// <summary>The word on the command line that makes this program one.</summary>
    public const string Role = "burn";

    private const int PerProcessor = 4;

    /// <summary>Below that of the broker, which is to stay well, and far above that of the prober.</summary>
    public const int Rank = 10;

    /// <summary>Keeps all processors from a process that has the least claim to them.</summary>
    /// <returns>How long the thread that watches for stalls waited for one.</returns>
    public static async Task<TimeSpan> StarveAsync(int process, TimeSpan length, CancellationToken stop)
    {
        var before = Provocation.WatchWaited(process);
        var burners = Enumerable.Range(0, PerProcessor * Environment.ProcessorCount)
            .Select(_ => Process.Start(new ProcessStartInfo(Path.ChangeExtension(typeof(Burners).Assembly.Location, null), [Role]) { RedirectStandardInput = true })!)
            .ToList();
        try
        {
            await Task.Delay(length, stop);
        }
        finally
        {
            foreach (var burner in burners)
            {
                burner.Kill();
                await burner.WaitForExitAsync(CancellationToken.None);
                burner.Dispose();
            }
        }

        return Provocation.WatchWaited(process) - before;
    }

    /// <summary>What such a process does, until it is killed, or whoever started it is gone.</summary>
    public static int Run()
    {
        Provocation.TakeRank(Rank);
        var isOver = false;
        new Thread(UntilLeftAlone) { IsBackground = true }.Start();
        while (!Volatile.Read(ref isOver))
            Thread.SpinWait(1000);
        return 0;

        void UntilLeftAlone()
        {
            _ = Console.ReadLine();
            Volatile.Write(ref isOver, true);
        }
    }
}
