using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Hosting;

/// <summary>What all links share.</summary>
internal sealed record ProberParts(
    string Prober,
    ProberClock Clock,
    TimeProvider Time,
    MonotonicWallClock ScheduleTime,
    StallWatch Stalls,
    ProberMetrics Metrics,
    ILoggerFactory Logs)
{
    /// <summary>How often all links together may be dialled.</summary>
    public DialBudget Dials { get; } = new(Clock, Time);

    /// <summary>What is remembered of all clusters' disconnects.</summary>
    public DisconnectMemory Disconnects { get; } = new();

    /// <summary>What the prober's connections call themselves first. A look that is over at once is no prober that was here before.</summary>
    public string Program { get; init; } = "natsprober";
}
