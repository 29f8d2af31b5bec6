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

    /// <summary>Share of probers for which an endpoint's outage is planned.</summary>
    public const string Planned = "cluster_endpoint:cordum_nats_outage_planned:avg";

    /// <summary>Share of probers for which the outages of all of a cluster's endpoints are planned.</summary>
    public const string UnreachablePlanned = "cluster:cordum_nats_unreachable_planned:avg";

    private const string DownOfProber = "cluster_endpoint_prober:cordum_nats_down:max";
    private const string OutageOfProber = "cluster_endpoint_prober:cordum_nats_outage:max";
    private const string PlannedOfProber = "cluster_endpoint_prober:cordum_nats_outage_planned:max";
    private const string Healthy = "cluster_endpoint:cordum_nats_broker_healthy:avg";
    private const string AliveOfProber = "cluster_endpoint_prober:cordum_nats_broker_alive_link_down:max";
    private const string Alive = "cluster_endpoint:cordum_nats_broker_alive_link_down:avg";
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
        [.. Recorded(settings), .. BrokersWord(settings), .. ChurnRules.Recorded(settings), .. Alerts(settings), ChurnRules.Alert(settings)]);

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
            PlannedOfProber,
            $$"""
            max by (cluster, endpoint, prober) (
              cordum_nats_outage_planned{{{Own}}}
              unless
              {{FirstDial}}
            )
            """,
            """
            1 from the first to the last moment of an outage that a broker announced (lame duck mode). Without a vote just when the series above have none, so that a restart of the prober does
            not tear the two apart. One that restarts in the middle knows nothing of the announcement: from its first dial on, to it, the outage is unplanned.
            """);
        yield return Record(Planned, $"avg by (cluster, endpoint) (last_over_time({PlannedOfProber}[{stale}]))");
        yield return Record(
            UnreachablePlanned,
            $"""
            avg by (cluster) (
              min by (cluster, prober) (last_over_time({PlannedOfProber}[{stale}]))
            )
            """,
            "One endpoint that is away unannounced, and it is no maintenance.");
    }

    private static IEnumerable<Rule> BrokersWord(RuleSettings settings)
    {
        var stale = Promql.Duration(settings.Staleness);
        yield return Record(
            Healthy,
            $"""
            avg by (cluster, endpoint) (
              max by (cluster, endpoint, prober) (last_over_time(cordum_nats_broker_healthy[{stale}]))
            )
            """);
        yield return Record(
            AliveOfProber,
            """
            max by (cluster, endpoint, prober) (cordum_nats_view_disagreement{kind="link_down_broker_alive"})
            * max by (cluster, endpoint, prober) (cordum_nats_broker_source_up)
            > bool
            max by (cluster, endpoint, prober) (cordum_nats_broker_lame_duck or cordum_nats_broker_view{state="unhealthy"})
            """,
            """
            1 while the link is down and the broker answers others, now. Not while the broker drains, for then it has to turn clients away; nor while it calls itself unhealthy, which is an answer.
            """);
        yield return Record(Alive, $"avg by (cluster, endpoint) (last_over_time({AliveOfProber}[{stale}]))");
    }

    private static IEnumerable<Rule> Alerts(RuleSettings settings)
    {
        var quorum = Promql.Number(settings.Quorum);
        yield return settings.Alert(
            AlertName.DisconnectsOutrunReconnects,
            Severity.Critical,
            MarkPlanned($"{Down} > {quorum}", $"{Planned} > {quorum}"),
            "NATS disconnects outrun reconnects.",
            $"The connection to {AtEndpoint} was lost and has not come back for {Promql.Duration(settings.OutageFor)}, as {OfProbers} see it.") with
        {
            For = settings.OutageFor,
            KeepFiringFor = settings.KeepFiringFor,
        };
        yield return settings.Alert(
            AlertName.EndpointOutage,
            Severity.Warning,
            MarkPlanned($"{Outage} > {quorum}", $"{Planned} > {quorum}"),
            "A NATS endpoint is in an outage.",
            $"{AtEndpoint} has not served requests for {Promql.Duration(settings.EndpointOutageFor)}, as {OfProbers} see it.") with
        {
            For = settings.EndpointOutageFor,
            KeepFiringFor = settings.KeepFiringFor,
        };
        yield return settings.Alert(
            AlertName.ClusterUnreachable,
            Severity.Critical,
            MarkPlanned($"{Unreachable} > {quorum}", $"{UnreachablePlanned} > {quorum}"),
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
            MarkPlanned(
                $"""
                {Outage} > {quorum}
                and
                ({Healthy} > {quorum} or {Alive} > {quorum})
                """,
                $"{Planned} > {quorum}"),
            "A NATS broker says that it is healthy but cannot be used.",
            $"{AtEndpoint} says that it is healthy, or at least answers others, while {OfProbers} cannot use it: suspect the network path, TLS, credentials or connection limits.") with
        {
            For = settings.HealthyButUnreachableFor,
            KeepFiringFor = settings.KeepFiringFor,
        };
        yield return settings.Alert(
            AlertName.ProbersDisagree,
            Severity.Warning,
            MarkPlanned($"{Outage} > 0 < 1", $"{Planned} > {quorum}"),
            "Probers disagree about a NATS endpoint.",
            $"Only {OfProbers} see an outage of {AtEndpoint}: suspect the path from these probers.") with
        {
            For = settings.DisagreeFor,
            KeepFiringFor = settings.KeepFiringFor,
            Why = "With an even number of probers a tie is no majority and pages nobody; this is the ticket that it makes.",
        };
    }
}
