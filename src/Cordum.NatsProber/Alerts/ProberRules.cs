using static Cordum.NatsProber.Alerts.Alerting;

namespace Cordum.NatsProber.Alerts;

/// <summary>Rules about the probers themselves: what all other rules rest on.</summary>
internal static class ProberRules
{
    private const string Everybody = "cordum_nats_prober_info";

    /// <summary>A drill is no prober to rely on, and is missed by nobody.</summary>
    private const string Info = $$"""{{Everybody}}{prober!="{{DrillProber}}"}""";

    /// <summary>Every cluster that is probed has this one.</summary>
    private const string Probed = $$"""cordum_nats_probe_expected_per_second{probe="request", scope="cluster", prober!="{{DrillProber}}"}""";

    /// <summary>The prober of <c>natsprober drill</c>, unless it is called otherwise: it ends with the drill, and nobody needs to be told.</summary>
    public const string DrillProber = "drill";

    private const string Promised = "cordum_nats_probe_expected_per_second{probe=\"request\"}";

    public static RuleGroup Group(RuleSettings settings) => new(
        "cordum-nats-prober",
        settings.EvaluationInterval,
        "Whether there is anybody to say that something is down. A prober that stalls is scraped and does not measure; one that is lost is not scraped.",
        [Watchdog(settings), Absent(settings), Lost(settings), NobodyMeasures(settings), OneDoesNotMeasure(settings)]);

    private static AlertingRule Watchdog(RuleSettings settings) => settings.Alert(
        AlertName.Watchdog,
        Severity.None,
        "vector(1)",
        "Always fires; whoever receives it must raise the alarm when it stops.",
        "Proves the path from Prometheus through Alertmanager to the receiver.");

    private static AlertingRule Absent(RuleSettings settings)
    {
        var (now, memory) = (Promql.Duration(settings.Staleness), Promql.Duration(settings.ProberMemory));
        var up = $"up{{job=\"{settings.Job}\"}}";
        var alert = settings.Alert(
            AlertName.ProberAbsent,
            Severity.Critical,
            $$"""
            (
              (count({{up}}) or vector(0))
              unless on ()
              present_over_time({{Info}}[{{now}}])
              unless on ()
              (max_over_time({{up}}[{{now}}]) == 1 unless on () present_over_time({{Info}}[{{memory}}]))
            )
            or
            count by (cluster) (
              (
                count by (cluster, prober) (present_over_time({{Probed}}[{{memory}}]))
                unless on (prober)
                present_over_time({{Everybody}}[{{now}}])
              )
              unless on (cluster)
              present_over_time({{Probed}}[{{now}}])
            )
            and on ()
            present_over_time({{Info}}[{{now}}])
            """,
            "No NATS prober reports.",
            """{{ if $labels.cluster }}All probers of {{ $labels.cluster }} are silent ({{ $value }}). """
            + $$$"""{{ else if eq $value 0.0 }}Prometheus has no target of job {{{settings.Job}}}. """
            + $$$"""{{ else }}None of the {{ $value }} targets of job {{{settings.Job}}} answers as a prober. {{ end }}"""
            + "Alerts about NATS are blind, and one that resolves now says nothing.");
        return alert with
        {
            For = settings.ProberAbsentFor,
            Labels = [.. alert.Labels, new("job", settings.Job)],
            Why = """
                First: no prober at all, even if up says that something answers: where a prober was, another program may be by now. The value is the number of targets: 0 is a job or a discovery that
                is gone, more are probers that are down. Then: the probers of one cluster, all gone, while others live. A cluster that a living prober no longer has was removed on purpose.
                """,
        };
    }

    private static AlertingRule Lost(RuleSettings settings) => settings.Alert(
        AlertName.ProberLost,
        Severity.Warning,
        $"""
        count by (prober) (present_over_time({Info}[{Promql.Duration(settings.ProberMemory)}]))
        unless
        count by (prober) (present_over_time({Everybody}[{Promql.Duration(settings.ProberLostAfter)}]))
        """,
        "A NATS prober has gone missing.",
        $"Prober {{{{ $labels.prober }}}} reported within the last {Promql.Duration(settings.ProberMemory)} and is silent now.") with
    {
        For = settings.ProberLostAfter,
        KeepFiringFor = settings.KeepFiringFor,
        Why = $"Ends by itself {Promql.Duration(settings.ProberMemory)} after the prober's last word: so it does for one that was removed on purpose.",
    };

    private static AlertingRule NobodyMeasures(RuleSettings settings) => settings.Alert(
        AlertName.ProberStalled,
        Severity.Critical,
        $"""
        min by (cluster, endpoint) (
          (
            {Measured(settings, "cluster, endpoint, prober")}
            <= bool
            {Enough(settings, "cluster, endpoint, prober")}
          )
          and
          max by (cluster, endpoint, prober) ({Promised}) * {Promql.Seconds(settings.StallWindow)} >= {settings.FewestPromised}
        ) == 1
        """,
        "NATS probers run, but do not probe.",
        $"No prober has run even {Percent(settings)} of its probes of {AtEndpoint} for {Promql.Duration(settings.StallWindow)}, well or badly: nothing can be said about it.") with
    {
        For = settings.StalledFor,
        KeepFiringFor = settings.KeepFiringFor,
        Why = """
            Counts probes that ended, well or badly, in place of asking how old the last one is: that would be a question to two clocks, and a restart makes it young. What is missed or indeterminate
            measured nothing. "<=" since a schedule that hangs counts nothing at all, and 0 <= 0. Without scrapes there are no two samples, and so no stall: that is ProberAbsent's or ProberLost's.
            """,
    };

    private static AlertingRule OneDoesNotMeasure(RuleSettings settings) => settings.Alert(
        AlertName.ProberStalled,
        Severity.Warning,
        $"""
        (
          {Measured(settings, "cluster, prober")}
          <= bool
          {Enough(settings, "cluster, prober")}
        ) == 1
        and
        max by (cluster, prober) ({Promised}) * {Promql.Seconds(settings.StallWindow)} >= {settings.FewestPromised}
        """,
        "A NATS prober runs, but does not probe.",
        $"Prober {{{{ $labels.prober }}}} has not run even {Percent(settings)} of its probes of {{{{ $labels.cluster }}}} for {Promql.Duration(settings.StallWindow)}.") with
    {
        For = settings.StallWindow,
        KeepFiringFor = settings.KeepFiringFor,
    };

    private static string Percent(RuleSettings settings) => $"{Promql.Number(settings.MeasuredShare * 100)} %";

    private static string Measured(RuleSettings settings, string by) =>
        $"sum by ({by}) (increase(cordum_nats_probe_total{{probe=\"request\", outcome!~\"missed|indeterminate\"}}[{Promql.Duration(settings.StallWindow)}]))";

    private static string Enough(RuleSettings settings, string by) =>
        $"{Promql.Number(settings.MeasuredShare)} * sum by ({by}) (increase(cordum_nats_probe_total{{probe=\"request\"}}[{Promql.Duration(settings.StallWindow)}]))";
}
