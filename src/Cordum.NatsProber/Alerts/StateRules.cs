using static Cordum.NatsProber.Alerts.Alerting;

namespace Cordum.NatsProber.Alerts;

/// <summary>Rules about links: what is down, since when, for how many probers, and what flaps.</summary>
internal static class StateRules
{
    /// <summary>Share of probers that have lost the link to an endpoint.</summary>
    public const string Down = "cluster_endpoint:cordum_nats_down:avg";

    /// <summary>Share of probers that an endpoint does not serve, be the link open or not.</summary>
    public const string Outage = "cluster_endpoint:cordum_nats_outage:avg";

    /// <summary>Share of probers that no endpoint of a cluster serves.</summary>
    public const string Unreachable = "cluster:cordum_nats_unreachable:avg";

    private const string DownOfProber = "cluster_endpoint_prober:cordum_nats_down:max";
    private const string OutageOfProber = "cluster_endpoint_prober:cordum_nats_outage:max";
    private const string Healthy = "cluster_endpoint:cordum_nats_broker_healthy:avg";
    private const string Reconnects = "cluster_endpoint_prober:cordum_nats_reconnects";
    private const string Own = "component=\"natsprober\"";
    private const string Lost = $$"""cordum_nats_disconnect_total{{{Own}}} - cordum_nats_reconnect_total{{{Own}}}""";
    private const string FirstDial = $$"""cordum_nats_connected{{{Own}}} == {{Lost}}""";

    public static RuleGroup Group(RuleSettings settings) => new(
        "cordum-nats-state",
        settings.EvaluationInterval,
        """
        What is down, and for whom. Everywhere: first what each prober says, then the share of the probers that say so. A prober that is cut off itself is outvoted.
        Instant values and plain differences, no increase(): a difference pages for as long as the outage lasts, needs no history, and sees a counter that is born at 1.
        """,
        [.. Recorded(settings), .. Churned(settings), .. Alerts(settings), Churn(settings)]);

    private static IEnumerable<Rule> Recorded(RuleSettings settings)
    {
        var stale = Promql.Duration(settings.Staleness);
        yield return Record(
            DownOfProber,
            $"""
            max by (cluster, endpoint, prober) (
              {Lost} > bool 0
              unless
              {FirstDial}
            )
            """,
            """
            1 while a link is down, 0 while it is up. By the parity law `connected` is 1 less what was lost and not found again; only before the first dial has ended both are 0. Then the prober
            knows nothing and has no vote: so one that restarts over and over neither cries wolf nor calls off an outage that it has yet to find. The two counters alone are enough.
            """);
        yield return Record(
            OutageOfProber,
            $$"""
            max by (cluster, endpoint, prober) (
              (
                cordum_nats_outage_start_timestamp_seconds{{{Own}}} > bool 0
                or
                cordum_nats_connected{{{Own}}} == bool 0
              )
              unless
              {{FirstDial}}
            )
            """,
            """
            1 while an endpoint does not serve: the link is down, or open and not answering. (Without the timestamp, `connected` must do.) How long it lasts is measured by the alerts' own
            patience, not by the timestamp: that is of the prober's clock, and young again when the prober restarts.
            """);
        yield return Record(
            Down,
            $"avg by (cluster, endpoint) (last_over_time({DownOfProber}[{stale}]))",
            """
            The last word of each prober. A failed scrape makes series stale at once, and a restart makes them begin again; reaching back keeps either from ending an alert, or from
            making it wait anew.
            """);
        yield return Record(Outage, $"avg by (cluster, endpoint) (last_over_time({OutageOfProber}[{stale}]))");
        yield return Record(
            Unreachable,
            $"""
            avg by (cluster) (
              min by (cluster, prober) (last_over_time({OutageOfProber}[{stale}]))
            )
            """,
            "Each prober must have lost all endpoints itself: two that have lost one half each do not make a whole.");
        yield return Record(
            Healthy,
            $"""
            avg by (cluster, endpoint) (
              max by (cluster, endpoint, prober) (last_over_time(cordum_nats_broker_healthy[{stale}]))
            )
            """);
    }

