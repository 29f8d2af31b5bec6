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
    ILoggerFactory Logs);
