using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Brokers;

/// <summary>How client and broker can disagree, now. A closed set: the <c>kind</c> label of <c>cordum_nats_view_disagreement</c>, in snake case.</summary>
public enum Disagreement
{
    /// <summary>The link is down, and the broker has answered somebody since: the trouble is between the two, or with the prober's access.</summary>
    LinkDownBrokerAlive,

    /// <summary>The link is open and served, and the broker says that it is not well.</summary>
    LinkUpBrokerUnhealthy,

    /// <summary>The broker still counts a link as open that has ended: it will send into the void until its pings find out.</summary>
    BrokerCountsDeadLink,
}

/// <summary>Finds disagreements.</summary>
public static class Disagreements
{
    /// <summary>Whether there is one of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="link">The client's side.</param>
    /// <param name="word">The broker's word for its health.</param>
    /// <param name="aliveAt">When the question was asked that the broker answered last, on the prober's clock; null before.</param>
    /// <param name="countsDeadLink">The broker was found to count a dead link.</param>
    public static bool Is(Disagreement kind, LinkState link, BrokerWord word, TimeSpan? aliveAt, bool countsDeadLink) => kind switch
    {
        // An answer from before the outage says nothing about it.
        Disagreement.LinkDownBrokerAlive => link is { Status: LinkStatus.Disconnected, CurrentOutage: { } outage } && aliveAt > outage.FirstBad,
        Disagreement.LinkUpBrokerUnhealthy => link is { Status: LinkStatus.Connected, CurrentOutage: null } && word.View == BrokerView.Unhealthy,
        Disagreement.BrokerCountsDeadLink => countsDeadLink,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
