namespace Cordum.NatsProber.Links;

/// <summary>How near the end of a credential or certificate is, once it is near enough to be told of; in order of urgency.</summary>
internal enum ExpiryNotice
{
    /// <summary>At most 30 days are left.</summary>
    ThirtyDays,

    /// <summary>At most 7 days are left.</summary>
    SevenDays,

    /// <summary>At most a day is left.</summary>
    OneDay,

    /// <summary>At most an hour is left.</summary>
    OneHour,

    /// <summary>It has expired.</summary>
    Expired,
}

/// <summary>
/// Says when to tell people that something expires: once at each threshold, the most urgent only where several are passed at once (at a start, say), and all
/// over again when it is replaced by one that expires at another time. Pure: whoever asks brings the time.
/// </summary>
internal sealed class ExpiryWatch
{
    private static readonly TimeSpan[] Thresholds =
        [TimeSpan.FromDays(30), TimeSpan.FromDays(7), TimeSpan.FromDays(1), TimeSpan.FromHours(1), TimeSpan.Zero];

    private DateTimeOffset? _watched;

    /// <summary>How many thresholds have been told of, or were passed together with one that was.</summary>
    private int _told;

    /// <summary>What to tell now; null for nothing.</summary>
    /// <param name="expires">When it expires, as known now; null for never, or not known.</param>
    /// <param name="now">The wall time.</param>
    public ExpiryNotice? Due(DateTimeOffset? expires, DateTimeOffset now)
    {
        if (expires is not { } end)
            return null; // not forgotten either: a file that cannot be read for a moment is no new one
        if (end != _watched)
            (_watched, _told) = (end, 0);

        var passed = Thresholds.Count(threshold => end - now <= threshold);
        if (passed <= _told)
            return null; // a clock that was set back does not unsay anything
        _told = passed;
        return (ExpiryNotice)(passed - 1);
    }
}
