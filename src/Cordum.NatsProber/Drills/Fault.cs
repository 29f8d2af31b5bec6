namespace Cordum.NatsProber.Drills;

/// <summary>What was done to a broker.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL, and started again.</summary>
    Killed,

    /// <summary>SIGTERM, and started again.</summary>
    Terminated,

    /// <summary>SIGSTOP, and SIGCONT: its sockets stay open, and it answers nothing.</summary>
    Hung,

    /// <summary>SIGUSR2: it drains, exits, and is started again.</summary>
    Drained,
}

/// <summary>One fault of one broker, with what is known of it by whoever made it.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Link">The pinned link that has to see it.</param>
/// <param name="Shortest">It lasted at least this long.</param>
/// <param name="Longest">And at most this long.</param>
internal sealed record Fault(FaultKind Kind, LinkKey Link, TimeSpan Shortest, TimeSpan Longest)
{
    /// <summary>The causes by which the prober may rightly call it.</summary>
    public IReadOnlyList<string> Causes => Kind switch
    {
        FaultKind.Hung => ["timeout", "stale"],
        FaultKind.Drained => ["lame_duck"],
        _ => ["eof", "reset"],
    };

    /// <summary>
    /// How far the outage's length may be from the truth. A fault that closes the socket is seen at once, and its end by a dial every 50 ms; a silent one
    /// between two requests at either end.
    /// </summary>
    /// <param name="interval">Interval of the requests.</param>
    /// <param name="timeout">Their timeout.</param>
    public TimeSpan Tolerance(TimeSpan interval, TimeSpan timeout) => Kind switch
    {
        FaultKind.Hung => interval + timeout,
        _ => TimeSpan.FromSeconds(Math.Max(0.25, 0.01 * Longest.TotalSeconds)),
    };
}
