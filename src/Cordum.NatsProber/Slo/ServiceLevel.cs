using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Slo;

/// <summary>What a cluster's objective means for what is measured: the requests of the link that fails over.</summary>
/// <param name="Budget">The share of requests that may fail.</param>
/// <param name="Window">Over how long.</param>
/// <param name="Latency">What is promised of the time that the successful ones take; null for nothing.</param>
public sealed record ServiceLevel(ErrorBudget Budget, TimeSpan Window, LatencyLevel? Latency)
{
    /// <summary>The meaning of a probe file's objective.</summary>
    public static ServiceLevel Of(Objective objective) => new(
        ErrorBudget.Of(objective.Availability),
        objective.Window,
        objective.Latency is { } latency ? new LatencyLevel(ErrorBudget.Of(latency.Ratio), latency.Under) : null);
}

/// <summary>The same for latency.</summary>
/// <param name="Budget">The share of successful requests that may be slow.</param>
/// <param name="Threshold">The time from which on a request is slow.</param>
public sealed record LatencyLevel(ErrorBudget Budget, TimeSpan Threshold)
{
    /// <summary>Whether a successful round trip was slow. The promise is <c>under</c>: a round trip that takes exactly as long is slow.</summary>
    /// <param name="took">From sending to the reply's arrival.</param>
    public bool IsSlow(TimeSpan took) => took >= Threshold;
}
