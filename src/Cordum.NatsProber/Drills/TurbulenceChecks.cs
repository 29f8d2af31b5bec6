using System.Globalization;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Drills;

/// <summary>
/// What a prober has to show of turbulence that somebody else made, so that its truth is not known: that it was seen, that it is over, and that counters and log tell the
/// same of it. Pure.
/// </summary>
internal static class TurbulenceChecks
{
    /// <summary>Causes by which a link is not lost because its broker is restarted, drained, cut off or held up.</summary>
    private static readonly string[] Foreign = ["auth", "auth_expired", "tls", "max_connections", "slow_consumer", "wrong_server", "not_nats", "protocol", "unknown"];

    /// <summary>Counters are copied at a scrape, log lines written a moment after.</summary>
    private const double Rounding = 0.01;

    /// <summary>Whether a link was lost and is whole again, and all has been told of it.</summary>
    public static bool IsOver(LinkKey link, Reading before, Reading now, IReadOnlyList<LinkLine> lines)
    {
        var (was, at) = (before[link], now[link]);
        return at.Disconnects > was.Disconnects
            && at.Connected
            && at.Outages > was.Outages
            && Count(lines, link, LinkLogEvents.Reconnected) >= at.Reconnects - was.Reconnects
            && Count(lines, link, LinkLogEvents.OutageEnded) >= at.Outages - was.Outages;
    }

    /// <summary>Those of some links that were lost at all.</summary>
    public static IEnumerable<LinkKey> Begun(IEnumerable<LinkKey> links, Reading before, Reading now) => links.Where(link => now[link].Disconnects > before[link].Disconnects);

    /// <summary>The findings of one link.</summary>
    /// <param name="link">The link.</param>
    /// <param name="before">Before the turbulence.</param>
    /// <param name="after">When it was over, or the time was up.</param>
    /// <param name="lines">The log lines between.</param>
    /// <param name="window">How long that was.</param>
    public static IEnumerable<Finding> Of(LinkKey link, Reading before, Reading after, IReadOnlyList<LinkLine> lines, TimeSpan window)
    {
        var (was, now) = (before[link], after[link]);
        var (lost, back) = (now.Disconnects - was.Disconnects, now.Reconnects - was.Reconnects);
        var name = before.Names.Of(link);
        if (!after.Links.ContainsKey(link))
        {
            yield return new(
                $"{name}: lost, and back",
                "its series are gone: DNS names this endpoint no longer. List the endpoints in the probe file, in place of `discover`, for a drill",
                false);
            yield break;
        }

        yield return new(
            $"{name}: `cordum_nats_disconnect_total` grows, `cordum_nats_reconnect_total` by as much, and `cordum_nats_connected` 1",
            string.Create(CultureInfo.InvariantCulture, $"disconnect {was.Disconnects:0} → {now.Disconnects:0}, reconnect {was.Reconnects:0} → {now.Reconnects:0}, connected {(now.Connected ? 1 : 0)}"),
            lost >= 1 && back == lost && now.Connected);
        if (lost < 1)
            yield break; // nothing more can be said of it

        var causes = now.Causes.Where(cause => cause.Value > was.Causes.GetValueOrDefault(cause.Key)).Select(cause => cause.Key).Order(StringComparer.Ordinal).ToList();
        yield return new($"{name}: a cause that a restart, a drain or a cut has", string.Join(", ", causes), causes.Count > 0 && !causes.Exists(Foreign.Contains));

        var (disconnected, reconnected) = (Count(lines, link, LinkLogEvents.Disconnected), Count(lines, link, LinkLogEvents.Reconnected));
        yield return new(
            string.Create(CultureInfo.InvariantCulture, $"{name}: the log tells of {lost:0} lost and {back:0} back, as the counters do"),
            string.Create(CultureInfo.InvariantCulture, $"{disconnected} disconnected, {reconnected} reconnected"),
            disconnected == lost && reconnected == back);

        var lengths = Lengths(lines, link);
        var (outages, seconds) = (now.Outages - was.Outages, now.OutageSeconds - was.OutageSeconds);
        yield return new(
            $"{name}: outages within the {FaultChecks.Seconds(window.TotalSeconds)} of this step, as long in the log as in `cordum_nats_outage_duration_seconds`",
            string.Create(CultureInfo.InvariantCulture, $"{outages:0}, together {FaultChecks.Seconds(seconds)}; in the log {lengths.Count}, together {FaultChecks.Seconds(lengths.Sum())}, the longest {FaultChecks.Seconds(lengths.DefaultIfEmpty().Max())}"),
            outages >= 1 && lengths.Count == outages && Math.Abs(lengths.Sum() - seconds) <= Rounding && seconds <= window.TotalSeconds + Rounding);
    }

    /// <summary>The longest outage that the log tells of a cluster's pinned links; zero if none.</summary>
    public static TimeSpan Longest(IReadOnlyList<LinkLine> lines, string cluster) =>
        TimeSpan.FromSeconds(lines.Where(line => line.Link.Cluster == cluster && !line.Link.IsFailover).Max(line => line.LengthSeconds) ?? 0);

    private static List<double> Lengths(IReadOnlyList<LinkLine> lines, LinkKey link) =>
        [.. lines.Where(line => line.Link == link && line.Event == LinkLogEvents.OutageEnded).Select(line => line.LengthSeconds ?? double.NaN)];

    private static int Count(IReadOnlyList<LinkLine> lines, LinkKey link, int id) => lines.Count(line => line.Link == link && line.Event == id);
}
