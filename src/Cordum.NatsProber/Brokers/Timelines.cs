using System.Globalization;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Brokers;

/// <summary>The two sides of a disconnect, each in the order of time, on the prober's wall clock. Pure.</summary>
/// <param name="of">The case.</param>
/// <param name="at">Wall time of the client's event.</param>
internal sealed class Timelines(DisconnectCase of, DateTimeOffset at)
{
    private static readonly TimeSpan WorthTelling = TimeSpan.FromMilliseconds(500);

    /// <summary>What the client saw.</summary>
    /// <param name="regained">When the link was open again, on the prober's clock; null if it is not.</param>
    public IReadOnlyList<Moment> Client(TimeSpan? regained)
    {
        var loss = of.Loss;
        var moments = new List<Moment>();
        if (loss.LastGood is { } good)
            moments.Add(Clocked(good, "last good round trip"));
        if (loss.Began < loss.At)
            moments.Add(Clocked(loss.Began, loss.WasOpen ? "first sign: what was sent here stayed unanswered" : "first dial begun"));
        if (of.Stalled >= WorthTelling)
            moments.Add(Clocked(loss.At, string.Create(CultureInfo.InvariantCulture, $"the prober was held up for {of.Stalled.TotalSeconds:0.0} s before this")));
        moments.Add(Clocked(loss.At, $"{(loss.WasOpen ? "link lost" : "first dial failed")}, {SnakeCase.Of(loss.Cause)}{(loss.Words is { } words ? $": the broker said {Printable.Of(words)}" : loss.EndedByUs ? ": given up by the prober" : "")}"));
        if (of.RefusedAt is { } refused)
            moments.Add(Clocked(refused, "a dial was refused"));
        if (of.UnansweredAt is { } silent)
            moments.Add(Clocked(silent, "a dial got no answer from TCP"));
        if (of.HushedAt is { } hushed)
            moments.Add(Clocked(hushed, "a dial was taken by TCP, and nobody said anything"));
        if (regained is { } open)
            moments.Add(Clocked(open, "link open again"));
        return InOrder(moments);
    }

    /// <summary>What the broker did.</summary>
    /// <param name="clock">What is known of its clock and start.</param>
    /// <param name="successorStartedAt">When its successor was started, on the prober's wall clock, where the case does not know; null if nobody does.</param>
    public IReadOnlyList<Moment> Broker(BrokerClock clock, DateTimeOffset? successorStartedAt)
    {
        var moments = new List<Moment>();
        if (clock.StartedAt is { } started)
            moments.Add(Dated(started - (clock.Skew ?? TimeSpan.Zero), "its process was started"));
        if (of.DrainAt is { } drain)
            moments.Add(Clocked(drain, "announced that it drains"));
        if (of.ShutdownAt is { } shutdown)
            moments.Add(Clocked(shutdown, "announced its shutdown"));
        if (of.Record is { Record: { } said } record)
            moments.Add(StopAt(clock.Skew) is { } stop ? Dated(stop, $"{said} ({clock.Correction})") : Clocked(record.At, $"{said}, says the {SnakeCase.Of(record.Source)} source"));
        if (of.Alive is { } alive)
            moments.Add(Clocked(alive.At, $"answered through the {SnakeCase.Of(alive.Source)} source"));
        if (of.Successor is { } successor)
        {
            if (successor.StartedAt is { } begun)
                moments.Add(Clocked(begun, "its successor was started"));
            else if (successorStartedAt is { } dated)
                moments.Add(Dated(dated, "its successor was started"));
            moments.Add(Clocked(successor.At, "another process answers in its place"));
        }

        return InOrder(moments);
    }

    /// <summary>When the broker says it closed the connection, on the prober's wall clock; null if it does not say.</summary>
    public DateTimeOffset? StopAt(TimeSpan? skew) => of.Record?.Record?.Stop is { } stop ? stop - (skew ?? TimeSpan.Zero) : null;

    private static IReadOnlyList<Moment> InOrder(List<Moment> moments) => [.. moments.OrderBy(moment => moment.At)];

    private Moment Clocked(TimeSpan instant, string what) => new(at + (instant - of.Loss.At), (instant - of.Loss.At).TotalSeconds, what);

    private Moment Dated(DateTimeOffset when, string what) => new(when.ToUniversalTime(), (when - at).TotalSeconds, what);
}

/// <summary>What is known of a broker's clock and start.</summary>
/// <param name="StartedAt">When its process was started, by its own clock; null if not known.</param>
/// <param name="Skew">Its clock less the prober's; null if not known.</param>
/// <param name="Error">How far that may be off, either way.</param>
internal readonly record struct BrokerClock(DateTimeOffset? StartedAt, TimeSpan? Skew, TimeSpan? Error)
{
    /// <summary>How its times were corrected, for people.</summary>
    public string Correction => Skew is { } skew
        ? string.Create(CultureInfo.InvariantCulture, $"its clock corrected by {-skew.TotalSeconds:+0.000;-0.000;+0.000} s ± {(Error ?? TimeSpan.Zero).TotalSeconds:0.000} s")
        : "by its own clock, whose error is not known";
}
