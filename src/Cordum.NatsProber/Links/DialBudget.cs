using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Links;

/// <summary>
/// Spaces the dials of all of a prober's links together. Up to fifty endpoints that are down at once are dialled as often as each one's own
/// <see cref="DialPace"/> says; when a region goes, and when it comes back, its brokers are not met by everybody at once, and the prober has time left to
/// watch the rest. Thread-safe; pure.
/// </summary>
internal sealed class DialBudget
{
    /// <summary>How many dials may begin in a second. One that is refused costs a prober some 150 us of CPU.</summary>
    public const int PerSecond = 1000;

    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(1) / PerSecond;

    private readonly Lock _gate = new();
    private TimeSpan _next;

    /// <summary>Takes the next place in the row.</summary>
    /// <param name="now">The present.</param>
    /// <returns>How long to wait for it; zero or longer. Whoever asks later waits longer: nobody is passed over.</returns>
    public TimeSpan Take(TimeSpan now)
    {
        lock (_gate)
        {
            // Places that nobody took are lost: saved up, they would be the burst that this is against.
            var place = Instant.Later(now, _next);
            _next = place + Gap;
            return place - now;
        }
    }
}
