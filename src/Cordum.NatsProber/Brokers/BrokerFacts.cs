using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Brokers;

/// <summary>
/// What a broker has said of itself, as far as it was asked and answered. Immutable; the totals count from the prober's first sight of the broker on, over its restarts.
/// </summary>
public sealed record BrokerFacts
{
    /// <summary>Before the first answer.</summary>
    public static BrokerFacts None { get; } = new();

    /// <summary>The process; null before it was known.</summary>
    public string? ServerId { get; init; }

    /// <summary>What the process is called; null before it was known, and for one that has no name of its own.</summary>
    public string? Name { get; init; }

    /// <summary>The prober's own link was open to the broker: what it is called is no hearsay.</summary>
    public bool IsMet { get; init; }

    /// <summary>When the process was started, by its own clock.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>When it read its configuration, by its own clock.</summary>
    public DateTimeOffset? ConfigLoadTime { get; init; }

    /// <summary>Times that another process was found in the broker's place.</summary>
    public long IdentityChanges { get; init; }

    /// <summary>Times that the same process was found with a newer configuration.</summary>
    public long ConfigReloads { get; init; }

    /// <summary>Clients connected.</summary>
    public long Connections { get; init; }

    /// <summary>Most clients that it takes.</summary>
    public long MaxConnections { get; init; }

    /// <summary>Connections that it took.</summary>
    public long ConnectionsAccepted { get; init; }

    /// <summary>Connections that it closed for reading too slowly.</summary>
    public long SlowConsumers { get; init; }

    /// <summary>Connections that it closed for not answering pings; brokers before 2.12 do not tell.</summary>
    public long StaleConnections { get; init; }

    /// <summary>Brokers to which it has a route.</summary>
    public int RoutePeers { get; init; }

    /// <summary>It says that it is well, its JetStream assets left out.</summary>
    public bool ServerIsHealthy { get; init; }

    /// <summary>It takes part in a JetStream cluster.</summary>
    public bool HasMetaGroup { get; init; }

    /// <summary>It knows a leader of the JetStream cluster's meta group.</summary>
    public bool KnowsMetaLeader { get; init; }

    /// <summary>What it says of the prober's link to it; null if that is not known, or the link not open.</summary>
    public ConnectionRecord? OurLink { get; init; }

    /// <summary>Since when its measure of the round trip to the link has not changed, on the prober's clock: it measures with its own pings, every two minutes by default.</summary>
    public TimeSpan? RttSince { get; init; }

    /// <summary>Its clock less the prober's; null before it was known.</summary>
    public TimeSpan? ClockSkew { get; init; }

    /// <summary>How far that may be off, either way: half of the round trip in which it was asked.</summary>
    public TimeSpan? ClockSkewError { get; init; }

    /// <summary>The broker's latest own totals, from which the counters advance.</summary>
    private (long Accepted, long Slow, long Stale)? Totals { get; init; }

    /// <summary>
    /// The facts after one more <c>/varz</c>. Of another broker than the link has met (a line of the probe file names the wrong monitor) it is no word about this one, and changes nothing.
    /// </summary>
    internal BrokerFacts With(VarzPage page, DateTimeOffset asked, DateTimeOffset answered)
    {
        var name = BrokerInfo.NameOf(page.ServerId, page.ServerName);
        if (IsMet && IsStranger(name))
            return this;
        var isOther = ServerId is { } known && known != page.ServerId;
        var before = isOther || Totals is null ? default : Totals.Value;
        // What the broker did before the prober knew it is not the prober's to count; what a successor did is.
        var (accepted, slow, stale) = Totals is null ? default : (
            Advance(before.Accepted, page.TotalConnections), Advance(before.Slow, page.SlowConsumers), Advance(before.Stale, page.StaleConnections ?? 0));
        var half = (answered - asked) / 2;
        return this with
        {
            ServerId = page.ServerId,
            Name = IsMet ? Name : name ?? Name,
            // What the one before said of the link was of a connection that has ended with it.
            OurLink = isOther ? null : OurLink,
            RttSince = isOther ? null : RttSince,
            Start = page.Start,
            ConfigLoadTime = page.ConfigLoadTime == default ? null : page.ConfigLoadTime,
            IdentityChanges = IdentityChanges + (isOther ? 1 : 0),
            ConfigReloads = ConfigReloads + (!isOther && ConfigLoadTime is { } loaded && page.ConfigLoadTime > loaded ? 1 : 0),
            Connections = page.Connections,
            MaxConnections = page.MaxConnections,
            ConnectionsAccepted = ConnectionsAccepted + accepted,
            SlowConsumers = SlowConsumers + slow,
            StaleConnections = StaleConnections + stale,
            Totals = (page.TotalConnections, page.SlowConsumers, page.StaleConnections ?? 0),
            ClockSkew = page.Now - (asked + half),
            ClockSkewError = half,
        };
    }

    /// <summary>
    /// The facts after the link was opened to a process. If until then somebody was heard who has another name, that was a stranger: what he said of himself is forgotten, and is no
    /// process that this one has replaced.
    /// </summary>
    internal BrokerFacts Met(string serverId, string serverName)
    {
        var name = BrokerInfo.NameOf(serverId, serverName);
        var own = IsMet || !IsStranger(name) ? this : None with
        {
            // What has been shown of these cannot be taken back.
            IdentityChanges = IdentityChanges,
            ConfigReloads = ConfigReloads,
            ConnectionsAccepted = ConnectionsAccepted,
            SlowConsumers = SlowConsumers,
            StaleConnections = StaleConnections,
        };
        return own.With(serverId) with { Name = name, IsMet = true };
    }

    /// <summary>The facts after another process was found by other means than <c>/varz</c>.</summary>
    internal BrokerFacts With(string serverId) => serverId == ServerId ? this : this with
    {
        ServerId = serverId,
        IdentityChanges = IdentityChanges + (ServerId is null ? 0 : 1),
        Start = null,
        OurLink = null,
        RttSince = null,
        ConfigLoadTime = null,
        Totals = ServerId is null ? Totals : (0, 0, 0),
    };

    /// <summary>The facts after one more look at the prober's own link.</summary>
    internal BrokerFacts With(ConnectionRecord? ourLink, TimeSpan now) => this with
    {
        OurLink = ourLink,
        RttSince = ourLink?.Rtt is null ? null : ourLink.Rtt == OurLink?.Rtt ? RttSince : now,
    };

    /// <summary>Somebody of this name is not who is known here, as far as both names are known.</summary>
    private bool IsStranger(string? name) => name is not null && Name is not null && name != Name;

    private static long Advance(long before, long now) => Math.Max(0, now - before);
}