    private static IEnumerable<Rule> Churned(RuleSettings settings)
    {
        var series = $"cordum_nats_reconnect_total{{{Own}, scope!=\"cluster\"}}";
        var (window, part) = (settings.ChurnWindow, settings.ChurnPart);
        yield return Record(
            $"{Reconnects}:increase{window.Name}",
            $"""
            sum by (cluster, endpoint, prober) (
              increase({series}[{window}])
              - resets({series}[{window}])
            )
            """,
            """
            Less one for each restart of the prober that shows: its first dial may fail and the next succeed, which is a reconnect by the book. A prober that restarts in a loop must not look like
            a broker that does. Only pinned links: the one that fails over comes back once for every broker of a rolling restart.
            """);
        yield return Record($"{Reconnects}:increase{part.Name}", $"sum by (cluster, endpoint, prober) (increase({series}[{part}]))");
    }

    private static IEnumerable<Rule> Alerts(RuleSettings settings)
    {
        var quorum = Promql.Number(settings.Quorum);
        yield return settings.Alert(
            AlertName.DisconnectsOutrunReconnects,
            Severity.Critical,
            $"{Down} > {quorum}",
            "NATS disconnects outrun reconnects.",
            $"The connection to {AtEndpoint} was lost and has not come back for {Promql.Duration(settings.OutageFor)}, as {OfProbers} see it.") with
        {
            For = settings.OutageFor,
            KeepFiringFor = settings.KeepFiringFor,
        };
        yield return settings.Alert(
            AlertName.EndpointOutage,
            Severity.Warning,
            $"{Outage} > {quorum}",
            "A NATS endpoint is in an outage.",
            $"{AtEndpoint} has not served requests for {Promql.Duration(settings.EndpointOutageFor)}, as {OfProbers} see it.") with
        {
            For = settings.EndpointOutageFor,
            KeepFiringFor = settings.KeepFiringFor,
        };
        yield return settings.Alert(
            AlertName.ClusterUnreachable,
            Severity.Critical,
            $"{Unreachable} > {quorum}",
            "No endpoint of a NATS cluster serves.",
            $"Every endpoint of {{{{ $labels.cluster }}}} has been in an outage for {Promql.Duration(settings.ClusterUnreachableFor)}, as {OfProbers} see it.") with
        {
            For = settings.ClusterUnreachableFor,
            KeepFiringFor = settings.ClusterKeepFiringFor,
            Why = """
                Goes on until the burn rates have forgotten the outage, and the last endpoint had its time to come back. Their alerts hide behind this one, and would page after the
                recovery otherwise.
                """,
        };
        yield return settings.Alert(
            AlertName.BrokerHealthyButUnreachable,
            Severity.Warning,
            $"""
            {Outage} > {quorum}
            and
            {Healthy} > {quorum}
            """,
            "A NATS broker says that it is healthy but cannot be used.",
            $"{AtEndpoint} says that it is healthy, while {OfProbers} cannot use it: suspect the network path, TLS, credentials or connection limits.") with
        {
            For = settings.HealthyButUnreachableFor,
            KeepFiringFor = settings.KeepFiringFor,
        };
        yield return settings.Alert(
            AlertName.ProbersDisagree,
            Severity.Warning,
            $"{Outage} > 0 < 1",
            "Probers disagree about a NATS endpoint.",
            $"Only {OfProbers} see an outage of {AtEndpoint}: suspect the path from these probers.") with
        {
            For = settings.DisagreeFor,
            KeepFiringFor = settings.KeepFiringFor,
            Why = "With an even number of probers a tie is no majority and pages nobody; this is the ticket that it makes.",
        };
    }

    private static AlertingRule Churn(RuleSettings settings)
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
                """,
        };
    }
}
