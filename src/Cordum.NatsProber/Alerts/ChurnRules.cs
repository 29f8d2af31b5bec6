using static Cordum.NatsProber.Alerts.Alerting;

namespace Cordum.NatsProber.Alerts;

/// <summary>Rules about links that are lost and come back, over and over.</summary>
internal static class ChurnRules
{
    private const string Reconnects = "cluster_endpoint_prober:cordum_nats_reconnects";
    private const string Pinned = "component=\"natsprober\", scope!=\"cluster\"";

    public static IEnumerable<Rule> Recorded(RuleSettings settings)
    {
        const string Series = $"cordum_nats_reconnect_total{{{Pinned}}}";
        var (window, part) = (settings.ChurnWindow, settings.ChurnPart);
        var (whole, third) = ($"{Reconnects}:increase{window.Name}", $"{Reconnects}:increase{part.Name}");
        yield return Record(
            whole,
            $"""
            sum by (cluster, endpoint, prober) (
              increase({Series}[{window}])
              - resets({Series}[{window}])
            )
            """,
            """
            Less one for each restart of the prober that shows: its first dial may fail and the next succeed, which is a reconnect by the book. A prober that restarts in a loop must not look like
            a broker that does. Only pinned links: the one that fails over comes back once for every broker of a rolling restart.
            """);
        yield return Record(third, $"sum by (cluster, endpoint, prober) (increase({Series}[{part}]))");
    }

    public static AlertingRule Alert(RuleSettings settings)
    {
        var (window, part) = (settings.ChurnWindow, settings.ChurnPart);
        var (whole, third) = ($"{Reconnects}:increase{window.Name}", $"{Reconnects}:increase{part.Name}");
        return settings.Alert(
            AlertName.ReconnectChurn,
            Severity.Critical,
            $"""
            avg by (cluster, endpoint) (
              ({whole} >= bool {Promql.AtLeast(settings.ChurnCount)})
              * ({third} >= bool {Promql.AtLeast(1)})
              * ({third} offset {Promql.Duration(window.Length - part.Length)} >= bool {Promql.AtLeast(1)})
            ) > {Promql.Number(settings.Quorum)}
            """,
            "NATS connections keep dropping and coming back.",
            $"{AtEndpoint} dropped its connection and took it back at least {settings.ChurnCount} times in {window}, and still does, as {OfProbers} see it.") with
        {
            KeepFiringFor = part.Length,
            Why = """
                Enough reconnects in the whole window, and some in its last and in its first third: a burst that is over needs nobody, and 1-3-1-3 is churn as much as 2-2-2-2.
                increase() extrapolates, so that a whole number is compared half an event lower.
                Never planned: a broker that is drained over and over drops its clients as often as one that crashes.
                """,
        };
    }
}
