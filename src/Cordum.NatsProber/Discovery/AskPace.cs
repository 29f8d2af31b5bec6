using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Discovery;

/// <summary>How long to wait before DNS is asked again.</summary>
public static class AskPace
{
    /// <summary>
    /// An answer is kept so long at least, be its time to live zero: it is what CoreDNS gives the names of Kubernetes where nothing else is set, and a broker that is probed 5 s after
    /// it appeared is probed soon enough.
    /// </summary>
    public static readonly TimeSpan ShortestHold = TimeSpan.FromSeconds(5);

    /// <summary>
    /// An answer is kept so long at most, be its time to live a day: that is chosen for clients, which one stale address does not hurt; a prober must
    /// not leave a new broker unwatched, and one question in five minutes is nothing.
    /// </summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(5);

    /// <summary>The longest wait after a failure: how much later than the resolver the prober may recover.</summary>
    public static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    /// <summary>The wait after an answer: <see cref="ShortestHold"/> to <see cref="LongestHold"/>.</summary>
    /// <param name="ttl">The shortest time to live in the answer.</param>
    public static TimeSpan Hold(TimeSpan ttl) => Instant.Later(ShortestHold, Instant.Earlier(LongestHold, ttl));

    /// <summary>
    /// The wait after a failure: about 1 s after the first, twice as long after each further one, never more than <see cref="LongestRetry"/>. A quarter of it is
    /// jitter, as all probers lose a resolver at the same time.
    /// </summary>
    /// <param name="failures">How many there have been in a row, this one included; at least 1.</param>
    /// <param name="random">Uniform in [0, 1).</param>
    public static TimeSpan AfterFailure(int failures, double random)
    {
        var doublings = Math.Clamp(failures - 1, 0, 10); // more would overflow, and be cut anyway
        return Instant.Earlier(LongestRetry, FirstRetry * (1 << doublings)) * (0.75 + (0.25 * random));
    }

    /// <summary>A time to live as records carry it.</summary>
    /// <param name="seconds">The 32 bits. With the highest one set, which makes them negative here, they mean 0 (RFC 2181, 8).</param>
    public static TimeSpan Ttl(int seconds) => TimeSpan.FromSeconds(Math.Max(0, seconds));
}
