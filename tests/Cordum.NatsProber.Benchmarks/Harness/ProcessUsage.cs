using System.Globalization;

namespace Cordum.NatsProber.Benchmarks.Harness;

/// <summary>What a process has used up to an instant, by the kernel's accounting (proc(5)).</summary>
/// <param name="Cpu">Time of processors, its own and the kernel's for it.</param>
/// <param name="ResidentBytes">Memory that it holds in RAM.</param>
/// <param name="PeakBytes">The most that it ever held.</param>
/// <param name="Threads">Threads that it has.</param>
internal sealed record ProcessUsage(TimeSpan Cpu, long ResidentBytes, long PeakBytes, int Threads)
{
    /// <summary>Linux counts processor time in hundredths of a second, whatever the machine (USER_HZ).</summary>
    private const long TicksPerSecond = 100;

    /// <summary>Of a process that runs.</summary>
    /// <param name="pid">Its number.</param>
    public static ProcessUsage Of(int pid)
    {
        // The name, in parentheses, may have spaces and parentheses itself: the numbers begin behind the last.
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var numbers = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var used = Number(numbers[11]) + Number(numbers[12]);
        var status = File.ReadLines($"/proc/{pid}/status").Select(line => line.Split(':', 2)).ToDictionary(line => line[0], line => line[1]);
        return new(TimeSpan.FromTicks(used * TimeSpan.TicksPerSecond / TicksPerSecond), Kilobytes("VmRSS"), Kilobytes("VmHWM"), (int)Number(status["Threads"]));

        long Kilobytes(string name) => Number(status[name].Replace("kB", "", StringComparison.Ordinal)) * 1024;
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture);
}
