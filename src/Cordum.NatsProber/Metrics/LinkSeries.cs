using Cordum.NatsProber.Links;
using Prometheus;

namespace Cordum.NatsProber.Metrics;

/// <summary>
/// The series of one link. Counters and gauges are copied from one immutable snapshot, under the scrape's lock and at no other time, so that no
/// scrape can see a disconnect without its gauge.
/// </summary>
internal sealed class LinkSeries : ILinkObserver
{
    private readonly Counter.Child _disconnects;
    private readonly Counter.Child _reconnects;
    private readonly Counter.Child[] _causes;
    private readonly Counter.Child _closes;
    private readonly Gauge.Child _connected;
    private readonly Counter.Child _outageSeconds;
    private readonly Gauge.Child _outageStart;
    private readonly Counter.Child _lameDucks;
    private readonly Counter.Child _mismatches;
    private readonly Histogram.Child _reconnectDuration;
    private readonly Histogram.Child _outageDuration;
    private readonly Histogram.Child[] _phases;
    private readonly Counter.Child _dialled;
    private readonly Counter.Child _dialUnknown;
    private readonly Counter.Child[] _dialFailures;
    private Func<LinkSnapshot> _source = static () => LinkSnapshot.Initial;

    public LinkSeries(ProberMetrics all, LinkIdentity link)
    {
        string[] labels = ["natsprober", link.Cluster, link.Endpoint, link.Scope];
        _disconnects = all.Disconnects.WithLabels(labels);
        _reconnects = all.Reconnects.WithLabels(labels);
        _causes = [.. Enum.GetValues<DisconnectCause>().Select(cause => all.DisconnectCauses.WithLabels([.. labels, SnakeCase.Of(cause)]))];
        _closes = all.Closes.WithLabels(labels);
        _connected = all.Connected.WithLabels(labels);
        _outageSeconds = all.OutageSeconds.WithLabels(labels);
        _outageStart = all.OutageStart.WithLabels(labels);
        _lameDucks = all.LameDucks.WithLabels(labels);
        _mismatches = all.IdentityMismatches.WithLabels(labels);
        _reconnectDuration = all.ReconnectDuration.WithLabels(labels);
        _outageDuration = all.OutageDuration.WithLabels(labels);
        _phases = [.. Enum.GetValues<ConnectPhase>().Select(phase => all.ConnectPhases.WithLabels([.. labels, SnakeCase.Of(phase)]))];
        _dialled = all.ConnectAttempts.WithLabels([.. labels, "success"]);
        _dialUnknown = all.ConnectAttempts.WithLabels([.. labels, "indeterminate"]);
        _dialFailures = [.. Enum.GetValues<DisconnectCause>().Select(cause => all.ConnectAttempts.WithLabels([.. labels, SnakeCase.Of(cause)]))];
    }

    /// <summary>From now on scrapes show what <paramref name="source"/> gives.</summary>
    public void Show(Func<LinkSnapshot> source) => _source = source;

    public void PhaseCompleted(ConnectPhase phase, TimeSpan duration) => _phases[(int)phase].Observe(duration.TotalSeconds);

    public void Dialled(DialOutcome outcome)
    {
        var series = outcome.IsIndeterminate ? _dialUnknown : outcome.Cause is { } cause ? _dialFailures[(int)cause] : _dialled;
        series.Inc();
    }

    public void Changed(LinkTransition transition)
    {
        switch (transition)
        {
            case LinkTransition.Reconnected back:
                _reconnectDuration.Observe(back.After.TotalSeconds);
                break;
            case LinkTransition.OutageEnded ended:
                _outageDuration.Observe(ended.Outage.Length(ended.At).TotalSeconds);
                break;
        }
    }

    /// <summary>Copies one snapshot into the counters and gauges. Called by the scrape, alone.</summary>
    public void Publish(TimeSpan now)
    {
        var (state, outageStartedAt, _) = _source();
        _disconnects.IncTo(state.Disconnects);
        _reconnects.IncTo(state.Reconnects);
        for (var i = 0; i < _causes.Length; i++)
            _causes[i].IncTo(state.DisconnectsByCause[i]);
        _closes.IncTo(state.Closes);
        _connected.Set(state.Status == LinkStatus.Connected ? 1 : 0);
        _outageSeconds.IncTo(state.OutageTime(now).TotalSeconds);
        _outageStart.Set(outageStartedAt is { } started ? started.ToUnixTimeMilliseconds() / 1000.0 : 0);
        _lameDucks.IncTo(state.LameDucks);
        _mismatches.IncTo(state.IdentityMismatches);
    }
}
