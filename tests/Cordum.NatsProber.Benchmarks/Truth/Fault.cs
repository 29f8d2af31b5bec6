namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>What is done to one of a cluster's three brokers, or to the way to it.</summary>
public enum FaultKind
{
    /// <summary>SIGKILL, and started again: the system closes its sockets.</summary>
    Kill,

    /// <summary>SIGTERM, and started again: it closes its sockets.</summary>
    Terminate,

    /// <summary>SIGSTOP and SIGCONT: it hangs, sockets stay open and new ones are taken.</summary>
    Suspend,

    /// <summary>All bytes to and from it are dropped, for everybody.</summary>
    Drop,

    /// <summary>Every connection to it is cut, and no new one let through.</summary>
    Cut,
}

/// <summary>What else the machine was doing.</summary>
internal enum Load
{
    /// <summary>Nothing.</summary>
    Idle,

    /// <summary>A busy loop for every processor.</summary>
    Busy,

    /// <summary>Now this, now that: the fault was too long for either.</summary>
    Mixed,
}

/// <summary>A fault that was made, and the truth about it. Instants are on the benchmark's clock.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Cluster">To which cluster.</param>
/// <param name="Endpoint">To which of its brokers.</param>
/// <param name="Load">In which company.</param>
/// <param name="Began">Immediately before it was done.</param>
/// <param name="BeganLatest">When it certainly had its effect.</param>
/// <param name="EndedEarliest">When it certainly still had.</param>
/// <param name="Ended">When the broker certainly served again, or was free to.</param>
internal sealed record Fault(
    FaultKind Kind, string Cluster, string Endpoint, Load Load, TimeSpan Began, TimeSpan BeganLatest, TimeSpan EndedEarliest, TimeSpan Ended)
{
    /// <summary>A fault of which all is known to the instant.</summary>
    public Fault(FaultKind kind, string cluster, string endpoint, Load load, TimeSpan began, TimeSpan ended)
        : this(kind, cluster, endpoint, load, began, began, ended, ended)
    {
    }

    /// <summary>From the deed to the proof of service: the true length.</summary>
    public TimeSpan Length => Ended - Began;

    /// <summary>What clients can have felt is not shorter than this.</summary>
    public TimeSpan Shortest => EndedEarliest - BeganLatest;

    /// <summary>No socket closes: whoever does not ask does not notice.</summary>
    public bool IsSilent => Kind is FaultKind.Suspend or FaultKind.Drop;
}
