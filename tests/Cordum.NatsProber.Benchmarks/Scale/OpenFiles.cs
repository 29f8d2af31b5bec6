using System.Globalization;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>How many files, sockets included, a process may have open on this machine.</summary>
internal static class OpenFiles
{
    /// <summary>Two connections for each endpoint, one for each cluster, twice that while a tenth of them is dialled anew, and what a process needs anyway.</summary>
    public static long NeededFor(Fleet fleet) => (fleet.Links * 5 / 2) + 1000;

    /// <summary>The limit that a process may raise its own to, as .NET does.</summary>
    public static long Limit() => LimitIn(File.ReadAllText("/proc/self/limits"));

    /// <summary>Refuses to measure what would not fit, instead of measuring the want of sockets.</summary>
    /// <exception cref="InvalidOperationException">The limit is too low.</exception>
    public static void Require(Fleet fleet)
    {
        var (limit, needed) = (Limit(), NeededFor(fleet));
        if (limit < needed)
            throw new InvalidOperationException($"a process may open {limit} files here, and {fleet.Endpoints} endpoints need {needed}: raise the hard limit (ulimit -Hn)");
    }

    /// <summary>The hard limit in the text of proc(5)'s <c>limits</c>.</summary>
    internal static long LimitIn(string limits)
    {
        var line = limits.Split('\n').Single(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        var hard = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        return hard == "unlimited" ? long.MaxValue : long.Parse(hard, CultureInfo.InvariantCulture);
    }
}
