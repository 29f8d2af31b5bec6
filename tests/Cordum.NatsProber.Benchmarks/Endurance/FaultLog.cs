namespace Cordum.NatsProber.Benchmarks.Endurance;

/// <summary>What was done to a broker.</summary>
public enum EnduranceFault
{
    /// <summary>SIGKILL, and started again.</summary>
    Kill,

    /// <summary>SIGTERM, and started again.</summary>
    Terminate,

    /// <summary>SIGSTOP, and SIGCONT later: connections stay, and nobody answers.</summary>
    Suspend,
}

/// <summary>One fault, as it was made.</summary>
/// <param name="Broker">Which broker, from 0.</param>
/// <param name="Kind">What was done.</param>
/// <param name="Began">When, since the run began.</param>
/// <param name="Lasted">Until the broker could serve again.</param>
public sealed record EnduranceFaultEntry(int Broker, EnduranceFault Kind, TimeSpan Began, TimeSpan Lasted);

/// <summary>What the counters of one pinned link must have grown by.</summary>
/// <param name="Disconnects">Disconnects, and reconnects as many, and outages as many.</param>
/// <param name="Silences">The disconnects with cause <c>timeout</c>: nobody closed a socket.</param>
public readonly record struct ExpectedCounters(long Disconnects, long Silences);

/// <summary>The faults of a run. Each of them disconnects every link to its broker exactly once: a process that ends closes its sockets, and one that is
/// suspended is found out by the first request that it does not answer.</summary>
public sealed class FaultLog
{
    private readonly Lock _gate = new();
    private readonly List<EnduranceFaultEntry> _entries = [];

    /// <summary>All so far, in the order in which they ended.</summary>
    public IReadOnlyList<EnduranceFaultEntry> Entries
    {
        get
        {
            lock (_gate)
                return [.. _entries];
        }
    }

    /// <summary>Takes note of one.</summary>
    public void Add(EnduranceFaultEntry entry)
    {
        lock (_gate)
            _entries.Add(entry);
    }

    /// <summary>What each link to a broker must tell.</summary>
    /// <param name="broker">Which broker, from 0.</param>
    public ExpectedCounters Expected(int broker)
    {
        var own = Entries.Where(entry => entry.Broker == broker).ToList();
        return new(own.Count, own.Count(entry => entry.Kind == EnduranceFault.Suspend));
    }
}
