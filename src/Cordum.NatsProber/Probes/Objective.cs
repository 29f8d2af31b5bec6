namespace Cordum.NatsProber.Probes;

/// <summary>The promise that the cluster is held to, measured by the request probe.</summary>
/// <param name="Availability">Percent of request ticks that must succeed: above 0, below 100.</param>
/// <param name="Window">Over how long: 1 h to 90 d, default 30 d. The error budget of it, or of 30 d of it, holds at least 10 failed ticks.</param>
/// <param name="Latency">How fast those that succeed must be; null when nothing is promised.</param>
public sealed record Objective(double Availability, TimeSpan Window, LatencyObjective? Latency);

/// <summary>A promise about latency.</summary>
/// <param name="Under">A round trip faster than this is fast enough: above 0, below the request probe's timeout.</param>
/// <param name="Ratio">Percent of successful round trips that must be: above 0, below 100.</param>
public sealed record LatencyObjective(TimeSpan Under, double Ratio);
