using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Cordum.NatsProber.Benchmarks.Harness;

/// <summary>Processes that leave no processor idle.</summary>
internal sealed partial class Burners : IDisposable
{
    /// <summary>The word on the command line that makes this program one; its rank follows.</summary>
    public const string Role = "burn";

    private readonly List<Process> _burners;

    /// <summary>Starts them.</summary>
    /// <param name="perProcessor">How many for each processor.</param>
    /// <param name="nice">Their claim to one: 0 as everybody, 19 the least.</param>
    public Burners(int perProcessor, int nice)
    {
        var program = Path.ChangeExtension(typeof(Burners).Assembly.Location, null);
        _burners = [.. Enumerable.Range(0, perProcessor * Environment.ProcessorCount)
            .Select(_ => Process.Start(new ProcessStartInfo(program, [Role, nice.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardInput = true })!)];
    }

    /// <summary>What such a process does, until it is killed, or whoever started it is gone.</summary>
    public static int Run(string nice)
    {
        _ = SetPriority(0, 0, int.Parse(nice, CultureInfo.InvariantCulture));
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

    /// <summary>Ends them, and waits for that.</summary>
    public void Dispose()
    {
        foreach (var burner in _burners)
        {
            burner.Kill();
            burner.WaitForExit();
            burner.Dispose();
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = false)]
    private static partial int SetPriority(int which, int who, int nice);
}
