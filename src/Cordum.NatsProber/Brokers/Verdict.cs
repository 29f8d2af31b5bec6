namespace Cordum.NatsProber.Brokers;

/// <summary>
/// What the client's view and the broker's say together about one disconnect. A closed set: the <c>verdict</c> label of <c>cordum_nats_view_verdict_total</c>, in snake
/// case. Every disconnect gets exactly one, some seconds later, and keeps it.
/// </summary>
public enum Verdict
{
    /// <summary>
    /// The broker's process ended without a word, and another took its place or nobody did. Only the system account's events tell this from an orderly stop.
    /// </summary>
    BrokerCrashed,

    /// <summary>
    /// The broker's process ended: it announced its shutdown, or, where no events of the system account are heard, nobody can say whether it did.
    /// </summary>
    BrokerRestarted,

    /// <summary>The broker announced that it drains (lame duck mode) before it closed the connection: the one that is planned.</summary>
    BrokerDrained,

    /// <summary>The broker's host took connections, its process answered nobody, and went on later as the same process.</summary>
    BrokerHung,

    /// <summary>The broker threw the link out because it did not read fast enough, while the prober was not held up.</summary>
    EvictedSlowConsumer,

    /// <summary>The broker threw the link out because its own pings went unanswered, while requests were answered and the prober was not held up.</summary>
    EvictedStale,

    /// <summary>Somebody had the broker close the connection, through the system account.</summary>
    Kicked,

    /// <summary>The broker refused or revoked the prober's credentials, or they expired.</summary>
    AuthRevoked,

    /// <summary>The broker's or the account's limit of connections is reached.</summary>
    LimitReached,

    /// <summary>
    /// The broker was well all the time, and still counted the link, or saw its connection end from outside: something between the two ends cut it.
    /// </summary>
    PathCut,

    /// <summary>The broker was well all the time and has no record of the connection: nothing of it ever reached it.</summary>
    BrokerUnaware,

    /// <summary>The prober itself was held up (no CPU, suspended) and lost the link for that; or, of one that was here before, its process ended.</summary>
    ProberFault,

    /// <summary>The evidence does not suffice, or contradicts itself.</summary>
    Unknown,
}

/// <summary>A verdict, and the line of evidence that decided it.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Because">One line, for people.</param>
public readonly record struct Conclusion(Verdict Verdict, string Because)
{
    /// <summary>Somebody meant it to happen, and the broker said so beforehand.</summary>
    public bool IsPlanned => Verdict == Verdict.BrokerDrained;
}
