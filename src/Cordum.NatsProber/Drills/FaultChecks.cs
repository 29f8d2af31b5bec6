using System.Globalization;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Drills;

/// <summary>What a prober has to show of a fault whose truth is known, from one reading before it, one after it, and the log lines between. Pure.</summary>
internal static class FaultChecks
{
    /// <summary>Seconds that are not worth telling.</summary>
    private const double Brief = 0.05;

    /// <summary>The findings of one fault on its own link.</summary>
    /// <param name="fault">The truth.</param>
    /// <param name="before">Before it.</param>
    /// <param name="after">After it.</param>
    /// <param name="lines">The log lines between.</param>
    /// <param name="tolerance">How far the outage's length may be from the truth, on either side.</param>
    public static IEnumerable<Finding> Of(Fault fault, Reading before, Reading after, IReadOnlyList<LinkLine> lines, TimeSpan tolerance)
    {
        var (was, now) = (before[fault.Link], after[fault.Link]);
        var name = fault.Link.Endpoint;
        yield return Counted(name, was, now);
        yield return Caused(name, fault, was, now);
        if (fault.Kind == FaultKind.Drained)
            yield return new($"{name}: `cordum_nats_lame_duck_total` +1", Rise(was.LameDucks, now.LameDucks), now.LameDucks - was.LameDucks == 1);
        // The prober tells of itself how long it was held up, and how long the handshake took that proved the end. A broker that hangs takes connections, and lets them wait: that is the fault.
        var handshake = fault.Kind == FaultKind.Hung ? 0 : now.HandshakeSeconds - was.HandshakeSeconds;
        var slack = tolerance.TotalSeconds + (after.StallSeconds - before.StallSeconds) + handshake;
        yield return Measured(name, fault, was, now, slack);
        yield return Told(name, fault, [.. lines.Where(line => line.Link == fault.Link)], slack);
    }

    /// <summary>The finding that the links of the other endpoints saw nothing.</summary>
    public static Finding Untouched(IReadOnlyCollection<LinkKey> others, Reading before, Reading after)
    {
        var touched = others.Order()
            .Where(link => after[link].Disconnects != before[link].Disconnects || after[link].Reconnects != before[link].Reconnects || !after[link].Connected)
            .Select(link => $"{before.Names.Of(link)} {Lost(before[link], after[link])}")
            .ToList();
        return new(
            $"{before.Names.Of(others)}: untouched",
            touched.Count == 0 ? "no disconnect, connected throughout" : string.Join("; ", touched),
            touched.Count == 0);
    }

    /// <summary>The finding of the link that fails over: lost no more often than it may, and back within the limit each time.</summary>
    /// <param name="link">The link.</param>
    /// <param name="before">Before.</param>
    /// <param name="after">After.</param>
    /// <param name="lines">The log lines between.</param>
    /// <param name="losses">How often it may have been lost: at least and at most.</param>
    /// <param name="limit">The longest that it may have been away while a broker was up.</param>
    public static Finding FailedOver(LinkKey link, Reading before, Reading after, IReadOnlyList<LinkLine> lines, (int Least, int Most) losses, TimeSpan limit)
    {
        var (was, now) = (before[link], after[link]);
        var lost = now.Disconnects - was.Disconnects;
        var back = now.Reconnects - was.Reconnects;
        var away = Absence.Of(link, before, lines);
        var longest = away.Select(one => one.Judged).DefaultIfEmpty().Max();
        var dark = away.Sum(one => double.IsFinite(one.Seconds) ? one.Seconds - one.Judged : 0);
        var often = losses switch
        {
            (0, 0) => "not lost, for it was elsewhere",
            (1, 1) => "lost once",
            (0, int.MaxValue) => "open at the end",
            (var least, var most) => $"lost {least} to {most} times",
        };
        var within = losses.Most > 0 ? $", back within {Seconds(limit.TotalSeconds)} each time" : "";
        var where = $"at {before.FailoverAt.GetValueOrDefault(link.Cluster, "?")} before, at {after.FailoverAt.GetValueOrDefault(link.Cluster, "?")} now";
        var longestAway = away.Count > 0 ? $", away {Seconds(away.Max(one => one.Seconds))} at most" : "";
        if (dark > Brief)
            longestAway += $" ({Seconds(dark)} with no broker up, which is not for it to make good)";
        return new(
            $"{before.Names.Before(link.Cluster)}the link that fails over: {often}{within}",
            $"{Lost(was, now)}{longestAway}; {where}; of its requests {now.Answered - was.Answered:0} were answered and {now.Failed - was.Failed:0} failed",
            lost >= losses.Least && lost <= losses.Most && back == lost && now.Connected && away.Count == back && longest <= limit.TotalSeconds);
    }

