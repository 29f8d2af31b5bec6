namespace Cordum.NatsProber.RoundTrips;

/// <summary>What a tick was about when it failed.</summary>
internal enum JetStreamStep
{
    /// <summary>Looking for the stream, making it, or bringing it up to date.</summary>
    Stream,

    /// <summary>Publishing the message.</summary>
    Publish,

    /// <summary>Reading it back.</summary>
    Read,
}

/// <summary>A server that holds a replica of the stream.</summary>
/// <param name="Name">Its <c>server_name</c>.</param>
/// <param name="Up">Whether it is there; null if that is not known, which counts as there.</param>
internal readonly record struct JetStreamPeer(string Name, bool? Up);

/// <summary>All that is known when a round trip through JetStream has failed.</summary>
internal sealed record JetStreamEvidence
{
    /// <summary>What it was about.</summary>
    public required JetStreamStep Step { get; init; }

    /// <summary>The answer that made it fail.</summary>
    public required JetStreamAnswer Failed { get; init; }

    /// <summary>What <c>$JS.API.INFO</c> came to, which the leader of the meta group answers.</summary>
    public JetStreamAnswer Account { get; init; }

    /// <summary>What <c>$JS.API.STREAM.INFO</c> came to, which the stream's leader answers.</summary>
    public JetStreamAnswer Stream { get; init; }

    /// <summary>The stream's leader, if its information named one.</summary>
    public string? Leader { get; init; }

    /// <summary>The leader that was known before the tick.</summary>
    public string? FormerLeader { get; init; }

    /// <summary>The servers that hold the stream, as last known; none if it was never seen.</summary>
    public IReadOnlyList<JetStreamPeer> Peers { get; init; } = [];

    /// <summary>Endpoints to which the prober's pinned links are open, and all of them: the meta group, as far as the prober knows it.</summary>
    public (int Up, int All) Endpoints { get; init; }

    /// <summary>Replicas that the stream is to have.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>The broker that the connection is open to.</summary>
    public string Broker { get; init; } = "";

    /// <summary>Whether that broker answered anything since the failure, a PING included.</summary>
    public bool BrokerAnswers { get; init; } = true;

    /// <summary>Whether that broker says of itself that it has JetStream.</summary>
    public bool BrokerHasJetStream { get; init; } = true;

    /// <summary>Whether the round trip has ever succeeded since the prober started.</summary>
    public bool EverWorked { get; init; }

    /// <summary>Whether the last word about the stream, before this, was that there is no space.</summary>
    public bool WasFull { get; init; }
}

