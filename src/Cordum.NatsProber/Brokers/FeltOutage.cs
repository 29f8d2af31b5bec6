using System.Globalization;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Brokers;

/// <summary>How an application with an ordinary client would have felt a disconnect. A closed set, in snake case in reports.</summary>
public enum FeltAs
{
    /// <summary>The connection was closed: the client knew at that instant.</summary>
    Closed,

    /// <summary>Nothing was said and nothing came; it was over before the client's pings could find out: requests hung or timed out, and the connection lived on.</summary>
    Stall,

    /// <summary>Silence of a length that the client's pings find out or not, as they happen to fall.</summary>
    StallOrPings,

    /// <summary>Silence until the client's pings went unanswered too often.</summary>
    Pings,

    /// <summary>Silence until the broker's process ended, which closed the connection.</summary>
    ProcessEnd,

    /// <summary>Not at all: the trouble was the prober's own.</summary>
    Nothing,

    /// <summary>The link was not open before: a client that is connected would not have lost anything, one that starts could not have connected.</summary>
    NotConnected,
}

/// <summary>
/// What an application in the link's place would have felt of a disconnect, and when. The prober asks every second and knows of silence within one request's timeout; a client
/// that merely waits for messages does not.
/// </summary>
/// <remarks>
/// <para>
/// Both clients ping every 2 minutes and tolerate 2 pings without PONG: nats.go (<c>DefaultPingInterval</c>, <c>DefaultMaxPingOut</c>; <c>processPingTimer</c> of nats.go) and NATS.Net
/// (<c>NatsOpts.PingInterval</c>, <c>NatsOpts.MaxPingOut</c>; <c>StartPingTimer</c> of NatsConnection.cs). Both count alike: each tick adds one to a counter, which any PONG sets
/// back to 0; a tick that makes it greater than the limit gives the connection up, any other sends a PING. NATS.Net's first tick is at the connect, nats.go's one interval later: the
/// counting is the same from then on.
/// </para>
/// <para>
/// So the first tick after the start of a silence, up to one interval after it, sends the first PING that stays unanswered, and the tick that gives up is
/// <c>MaxPingsOut</c> intervals after that one: between 2 × 2 = 4 and (2 + 1) × 2 = 6 minutes after the start. Messages that arrive do not count, PONGs alone do. A silence that ends earlier is
/// not noticed by pings: what TCP held back arrives, and the PONG with it.
/// </para>
/// </remarks>
/// <param name="As">How it was felt.</param>
/// <param name="NoticedAtLeast">The client knew no earlier than so long after the start; null if it never would.</param>
/// <param name="NoticedAtMost">And no later than this; null if it never would.</param>
/// <param name="Words">In words, one line.</param>
public sealed record FeltOutage(FeltAs As, TimeSpan? NoticedAtLeast, TimeSpan? NoticedAtMost, string Words)
{
    /// <summary>Judges one disconnect.</summary>
    /// <param name="loss">The client's side of it.</param>
    /// <param name="verdict">What both views say together about its cause.</param>
    /// <param name="processEnded">When the process that the link was lost to had ended for certain, on the prober's clock; null if it did not, or nobody knows.</param>
    /// <param name="regained">When the link was open again; null if it is not.</param>
    /// <param name="pings">The application's pings.</param>
    public static FeltOutage Of(LinkLoss loss, Verdict verdict, TimeSpan? processEnded, TimeSpan? regained, FailoverSettings pings)
    {
        if (verdict == Verdict.ProberFault)
            return new(FeltAs.Nothing, null, null, "not at all: the prober alone was held up");
        if (!loss.WasOpen)
            return new(FeltAs.NotConnected, null, null, "the link was not open before: a client that starts could not have connected, one that is connected elsewhere felt nothing");
        var known = NotNegative(loss.At - loss.Began);
        var wasSilent = loss.EndedByUs || (loss.WentSilent && loss.Words is null && loss.Cause is DisconnectCause.Timeout or DisconnectCause.Stale);
        if (!wasSilent)
            return new(FeltAs.Closed, known, known, known < Noticeable
                ? "at once: the connection was closed, which every client sees"
                : $"as a stall of {Seconds(known)}, then at once: the connection was closed, which every client sees");
        if (loss.Link.Scope != "endpoint") // the link is such a client itself
            return new(FeltAs.Pings, known, known, $"after {Seconds(known)} of silence, by its pings: this link is an ordinary client, with {Told(pings)}");
        return Silence(NotNegative(processEnded - loss.Began), NotNegative(regained - loss.Began), pings);
    }

    private static readonly TimeSpan Noticeable = TimeSpan.FromMilliseconds(100);

    private static FeltOutage Silence(TimeSpan? ended, TimeSpan? lasted, FailoverSettings pings)
    {
        var (soonest, latest) = (pings.PingInterval * pings.MaxPingsOut, pings.PingInterval * (pings.MaxPingsOut + 1));
        var between = $"between {Span(soonest)} and {Span(latest)} after the start ({Told(pings)})";
        if (ended <= latest)
            return new(FeltAs.ProcessEnd, TimeSpan.Zero, ended, $"as a stall of up to {Seconds(ended.Value)}, until the end of the broker's process closed the connection");
        return lasted switch
        {
            null => new(FeltAs.Pings, soonest, latest, $"as a stall, and if that lasts, {between}, unless its own requests timed out before"),
            { } length when length <= soonest => new(FeltAs.Stall, null, null, $"as a stall of {Seconds(length)} and no disconnect, unless its own requests timed out: pings would have told {between}"),
            { } length when length < latest => new(FeltAs.StallOrPings, soonest, length, $"as a stall of {Seconds(length)}, or as a disconnect {between}, as its pings happened to fall"),
            _ => new(FeltAs.Pings, soonest, latest, $"as a stall at first, and as a disconnect {between}, unless its own requests timed out before"),
        };
    }

    private static TimeSpan NotNegative(TimeSpan duration) => Timing.Instant.NotNegative(duration);

    private static TimeSpan? NotNegative(TimeSpan? duration) => duration is { } known ? NotNegative(known) : null;

    private static string Told(FailoverSettings pings) => $"a ping every {Span(pings.PingInterval)}, given up at the one after {pings.MaxPingsOut} unanswered";

    private static string Span(TimeSpan span) => span >= TimeSpan.FromMinutes(1) && span.Ticks % TimeSpan.TicksPerMinute == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.###} s");

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.000} s");
}
