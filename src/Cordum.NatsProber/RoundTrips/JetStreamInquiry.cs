using NATS.Client.Core;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>Finds out why a round trip failed: three questions at once, and what the prober's links see.</summary>
internal sealed class JetStreamInquiry(JetStreamVantage vantage, string stream, JetStreamKeeper keeper, TimeProvider time)
{
    /// <summary>Gathers the evidence, within the vantage's extra time.</summary>
    /// <param name="line">The connection.</param>
    /// <param name="api">Where to ask.</param>
    /// <param name="known">What is known before anything was asked: the step, the answer, the past.</param>
    /// <param name="stop">Ends it at once.</param>
    public async Task<JetStreamEvidence> AskAsync(JetStreamLine line, JetStreamApi api, JetStreamEvidence known, CancellationToken stop)
    {
        var formerLeader = keeper.Leader;
        known = known with
        {
            Replicas = vantage.Settings.Replicas,
            FormerLeader = formerLeader,
            Peers = [.. keeper.Peers.Select(peer => new JetStreamPeer(peer.Name, vantage.IsUp(peer.Name)))],
            Endpoints = vantage.Endpoints(),
            Broker = line.Connection.ServerInfo?.Name ?? "?",
            BrokerHasJetStream = line.Connection.ServerInfo?.JetStreamAvailable ?? true,
        };

        // The links have the answer already, and JetStream's own would be a second of silence.
        if (known.Failed.IsAbsence && JetStreamDiagnosis.QuorumLost(known) is not null)
            return known;

        using var extra = new CancellationTokenSource(vantage.Extra, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(extra.Token, stop);
        var account = api.AccountAsync(end.Token);
        var information = api.StreamAsync(stream, end.Token);
        var pong = PingAsync(line.Connection, end.Token);
        await Task.WhenAny(Task.WhenAll(account, information, pong), line.Trouble).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(account, information, pong).ConfigureAwait(false);

        var seen = await information.ConfigureAwait(false);
        if (seen.Value is { } info)
            keeper.Note(info);
        var accountAnswer = await account.ConfigureAwait(false);
        return known with
        {
            Account = accountAnswer,
            Stream = seen.Answer,
            Leader = seen.Value is null ? null : keeper.Leader,
            BrokerAnswers = await pong.ConfigureAwait(false) || Spoke(known.Failed) || Spoke(accountAnswer) || Spoke(seen.Answer),

            // What the links do not see, the stream's leader may: but only what it says now.
            Peers = [.. keeper.Peers.Select(peer => new JetStreamPeer(peer.Name, vantage.IsUp(peer.Name) ?? (seen.Value is not null && peer.Offline ? false : null)))],
            Endpoints = vantage.Endpoints(),
        };
    }

    private static bool Spoke(JetStreamAnswer answer) =>
        answer.Reply is JetStreamReply.Given or JetStreamReply.Refused or JetStreamReply.NoResponders;

    private static async Task<bool> PingAsync(NatsConnection connection, CancellationToken end)
    {
        try
        {
            await connection.PingAsync(end).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or NatsException or ObjectDisposedException or TimeoutException)
        {
            return false;
        }
    }
}
