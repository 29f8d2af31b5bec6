namespace Cordum.NatsProber.Brokers;

/// <summary>
/// The broker's own HTTP monitor. A probe file may name another broker's by mistake, and a name in DNS may have moved on: what another says of itself must not be taken for this one's
/// word, so that who answers is made sure of, by the name that it has in common with the link's broker.
/// </summary>
/// <param name="monitor">The monitor.</param>
/// <param name="serverName">The broker's name; null while it is not known, and for one that has none.</param>
internal sealed class MonitorSource(BrokerMonitor monitor, Func<string?> serverName) : IBrokerSource
{
    /// <summary>The process that is known to be the broker.</summary>
    private volatile string? _known;

    public SourceKind Kind => SourceKind.Monitor;

    public async Task<MonitorReply> AskAsync(BrokerQuestion question, CancellationToken stop)
    {
        // /healthz does not say whose it is.
        if (_known is null && question.Service == BrokerQuestion.Health.Service && await StrangerAsync(stop).ConfigureAwait(false) is { } stranger)
            return stranger;
        var reply = await monitor.GetAsync(question.Path, stop).ConfigureAwait(false);
        var isKnown = MonitorPages.ServerIdOf(reply) is not { } serverId || serverId == _known;
        return isKnown ? reply : await StrangerAsync(stop).ConfigureAwait(false) ?? reply;
    }

    /// <returns>What is to be said in place of an answer, if it is another broker that answers; null if it is the right one, or nobody can tell.</returns>
    private async Task<MonitorReply?> StrangerAsync(CancellationToken stop)
    {
        if (serverName() is not { } expected || MonitorPages.Varz(await monitor.GetAsync(BrokerQuestion.Varz.Path, stop).ConfigureAwait(false)) is not { } varz)
            return null;
        if (varz.ServerName == expected)
        {
            _known = varz.ServerId;
            return null;
        }

        _known = null;
        return new MonitorReply.Failed(BrokerView.Malformed, $"this is the monitor of {Links.Printable.Of(varz.ServerName ?? "a broker without a name")}, and the endpoint's broker is {expected}: check the probe file");
    }
}
