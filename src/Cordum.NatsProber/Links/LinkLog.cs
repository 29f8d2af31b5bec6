using System.Collections.Immutable;
using System.Globalization;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Links;

/// <summary>One line per transition: what a person reads after an incident. Never one per probe.</summary>
internal static partial class LinkLog
{
    /// <summary>Writes the lines of one step.</summary>
    public static void Transitions(
        ILogger log, LinkIdentity link, LinkSnapshot now, ImmutableArray<LinkTransition> transitions, string detail, ProberClock clock)
    {
        var (cluster, endpoint, _) = link;
        foreach (var transition in transitions)
        {
            switch (transition)
            {
                case LinkTransition.Connected:
                    Connected(log, cluster, endpoint, now.Broker?.ServerName, now.Broker?.ServerId, now.Broker?.Version, now.Broker?.ClientId);
                    break;
                case LinkTransition.Disconnected lost:
                    Disconnected(log, cluster, endpoint, Word(lost.Cause), detail, Wall(clock, lost.At), Named(now.Broker));
                    break;
                case LinkTransition.Reconnected back:
                    Reconnected(
                        log, cluster, endpoint, now.Broker?.ServerName, now.Broker?.ServerId, now.Broker?.ClientId, back.After.TotalSeconds);
                    break;
                case LinkTransition.OutageBegan began when !transitions.Any(t => t is LinkTransition.Disconnected):
                    OutageBegan(log, cluster, endpoint, Word(began.Outage.Cause), detail, Wall(clock, began.Outage.Start));
                    break;
                case LinkTransition.OutageEnded ended:
                    OutageEnded(
                        log,
                        cluster,
                        endpoint,
                        Word(ended.Outage.Cause),
                        ended.Outage.Length(ended.At).TotalSeconds,
                        ended.Outage.Minimum.TotalSeconds,
                        ended.Outage.Maximum is { } most ? most.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) : "unknown",
                        Wall(clock, ended.Outage.Start),
                        Wall(clock, ended.Outage.FirstGood ?? ended.At));
                    break;
                case LinkTransition.LameDuckAnnounced:
                    LameDuck(log, cluster, endpoint, now.Broker?.ServerName);
                    break;
                case LinkTransition.Closed closed:
                    Closed(log, cluster, endpoint, Word(closed.Cause), detail);
                    break;
            }
        }
    }

    /// <summary>The cause as the metrics spell it, so that a label found on a graph can be searched in the log.</summary>
    private static string Word(DisconnectCause cause) => SnakeCase.Of(cause);

    /// <summary>The connection as the broker's own reports name it.</summary>
    private static string Named(BrokerInfo? broker) => broker is null ? "never open" : $"{broker.ClientId} of {broker.ServerId}";

    private static string Wall(ProberClock clock, TimeSpan instant) =>
        clock.WallAt(instant).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    [LoggerMessage(LinkLogEvents.Connected, LogLevel.Information, "{Cluster}/{Endpoint} connected to {Broker} ({ServerId}, nats-server {Version}) as client {ClientId}")]
    private static partial void Connected(
        ILogger log, string cluster, string endpoint, string? broker, string? serverId, string? version, ulong? clientId);

    [LoggerMessage(
        LinkLogEvents.Disconnected, LogLevel.Warning, "{Cluster}/{Endpoint} disconnected, cause {Cause}: {Detail} (at {At}; connection {Connection})")]
    private static partial void Disconnected(
        ILogger log, string cluster, string endpoint, string cause, string detail, string at, string connection);

    [LoggerMessage(
        LinkLogEvents.Reconnected, LogLevel.Information, "{Cluster}/{Endpoint} reconnected to {Broker} ({ServerId}) as client {ClientId} after {AfterSeconds:0.###} s")]
    private static partial void Reconnected(
        ILogger log, string cluster, string endpoint, string? broker, string? serverId, ulong? clientId, double afterSeconds);

    [LoggerMessage(LinkLogEvents.OutageBegan, LogLevel.Warning, "{Cluster}/{Endpoint} outage began at {StartedAt}, cause {Cause}: {Detail}")]
    private static partial void OutageBegan(
        ILogger log, string cluster, string endpoint, string cause, string detail, string startedAt);

    [LoggerMessage(
        LinkLogEvents.OutageEnded,
        LogLevel.Information,
        "{Cluster}/{Endpoint} outage ended, cause {Cause}: {LengthSeconds:0.###} s, at least {MinimumSeconds:0.###} s, at most {MaximumSeconds} s ({StartedAt} to {EndedAt})")]
    private static partial void OutageEnded(
        ILogger log,
        string cluster,
        string endpoint,
        string cause,
        double lengthSeconds,
        double minimumSeconds,
        string maximumSeconds,
        string startedAt,
        string endedAt);

    [LoggerMessage(LinkLogEvents.LameDuck, LogLevel.Warning, "{Cluster}/{Endpoint} lame duck: {Broker} announced that it will drain")]
    private static partial void LameDuck(ILogger log, string cluster, string endpoint, string? broker);

    [LoggerMessage(7, LogLevel.Error, "{Cluster}/{Endpoint} client closed, cause {Cause}: {Detail}; it is made anew")]
    private static partial void Closed(ILogger log, string cluster, string endpoint, string cause, string detail);

    /// <summary>A link that is down fails for another reason than before: one line, for whoever follows an outage.</summary>
    public static void StillDown(ILogger log, LinkIdentity link, DisconnectCause cause, DisconnectCause formerCause, string detail) =>
        StillDown(log, link.Cluster, link.Endpoint, Word(cause), Word(formerCause), detail);

    [LoggerMessage(8, LogLevel.Information, "{Cluster}/{Endpoint} still down, now cause {Cause} (was {FormerCause}): {Detail}")]
    private static partial void StillDown(
        ILogger log, string cluster, string endpoint, string cause, string formerCause, string detail);

    [LoggerMessage(9, LogLevel.Information, "{Cluster}/{Endpoint} closed: the prober holds it no longer")]
    public static partial void Stopped(ILogger log, string cluster, string endpoint);

    [LoggerMessage(10, LogLevel.Error, "{Cluster}/{Endpoint} the prober's own fault, not the broker's")]
    public static partial void Failed(ILogger log, string cluster, string endpoint, Exception fault);

    [LoggerMessage(11, LogLevel.Error, "{Cluster}/{Endpoint} the prober cannot dial, which is its own fault and not the broker's: {Detail}")]
    public static partial void Prevented(ILogger log, string cluster, string endpoint, string detail);
}
