using static Cordum.NatsProber.Alerts.Alerting;

namespace Cordum.NatsProber.Alerts;

/// <summary>Rules about applications that count their own disconnects and reconnects, many replicas each.</summary>
internal static class ApplicationRules
{
    /// <summary>The prober's own series carry a component, too.</summary>
    private const string Theirs = "{component!=\"\", component!=\"natsprober\"}";

    private const string Disconnects = "cordum_nats_disconnect_total" + Theirs;
    private const string Reconnects = "cordum_nats_reconnect_total" + Theirs;

    private const string Down = $"""
          cordum_nats_connected{Theirs} == bool 0
          or
          {Disconnects}
          - ({Reconnects} or 0 * {Disconnects})
          >= bool 1
        """;

    public static RuleGroup Group(RuleSettings settings)
    {
        var churn = $"""
              (increase({Reconnects}[{settings.ChurnWindow}]) - resets({Reconnects}[{settings.ChurnWindow}]) >= bool {Promql.AtLeast(settings.ChurnCount)})
              * (increase({Reconnects}[{settings.ChurnPart}]) >= bool {Promql.AtLeast(1)})
            """;
        return new(
            "cordum-nats-applications",
            settings.EvaluationInterval,
            """
            Applications that emit the two counters under a component of their own. One series is one connection of one replica. Only shares are judged, for replicas come and go: those that were
            rolled away take their counters along, those that are new begin at zero, and neither is an outage. What these rules cannot see: a replica that cannot connect at all at its start, if
            the application does not count that as a disconnect; and one that dies of being cut off, for its counters die with it. The probers see the broker's side of both.
            """,
            [
                .. Shares(settings, "down", Down, """
                    A replica that exports cordum_nats_connected is taken at its word. Otherwise the counters tell: this needs no history, so a counter that is born at 1 counts. Where
                    reconnects were never counted they are 0. No reaching back here: the last words of replicas that were shut down, a disconnect perhaps, go with them.
                    """),
                .. Shares(settings, "churn", churn, """
                    Less one for each restart in place, as for the probers; and not over yet. That it goes on is asked of the alert's patience, not of a third before: a replica that is
                    younger has none.
                    """),
                .. Alerts(
                    settings,
                    AlertName.ApplicationDisconnectsOutrunReconnects,
                    "down",
                    settings.ApplicationFor,
                    "An application's NATS disconnects outrun its reconnects.",
                    $"were lost and have not come back for {Promql.Duration(settings.ApplicationFor)}."),
                .. Alerts(
                    settings,
                    AlertName.ApplicationReconnectChurn,
                    "churn",
                    settings.ChurnWindow.Length - settings.ChurnPart.Length,
                    "An application's NATS connections keep dropping and coming back.",
                    $"came back at least {settings.ChurnCount} times in {settings.ChurnWindow}, and still do."),
            ]);
    }

    private static string Series(RuleSettings settings, string what, string operation) =>
        $"{string.Join('_', settings.ApplicationLabels)}:cordum_nats_application_{what}:{operation}";

    private static IEnumerable<Rule> Shares(RuleSettings settings, string what, string replica, string why)
    {
        foreach (var operation in (string[])["avg", "sum"])
        {
            yield return Record(
                Series(settings, what, operation),
                $"""
                {operation} by ({string.Join(", ", settings.ApplicationLabels)}) (
                {replica}
                )
                """,
                operation == "avg" ? why : "");
        }
    }

    private static IEnumerable<Rule> Alerts(RuleSettings settings, string name, string what, TimeSpan patience, string summary, string did)
    {
        var stale = Promql.Duration(settings.Staleness);
        var (share, count) = ($"last_over_time({Series(settings, what, "avg")}[{stale}])", $"last_over_time({Series(settings, what, "sum")}[{stale}])");
        var where = string.Join(", ", settings.ApplicationLabels.Select(label => $"{{{{ $labels.{label} }}}}"));
        foreach (var (severity, ratio) in new[] { (Severity.Critical, settings.ApplicationPageRatio), (Severity.Warning, settings.ApplicationTicketRatio) })
        {
            yield return settings.Alert(
                name,
                severity,
                $"""
                {share} > {Promql.Number(ratio)}
                and
                (
                  {count} >= {settings.ApplicationFloor}
                  or
                  {share} == 1
                )
                """,
                summary,
                $"{{{{ $value | humanizePercentage }}}} of the NATS connections of {where} {did}") with
            {
                For = patience,
                // A ticket that hides behind a page must outlive it: an alert that ends unseen is never called off.
                KeepFiringFor = severity == Severity.Critical ? settings.KeepFiringFor : 2 * settings.KeepFiringFor,
                Why = severity == Severity.Critical
                    ? $"At least {settings.ApplicationFloor}, or all that there are: one replica of many is its own trouble, the only one is everybody's."
                    : "",
            };
        }
    }
}