    private static Finding Counted(string name, LinkReading was, LinkReading now) => new(
        $"{name}: `cordum_nats_disconnect_total` +1, then `cordum_nats_reconnect_total` +1 and `cordum_nats_connected` 1",
        $"disconnect {Rise(was.Disconnects, now.Disconnects)}, reconnect {Rise(was.Reconnects, now.Reconnects)}, connected {(now.Connected ? 1 : 0)}",
        now.Disconnects - was.Disconnects == 1 && now.Reconnects - was.Reconnects == 1 && now.Connected);

    private static Finding Caused(string name, Fault fault, LinkReading was, LinkReading now)
    {
        var causes = now.Causes.Where(cause => cause.Value > was.Causes.GetValueOrDefault(cause.Key)).Select(cause => cause.Key).Order(StringComparer.Ordinal).ToList();
        return new(
            $"{name}: cause {string.Join(" or ", fault.Causes)}",
            causes.Count == 0 ? "none" : string.Join(", ", causes),
            causes.Count > 0 && causes.All(fault.Causes.Contains));
    }

    private static Finding Measured(string name, Fault fault, LinkReading was, LinkReading now, double slack)
    {
        var outages = now.Outages - was.Outages;
        var length = now.OutageSeconds - was.OutageSeconds;
        return new(
            $"{name}: one outage of {Truth(fault)}, give or take {Seconds(slack)}",
            outages == 1 ? Seconds(length) : $"{outages:0} outages, together {Seconds(length)}",
            outages == 1 && length >= fault.Shortest.TotalSeconds - slack && length <= fault.Longest.TotalSeconds + slack);
    }

    /// <summary>The log tells the same, and the bracket of the outage holds the truth.</summary>
    private static Finding Told(string name, Fault fault, IReadOnlyList<LinkLine> lines, double slack)
    {
        var lost = lines.Where(line => line.Event == LinkLogEvents.Disconnected).ToList();
        var back = lines.Count(line => line.Event == LinkLogEvents.Reconnected);
        var ended = lines.Where(line => line.Event == LinkLogEvents.OutageEnded).ToList();
        var seen = string.Create(CultureInfo.InvariantCulture, $"{lost.Count} disconnected, {back} reconnected, {ended.Count} outage ended");
        if (ended is not [var bracket])
            return new(Expected(), seen, false);
        var holds = bracket.MinimumSeconds <= fault.Longest.TotalSeconds + slack && !(bracket.MaximumSeconds < fault.Shortest.TotalSeconds - slack);
        var most = bracket.MaximumSeconds is { } maximum ? Seconds(maximum) : "an unknown time";
        return new(
            Expected(),
            $"{seen}, at least {Seconds(bracket.MinimumSeconds ?? double.NaN)}, at most {most}",
            lost is [{ Cause: { } cause }] && fault.Causes.Contains(cause) && back == 1 && holds);

        string Expected() => $"{name}: the log tells of one loss, one return, and one outage whose bracket holds {Truth(fault)}";
    }

    /// <summary>What happened to a link, in words.</summary>
    public static string Lost(LinkReading was, LinkReading now)
    {
        var (lost, back) = (now.Disconnects - was.Disconnects, now.Reconnects - was.Reconnects);
        return string.Create(CultureInfo.InvariantCulture, $"lost {Times(lost)}, back {Times(back)}{(now.Connected ? "" : ", down now")}");
    }

    /// <summary>Seconds for people, to the millisecond.</summary>
    public static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###} s");

    private static string Truth(Fault fault) => fault.Longest - fault.Shortest < TimeSpan.FromMilliseconds(1)
        ? Seconds(fault.Longest.TotalSeconds)
        : $"{Seconds(fault.Shortest.TotalSeconds)} to {Seconds(fault.Longest.TotalSeconds)}";

    private static string Rise(double was, double now) => string.Create(CultureInfo.InvariantCulture, $"{was:0} → {now:0}");

    private static string Times(double count) => count switch { 0 => "never", 1 => "once", _ => string.Create(CultureInfo.InvariantCulture, $"{count:0} times") };
}
