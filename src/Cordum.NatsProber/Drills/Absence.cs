using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Drills;

/// <summary>One time for which the link that fails over was away.</summary>
/// <param name="Seconds">How long it was; infinite if its log line does not say.</param>
/// <param name="Judged">For how much of that time a broker of its cluster was up, so that it could have been there.</param>
internal readonly record struct Absence(double Seconds, double Judged)
{
    /// <summary>What a client takes at most to find the brokers that are up, as long as it does not wait for long between two attempts.</summary>
    private const double LeastLimitSeconds = 10;

    /// <summary>Two waits of the client, each of 2.5 times <c>reconnectWait</c> at most: it may choose the broker that is down once more.</summary>
    private const double Waits = 2 * 2.5;

    /// <summary>The longest that it may be away while a broker is up.</summary>
    public static TimeSpan Limit(FailoverSettings settings) => TimeSpan.FromSeconds(Math.Max(LeastLimitSeconds, Waits * settings.ReconnectWait.TotalSeconds));

    /// <summary>The absences of a link that are over, from its log lines and those of the pinned links of its cluster.</summary>
    /// <param name="link">The link that fails over.</param>
    /// <param name="before">Which links were open before the first of the lines.</param>
    /// <param name="lines">The log lines, oldest first.</param>
    public static IReadOnlyList<Absence> Of(LinkKey link, Reading before, IReadOnlyList<LinkLine> lines)
    {
        var dark = Dark(link.Cluster, before, lines);
        return [.. lines.Where(line => line.Link == link && line.Event == LinkLogEvents.Reconnected).Select(line =>
        {
            if (line.AfterSeconds is not { } away)
                return new Absence(double.PositiveInfinity, double.PositiveInfinity);
            var (from, to) = (line.At.TotalSeconds - away, line.At.TotalSeconds);
            return new Absence(away, away - dark.Sum(one => Math.Max(0, Math.Min(to, one.To) - Math.Max(from, one.From))));
        })];
    }

    /// <summary>The times at which no pinned link of a cluster was open.</summary>
    private static List<(double From, double To)> Dark(string cluster, Reading before, IReadOnlyList<LinkLine> lines)
    {
        var up = before.Links.Where(one => one.Key.Cluster == cluster && !one.Key.IsFailover && one.Value.Connected).Select(one => one.Key).ToHashSet();
        var known = before.Links.Keys.Any(link => link.Cluster == cluster && !link.IsFailover);
        var dark = new List<(double From, double To)>();
        double? since = known && up.Count == 0 ? double.NegativeInfinity : null;
        foreach (var line in lines.Where(line => line.Link.Cluster == cluster && !line.Link.IsFailover))
        {
            if (line.Event == LinkLogEvents.Disconnected)
                up.Remove(line.Link);
            else if (line.Event is LinkLogEvents.Connected or LinkLogEvents.Reconnected)
                up.Add(line.Link);
            else
                continue;

            if (up.Count == 0)
                since ??= line.At.TotalSeconds;
            else if (since is { } began)
            {
                dark.Add((began, line.At.TotalSeconds));
                since = null;
            }
        }

        if (since is { } stillDark)
            dark.Add((stillDark, double.PositiveInfinity));
        return dark;
    }
}
