using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.RoundTrips;

namespace Cordum.NatsProber.Scheduling;

/// <summary>One probe of one place: what to run, how often, and where its outcome is counted. The service runs it for ever, <c>once</c> runs it once.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Place">The endpoint, or for a route both, as <c>from>to</c>.</param>
/// <param name="Kind">The kind of measurement.</param>
/// <param name="Every">The interval.</param>
/// <param name="RunAsync">One tick. Throws only for its token.</param>
/// <param name="Series">Where its ticks are counted.</param>
/// <param name="Link">The link that it runs over; null for one that makes a connection of its own.</param>
internal sealed record ProbeTask(
    string Cluster,
    string Place,
    ProbeKind Kind,
    TimeSpan Every,
    Func<CancellationToken, Task<TickResult>> RunAsync,
    ITickSeries Series,
    ILink? Link)
{
    /// <summary>Unique among all probes.</summary>
    public string Name => $"{Cluster}/{Place}/{SnakeCase.Of(Kind)}";
}
