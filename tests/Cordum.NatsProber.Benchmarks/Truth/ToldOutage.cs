namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>An outage as an instrument tells it. Instants are on the benchmark's clock.</summary>
/// <param name="Cluster">Of which cluster.</param>
/// <param name="Endpoint">Of which broker; null where the instrument does not know.</param>
/// <param name="Began">When it says that the outage began.</param>
/// <param name="Ended">When it says that it ended.</param>
/// <param name="Length">How long it says that it was.</param>
internal sealed record ToldOutage(string Cluster, string? Endpoint, TimeSpan Began, TimeSpan Ended, TimeSpan Length)
{
    /// <summary>It was at least this long, says the instrument; null if it says nothing.</summary>
    public TimeSpan? Minimum { get; init; }

    /// <summary>It was at most this long, says the instrument; null if it says nothing.</summary>
    public TimeSpan? Maximum { get; init; }

    /// <summary>When the connection was lost, if it was.</summary>
    public TimeSpan? Lost { get; init; }

    /// <summary>From there until it was open again.</summary>
    public TimeSpan? Reconnect { get; init; }
}
