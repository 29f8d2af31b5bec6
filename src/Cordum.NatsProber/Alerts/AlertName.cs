namespace Cordum.NatsProber.Alerts;

/// <summary>The alerts. Runbooks, routes and silences are kept by these names, so they never change.</summary>
public static class AlertName
{
    /// <summary>A connection was lost and does not come back.</summary>
    public const string DisconnectsOutrunReconnects = "CordumNatsDisconnectsOutrunReconnects";

    /// <summary>A connection is lost and comes back, over and over.</summary>
    public const string ReconnectChurn = "CordumNatsReconnectChurn";

    /// <summary>An endpoint does not serve, connected or not.</summary>
    public const string EndpointOutage = "CordumNatsEndpointOutage";

    /// <summary>No endpoint of a cluster serves.</summary>
    public const string ClusterUnreachable = "CordumNatsClusterUnreachable";

    /// <summary>A cluster uses up its error budget too fast.</summary>
    public const string ErrorBudgetBurn = "CordumNatsErrorBudgetBurn";

    /// <summary>A broker says that it is well, and cannot be used.</summary>
    public const string BrokerHealthyButUnreachable = "CordumNatsBrokerHealthyButUnreachable";

    /// <summary>Some probers see an outage that others do not see.</summary>
    public const string ProbersDisagree = "CordumNatsProbersDisagree";

    /// <summary>No prober reports, at all or on a cluster.</summary>
    public const string ProberAbsent = "CordumNatsProberAbsent";

    /// <summary>One prober no longer reports.</summary>
    public const string ProberLost = "CordumNatsProberLost";

    /// <summary>A prober reports, but does not probe.</summary>
    public const string ProberStalled = "CordumNatsProberStalled";

    /// <summary>Always fires, to prove that alerts arrive.</summary>
    public const string Watchdog = "CordumNatsWatchdog";

    /// <summary>Replicas of an application have lost their connections.</summary>
    public const string ApplicationDisconnectsOutrunReconnects = "CordumNatsApplicationDisconnectsOutrunReconnects";

    /// <summary>Replicas of an application lose their connections over and over.</summary>
    public const string ApplicationReconnectChurn = "CordumNatsApplicationReconnectChurn";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        DisconnectsOutrunReconnects, ReconnectChurn, EndpointOutage, ClusterUnreachable, ErrorBudgetBurn, BrokerHealthyButUnreachable, ProbersDisagree,
        ProberAbsent, ProberLost, ProberStalled, Watchdog, ApplicationDisconnectsOutrunReconnects, ApplicationReconnectChurn,
    ];
}

/// <summary>The values of the label <c>severity</c>.</summary>
public static class Severity
{
    /// <summary>Wakes somebody.</summary>
    public const string Critical = "critical";

    /// <summary>Makes a ticket for the day.</summary>
    public const string Warning = "warning";

    /// <summary>Is for machines.</summary>
    public const string None = "none";
}
