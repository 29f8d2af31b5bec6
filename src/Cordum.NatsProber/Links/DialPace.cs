namespace Cordum.NatsProber.Links;

/// <summary>
/// How long to wait between the starts of two dials of an endpoint that is down. The end of an outage is seen one gap after it happened, at
/// the latest, so the gap is what the error of every outage's length comes from.
/// </summary>
public static class DialPace
{
    /// <summary>The shortest gap: 20 dials a second.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest gap, before jitter: 2 dials a second, from an outage of one minute on.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The gap at a given age of the outage: about 1 % of it, never less than <see cref="Shortest"/>, never more than 1.2 times <see cref="Longest"/>.
    /// </summary>
    /// <param name="age">How long the link has been down.</param>
    /// <param name="random">Jitter, uniform in [0, 1): probers that lost the same broker at the same instant drift apart.</param>
    public static TimeSpan Gap(TimeSpan age, double random)
    {
        // At one minute 1 % is 600 ms; 84 % of that is still above 500 ms, so that the promise of two a second holds from there on.
        var aimed = age * 0.01 * (0.84 + (0.11 * random));
        var longest = Longest * (1 + (0.2 * random));
        return aimed < Shortest ? Shortest : aimed > longest ? longest : aimed;
    }

    /// <summary>
    /// The wait before the first dial after a loss, between 0 and <see cref="Shortest"/>: it moves the whole row of evenly spaced dials that follows.
    /// </summary>
    /// <param name="random">Jitter, uniform in [0, 1).</param>
    public static TimeSpan FirstWait(double random) => Shortest * random;
}
