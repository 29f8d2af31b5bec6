using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>A stretch of time in which nothing changed.</summary>
/// <param name="Prober">The prober's processor time, in percent of one core.</param>
/// <param name="Brokers">That of all brokers together.</param>
/// <param name="Own">That of the one who measures.</param>
/// <param name="Memory">What the prober held in RAM at its end, in bytes.</param>
/// <param name="Threads">The prober's threads at its end.</param>
/// <param name="Late">How late requests arrived at the brokers, in milliseconds.</param>
internal sealed record ScaleWindow(double Prober, double Brokers, double Own, long Memory, int Threads, Samples Late)
{
    /// <summary>A request that arrives later than this is called delayed: the goal at 5,000 endpoints.</summary>
    public const double DelayedFrom = 20;

    /// <summary>The share of requests that were delayed, of 1.</summary>
    public double Delayed { get; } = Late.ShareOver(DelayedFrom);
}

/// <summary>Whether every tick was run, counted and good while nothing was wrong.</summary>
/// <param name="Seconds">How long it was looked at.</param>
/// <param name="Counted">Requests that the prober counted.</param>
/// <param name="Successes">Those of them that succeeded.</param>
/// <param name="Missed">Those that were not run.</param>
/// <param name="Indeterminate">Those that said nothing, for the prober's own fault.</param>
/// <param name="FurthestFromPromise">Of all links, the largest difference of ticks counted and seconds passed.</param>
/// <param name="FurthestFromSeen">Of all links that were watched, the largest difference of successes counted and requests seen at the broker.</param>
internal sealed record ScaleAccuracy(
    double Seconds, long Counted, long Successes, long Missed, long Indeterminate, double FurthestFromPromise, long FurthestFromSeen);

/// <summary>One broker of ten killed, and started again.</summary>
/// <param name="Seconds">How long it was really away.</param>
/// <param name="Endpoints">The endpoints at it.</param>
/// <param name="Told">Those of them that told of it.</param>
/// <param name="Again">Outages told by endpoints that had told of one already.</param>
/// <param name="Untrue">Outages told before it, of any link, while no broker failed.</param>
/// <param name="ErrorMilliseconds">Of each outage told: its length less the true one.</param>
internal sealed record ScaleFault(double Seconds, int Endpoints, int Told, int Again, int Untrue, Samples ErrorMilliseconds);

/// <summary>All that was measured at one number of endpoints.</summary>
internal sealed record ScaleReading
{
    /// <summary>What was probed.</summary>
    public required Fleet Fleet { get; init; }

    /// <summary>From the start to the last link's being open, in seconds.</summary>
    public required double ConnectedAfter { get; init; }

    /// <summary>Windows in which nobody scraped.</summary>
    public required IReadOnlyList<ScaleWindow> Quiet { get; init; }

    /// <summary>Windows with a scrape each second.</summary>
    public required IReadOnlyList<ScaleWindow> Scraped { get; init; }

    /// <summary>Ticks, quiet and scraped.</summary>
    public required ScaleAccuracy Accuracy { get; init; }

    /// <summary>The fault.</summary>
    public required ScaleFault Fault { get; init; }

    /// <summary>Milliseconds that each scrape took.</summary>
    public required Samples Scrape { get; init; }

    /// <summary>Bytes of a scrape, as they came over the wire.</summary>
    public required long WireBytes { get; init; }

    /// <summary>Bytes of a scrape as plain text.</summary>
    public required long TextBytes { get; init; }

    /// <summary>Samples of a scrape.</summary>
    public required long Samples { get; init; }

    /// <summary>The median of quiet windows.</summary>
    public double Cpu => Median(Quiet, window => window.Prober);

    /// <summary>Likewise, in bytes.</summary>
    public double Memory => Median(Quiet, window => window.Memory);

    /// <summary>The median over windows.</summary>
    public static double Median(IEnumerable<ScaleWindow> windows, Func<ScaleWindow, double> of) => new Samples(windows.Select(of)).Median;
}
