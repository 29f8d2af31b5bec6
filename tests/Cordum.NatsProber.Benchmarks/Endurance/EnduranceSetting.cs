namespace Cordum.NatsProber.Benchmarks.Endurance;

/// <summary>How long, and how hard.</summary>
/// <param name="NatsServer">The path of nats-server.</param>
/// <param name="Endpoints">How many; a multiple of ten.</param>
/// <param name="Length">How long faults are made.</param>
/// <param name="WarmUp">The first part of that, in which memory is not looked at.</param>
/// <param name="LongestPause">Between two faults of one broker, at most.</param>
/// <param name="Seed">Of the faults' kinds, lengths and times.</param>
public sealed record EnduranceSetting(string NatsServer, int Endpoints, TimeSpan Length, TimeSpan WarmUp, TimeSpan LongestPause, int Seed)
{
    /// <summary>The form that tests run: three minutes.</summary>
    /// <param name="natsServer">The path of nats-server.</param>
    /// <param name="seed">Of the faults.</param>
    public static EnduranceSetting Brief(string natsServer, int seed) =>
        new(natsServer, 500, TimeSpan.FromMinutes(2.5), TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(20), seed);

    /// <summary>The form for the page: an hour.</summary>
    /// <param name="natsServer">The path of nats-server.</param>
    /// <param name="seed">Of the faults.</param>
    public static EnduranceSetting Full(string natsServer, int seed) =>
        new(natsServer, 500, TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(90), seed);

    /// <summary>How long a broker is down: short restarts, and such as somebody notices.</summary>
    internal static readonly (TimeSpan Least, TimeSpan Most) Down = (TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(6));

    /// <summary>
    /// How long one is suspended. The least is what finding it out takes in the worst case: an interval (1 s) until the next request, its timeout (500 ms), and what
    /// the prober grants itself where it was held up, three timeouts in all; rounded up. A shorter one may, or may not, disconnect a link.
    /// </summary>
    internal static readonly (TimeSpan Least, TimeSpan Most) Suspended = (TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(8));
}

/// <summary>What a run found.</summary>
/// <param name="Setting">How it was run.</param>
/// <param name="Faults">What was done.</param>
/// <param name="Scrapes">How often all counters were looked at.</param>
/// <param name="Disconnects">Disconnects of pinned links that were counted, in all.</param>
/// <param name="Ticks">Requests that were counted, in all.</param>
/// <param name="Flat">Memory, threads and handles.</param>
/// <param name="Breaches">What should not have been, counters above all; none if all is well.</param>
public sealed record EnduranceResult(
    EnduranceSetting Setting, IReadOnlyList<EnduranceFaultEntry> Faults, int Scrapes, long Disconnects, long Ticks, IReadOnlyList<Flatness> Flat, IReadOnlyList<string> Breaches);
