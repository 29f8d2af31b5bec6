using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Links;

/// <summary>
/// Spaces the dials of one link by <see cref="DialPace"/>, over opens and losses: a broker that welcomes and then hangs up, again and again, is
/// dialled no more often than one that is dead. Pure; the keeper gives it the time and the dice.
/// </summary>
public sealed class DialPacer
{
    /// <summary>A session that lasted so long was no flap.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Flaps in a row that still count as outages of their own, each found as exactly as any. After so many, the whole row is what is wrong, and
    /// its age sets the pace.
    /// </summary>
    private const int ToleratedFlaps = 20;

    private TimeSpan? _latest;
    private TimeSpan _downSince;
    private TimeSpan _openSince;
    private int _flaps;

    /// <summary>The gap that follows the latest dial.</summary>
    public TimeSpan Gap { get; private set; } = DialPace.Shortest;

    /// <summary>A dial begins.</summary>
    /// <param name="now">When.</param>
    /// <param name="random">Uniform in [0, 1).</param>
    public void Began(TimeSpan now, double random)
    {
        if (_latest is null)
            _downSince = now;
        _latest = now;
        Gap = DialPace.Gap(now - _downSince, random);
    }

    /// <summary>The dial has opened a session.</summary>
    /// <param name="now">When.</param>
    public void Opened(TimeSpan now) => _openSince = now;

    /// <summary>The session has ended.</summary>
    /// <param name="now">When.</param>
    /// <param name="random">Uniform in [0, 1).</param>
    /// <returns>How long to wait before the next dial.</returns>
    public TimeSpan Lost(TimeSpan now, double random)
    {
        _flaps = now - _openSince < Settled ? _flaps + 1 : 0;
        if (_flaps > ToleratedFlaps)
            return Wait(now);
        _downSince = now;
        Gap = DialPace.Shortest;
        return Instant.Later(DialPace.FirstWait(random), Wait(now));
    }

    /// <summary>How long to wait before the next dial. Whole milliseconds, upwards: a timer cuts fractions off, and twenty early dials would be twenty-one in a second.</summary>
    /// <param name="now">The present.</param>
    public TimeSpan Wait(TimeSpan now) => _latest is { } latest
        ? TimeSpan.FromMilliseconds(Math.Ceiling(Instant.NotNegative(latest + Gap - now).TotalMilliseconds))
        : TimeSpan.Zero;
}
