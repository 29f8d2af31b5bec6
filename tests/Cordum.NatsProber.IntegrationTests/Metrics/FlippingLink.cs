using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.IntegrationTests.Metrics;

/// <summary>A link that is lost and comes back as fast as it can, for another cause each time.</summary>
internal sealed class FlippingLink
{
    private static readonly DisconnectCause[] Causes = Enum.GetValues<DisconnectCause>();

    private readonly ProberClock _clock;
    private volatile LinkSnapshot _snapshot = LinkSnapshot.Initial;

    public FlippingLink(ProberMetrics metrics, string endpoint, ProberClock clock)
    {
        _clock = clock;
        metrics.ForLink(new LinkIdentity("local", endpoint, "endpoint")).Show(() => _snapshot, new DisconnectMemory().Open());
        Apply(new LinkEvent.DialFailed(DisconnectCause.Refused, TimeSpan.Zero, TimeSpan.Zero));
    }

    /// <summary>Times that it was lost or came back.</summary>
    public int Flips { get; private set; }

    /// <summary>Flips once.</summary>
    public void Flip()
    {
        var now = _clock.Now;
        var cause = Causes[Flips++ % Causes.Length];
        Apply(_snapshot.State.Status == LinkStatus.Connected
            ? Flips % 3 == 0 ? new LinkEvent.Closed(cause, now) : new LinkEvent.Lost(cause, now, now)
            : new LinkEvent.Opened(now, now));
    }

    /// <summary>Histograms are left alone: they stand outside the law of parity.</summary>
    private void Apply(LinkEvent e) => _snapshot = new LinkSnapshot(_snapshot.State.Apply(e).State, null, null);
}
