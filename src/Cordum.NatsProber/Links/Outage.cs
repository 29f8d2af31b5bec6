using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Links;

/// <summary>
/// One outage of one link, as a bracket: it began between <see cref="LastGood"/> and <see cref="FirstBad"/>, and ended between
/// <see cref="LastBad"/> and <see cref="FirstGood"/>. Nobody outside the broker can know more than that.
/// </summary>
/// <remarks>
/// Evidence has a length (a request is sent, and its time is up later), so that each side of the bracket takes the end of the
/// evidence that keeps the truth inside: a failure proves an outage at the latest when it is complete, and still proves it only for the
/// instant at which it was begun. All instants are on the prober's clock; <c>LastGood &lt;= Start &lt;= FirstBad</c> and
/// <c>LastBad &lt;= FirstGood</c> always hold.
/// </remarks>
public sealed record Outage
{
    /// <summary>Why the first evidence failed.</summary>
    public required DisconnectCause Cause { get; init; }

    /// <summary>When the last good round trip was begun; null if this prober has seen none on this link.</summary>
    public required TimeSpan? LastGood { get; init; }

    /// <summary>The earliest evidence, and so the start that is reported: a socket's end, or the sending of what was never answered.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>When that first evidence was complete: the outage had certainly begun.</summary>
    public required TimeSpan FirstBad { get; init; }

    /// <summary>When the latest failed attempt was begun: the outage had certainly not ended.</summary>
    public required TimeSpan LastBad { get; init; }

    /// <summary>When the first good round trip was complete; null while the outage lasts.</summary>
    public TimeSpan? FirstGood { get; init; }

    /// <summary>
    /// A request failed while the link was open, so that an open link alone proves nothing: only a good request ends this outage.
    /// </summary>
    public required bool NeedsRequest { get; init; }

    /// <summary>The broker had announced that it drains, and the outage began when it then closed the link: somebody meant it to happen.</summary>
    public bool IsPlanned => Cause == DisconnectCause.LameDuck;

    /// <summary>The length that is reported: from <see cref="Start"/> to the first good round trip, or to now while it lasts. Never negative.</summary>
    /// <param name="now">The present, on the prober's clock; used only while the outage lasts.</param>
    public TimeSpan Length(TimeSpan now) => Instant.NotNegative((FirstGood ?? now) - Start);

    /// <summary>It lasted at least this long. Never negative.</summary>
    public TimeSpan Minimum => Instant.NotNegative(LastBad - FirstBad);

    /// <summary>It lasted at most this long; null while it lasts, and where nothing good was ever seen before it.</summary>
    public TimeSpan? Maximum => FirstGood - LastGood;

    /// <summary>The same outage, with one more failure.</summary>
    /// <param name="began">When the failed attempt was begun.</param>
    /// <param name="needsRequest">The attempt was a request on an open link.</param>
    internal Outage WithFailure(TimeSpan began, bool needsRequest) => this with
    {
        LastBad = Instant.Later(LastBad, began),
        NeedsRequest = NeedsRequest || needsRequest,
    };

    /// <summary>The outage, ended.</summary>
    /// <param name="at">When the first good round trip was complete.</param>
    internal Outage EndedAt(TimeSpan at) => this with { FirstGood = Instant.Later(Instant.Later(at, LastBad), FirstBad) };
}