/// <summary>Why a round trip through JetStream failed. Pure.</summary>
internal static class JetStreamDiagnosis
{
    /// <summary>The most specific outcome that the evidence supports, and why, for people.</summary>
    /// <remarks>
    /// The order matters. Silence has many causes, and the brokers' own words for it come late: a survivor of three takes up to 20 s to say that there is no
    /// leader, and answers for a stream that it can no longer write to all the while. What the prober's links see comes at once.
    /// </remarks>
    public static (Outcome Outcome, string Detail) Of(JetStreamEvidence e)
    {
        if (Words(e) is { } words)
            return words;
        if (QuorumLost(e) is { } lost)
            return (Outcome.NoQuorum, lost);
        if (!e.BrokerAnswers)
            return (Outcome.Timeout, $"{What(e)}, and the broker {e.Broker} that the connection is open to does not answer a PING either");
        if (NobodyHasJetStream(e))
            return (Outcome.NotEnabled, $"{What(e)}: no server that is within reach of {e.Broker} has JetStream enabled");
        if (e.WasFull && StreamIsLeaderless(e))
            return (Outcome.NoSpace, $"{What(e)}: the stream's leaders stepped down when a limit was reached, and there has been none since");
        if (StreamIsLeaderless(e) || (e.Step == JetStreamStep.Stream && e.Account.IsAbsence))
            return (Outcome.NoLeader, $"{What(e)}: {Leaderless(e)}, though {Present(e)}");
        if (e is { Leader: not null, FormerLeader: not null } && e.Leader != e.FormerLeader)
            return (Outcome.NoLeader, $"{What(e)}: the stream's leader changed from {e.FormerLeader} to {e.Leader} meanwhile");
        return (Outcome.Timeout, $"{What(e)}, and nothing explains it: {(e.Leader is null ? "JetStream" : $"the stream's leader {e.Leader}")} answers now, {Present(e)}");
    }

    /// <summary>Fewer than a majority of those who must agree are there: of the stream's peers, or of the meta group when nobody speaks for it.</summary>
    /// <returns>Who is missing, for people; null if that is not the case.</returns>
    public static string? QuorumLost(JetStreamEvidence e)
    {
        var down = e.Peers.Where(peer => peer.Up == false).Select(peer => peer.Name).ToArray();
        if (e.Peers.Count > 0 && !IsMajority(e.Peers.Count - down.Length, e.Peers.Count))
            return $"{What(e)}: {down.Length} of the {e.Peers.Count} servers that hold the stream are down ({string.Join(", ", down)})";
        // Of a stream whose peers are known, they decide: there may be brokers that no endpoint names, and addresses where nobody is any more.
        if (e.Peers.Count == 0 && e.Account.IsAbsence && e.Endpoints.All > 0 && !IsMajority(e.Endpoints.Up, e.Endpoints.All))
            return $"{What(e)}, and nobody leads the cluster's JetStream: only {e.Endpoints.Up} of {e.Endpoints.All} endpoints are up";
        return e.Failed.Code == JetStreamCodes.Offline || e.Stream.Code == JetStreamCodes.Offline
            ? $"{What(e)}: by the cluster's own word all servers that hold the stream are away"
            : null;
    }

    /// <summary>What the brokers said outright; null if they said nothing that settles it.</summary>
    private static (Outcome, string)? Words(JetStreamEvidence e)
    {
        foreach (var answer in new[] { e.Failed, e.Account, e.Stream })
        {
            if (JetStreamCodes.IsNotEnabled(answer.Code))
                return (Outcome.NotEnabled, $"{answer.Text} ({answer.Code})");
        }

        if (JetStreamCodes.IsNoSpace(e.Failed.Code, e.Failed.Text))
            return (Outcome.NoSpace, What(e));
        if (e.Failed.Code == JetStreamCodes.NoPlacement)
            return Placement(e);
        if (e.Failed.Code == JetStreamCodes.NoReplicasAlone)
            return (Outcome.Error, $"{What(e)}; the server is not clustered: set probes.jetstream.replicas to 1");
        if (e.Step != JetStreamStep.Stream && (e.Failed.Code == JetStreamCodes.NoStream || e.Stream.Code == JetStreamCodes.NoStream))
            return (Outcome.Error, "the stream has vanished: somebody deleted it, or all servers that held it in memory restarted; it is made again");
        return e.Failed.Reply is JetStreamReply.Broken || (e.Failed.Reply == JetStreamReply.Refused && !e.Failed.IsAbsence)
            ? (Outcome.Error, What(e))
            : null;
    }

    private static (Outcome, string) Placement(JetStreamEvidence e)
    {
        var (up, all) = e.Endpoints;
        if (all > 0 && all < e.Replicas)
            return (Outcome.Error, $"{What(e)}; {e.Replicas} replicas are more than the cluster's {all} endpoints: set probes.jetstream.replicas");
        return all > 0 && up < e.Replicas
            ? (Outcome.NoQuorum, $"{What(e)}; {e.Replicas} replicas need as many servers, and only {up} of {all} endpoints are up")
            : (Outcome.Error, $"{What(e)}; if the cluster has not just been started, it has fewer than {e.Replicas} servers with JetStream: set probes.jetstream.replicas");
    }

    /// <remarks>
    /// nats-server 2.9 routes questions to nobody and stays silent; later ones say that nobody listens. A silent broker without JetStream may sit beside
    /// servers that have it and merely lack a leader: then it is not among those that held the stream.
    /// </remarks>
    private static bool NobodyHasJetStream(JetStreamEvidence e) => e.Account.Reply switch
    {
        JetStreamReply.NoResponders => true,
        JetStreamReply.Silent => !e.BrokerHasJetStream && (!e.EverWorked || e.Peers.Any(peer => peer.Name == e.Broker)),
        _ => false,
    };

    /// <summary>
    /// The stream's subject has no listener but its leader, and its information comes from the leader too, or, after a while, from a replica that names none.
    /// </summary>
    private static bool StreamIsLeaderless(JetStreamEvidence e) =>
        e.Stream.IsAbsence
        || (e.Stream.Reply == JetStreamReply.Given && e.Leader is null)
        || e.Failed.Reply == JetStreamReply.NoResponders
        || (e.Failed.Reply == JetStreamReply.Refused && e.Failed.IsAbsence);

    private static string Leaderless(JetStreamEvidence e) =>
        e.Account.IsAbsence ? "nobody leads the cluster's JetStream" : "the stream has no leader";

    private static string Present(JetStreamEvidence e) => e.Peers.Count > 0
        ? $"{e.Peers.Count(peer => peer.Up != false)} of the {e.Peers.Count} servers that hold it are up"
        : $"{e.Endpoints.Up} of {e.Endpoints.All} endpoints are up";

    private static string What(JetStreamEvidence e) => e.Step switch
    {
        JetStreamStep.Stream => $"the question for the stream {e.Failed}",
        JetStreamStep.Publish => $"the message {e.Failed}",
        _ => $"the question for the stored message {e.Failed}",
    };

    private static bool IsMajority(int part, int all) => part * 2 > all;
}
