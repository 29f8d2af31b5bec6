namespace Cordum.NatsProber.Links;

/// <summary>A link, as the probes that use it see it: pinned to one endpoint, or failing over as an application's does.</summary>
internal interface ILink
{
    /// <summary>Cluster, endpoint and scope.</summary>
    LinkIdentity Identity { get; }

    /// <summary>State and counters, all of one instant.</summary>
    LinkSnapshot Snapshot { get; }

    /// <summary>What went wrong last, for people; empty while all is well.</summary>
    string LatestDetail { get; }

    /// <summary>The open session, or null.</summary>
    LinkSession? Session { get; }

    /// <summary>Completes when the first connect has ended, well or badly.</summary>
    Task Settled { get; }

    /// <summary>Takes note of what a probe saw on <paramref name="session"/>; news from a session that has ended since are no news of this link.</summary>
    void Report(LinkSession session, LinkEvent seen);

    /// <summary>Neither a reply nor a PONG came: the broker is silent.</summary>
    /// <param name="session">The session that went silent.</param>
    /// <param name="silence">Since when, until when, and in words.</param>
    void FellSilent(LinkSession session, SocketEnd silence);
}
