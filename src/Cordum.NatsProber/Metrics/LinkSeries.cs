using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>
/// The series of one link. Counters and gauges are copied from one immutable snapshot, under the scrape's lock and at no other time, so that no
/// scrape can see a disconnect without its gauge.
/// </summary>
internal sealed class LinkSeries : ILinkObserver
{
    /// <summary>Of a link that nobody has given verdicts on yet. Nothing is ever added to it.</summary>
    private static readonly DisconnectHistory NoHistory = new DisconnectMemory().Open();

    private readonly Counter _disconnects;
    private readonly Counter _reconnects;
    private readonly Counter[] _causes;
    private readonly Counter _closes;
    private readonly Gauge _connected;
    private readonly Counter _outageSeconds;
    private readonly Gauge _outageStart;
    private readonly Gauge _outagePlanned;
    private readonly Counter _plannedSeconds;
    private readonly Counter _lameDucks;
    private readonly Counter _mismatches;
    private readonly Histogram _reconnectDuration;
    private readonly Histogram _outageDuration;
    private readonly Histogram[] _phases;
    private readonly Counter _dialled;
    private readonly Counter _dialUnknown;
    private readonly Counter[] _dialFailures;
    private readonly Counter[] _connectFailures;
    private readonly Counter[] _connectFailurePhases;
    private readonly Gauge _certificateExpiry;
    private readonly VerdictSeries _verdicts;
    private readonly LinkIdentity _link;
    private Func<LinkSnapshot> _source = static () => LinkSnapshot.Initial;
    private DisconnectHistory _history = NoHistory;

    public LinkSeries(ProberMetrics all, LinkIdentity link, bool measuresConnects)
    {
        _link = link;
        _verdicts = new VerdictSeries(all, link);
        string[] labels = ["natsprober", link.Cluster, link.Endpoint, link.Scope];
        _disconnects = all.Links.Disconnects.WithLabels(labels);
        _reconnects = all.Links.Reconnects.WithLabels(labels);
        _causes = [.. Enum.GetValues<DisconnectCause>().Select(cause => all.Links.DisconnectCauses.WithLabels([.. labels, SnakeCase.Of(cause)]))];
        _closes = all.Links.Closes.WithLabels(labels);
        _connected = all.Links.Connected.WithLabels(labels);
        _outageSeconds = all.Links.OutageSeconds.WithLabels(labels);
        _outageStart = all.Links.OutageStart.WithLabels(labels);
        _outagePlanned = all.Links.OutagePlanned.WithLabels(labels);
        _plannedSeconds = all.Links.PlannedOutageSeconds.WithLabels(labels);
        _lameDucks = all.Links.LameDucks.WithLabels(labels);
        _mismatches = all.Links.IdentityMismatches.WithLabels(labels);
        _reconnectDuration = all.Links.ReconnectDuration.WithLabels(labels);
        _outageDuration = all.Links.OutageDuration.WithLabels(labels);
        _phases = [.. Enum.GetValues<ConnectPhase>().Select(phase => all.Links.ConnectPhases.WithLabels([.. labels, SnakeCase.Of(phase)]))];
        _dialled = all.Links.ConnectAttempts.WithLabels([.. labels, "success"]);
        _dialUnknown = all.Links.ConnectAttempts.WithLabels([.. labels, "indeterminate"]);
        _dialFailures = [.. Enum.GetValues<DisconnectCause>().Select(cause => all.Links.ConnectAttempts.WithLabels([.. labels, SnakeCase.Of(cause)]))];
        string[] tick = [link.Cluster, link.Endpoint, link.Scope];
        _connectFailures = measuresConnects ? [.. Enum.GetValues<DisconnectCause>().Select(cause => all.Probes.ConnectFailures.WithLabels([.. tick, SnakeCase.Of(cause)]))] : [];
        _connectFailurePhases = measuresConnects ? [.. Enum.GetValues<ConnectPhase>().Select(phase => all.Probes.ConnectFailurePhases.WithLabels([.. tick, SnakeCase.Of(phase)]))] : [];
        _certificateExpiry = all.Links.CertificateExpiry.WithLabels(labels);
    }

    /// <summary>From now on scrapes show what <paramref name="source"/> gives, and the verdicts in <paramref name="history"/>.</summary>
    public void Show(Func<LinkSnapshot> source, DisconnectHistory history) => (_source, _history) = (source, history);

    /// <summary>The link was lost.</summary>
    public void Lost(LinkLoss loss) => _verdicts.Lost(loss);

    public void PhaseCompleted(ConnectPhase phase, TimeSpan duration) => _phases[(int)phase].Observe(duration.TotalSeconds);

    public void Dialled(DialOutcome outcome)
    {
        var series = outcome.IsIndeterminate ? _dialUnknown : outcome.Cause is { } cause ? _dialFailures[(int)cause] : _dialled;
        series.Inc();
    }

    /// <summary>A fresh connect has failed, in a stage and for a cause.</summary>
    public void ConnectFailed(ConnectPhase phase, DisconnectCause cause)
    {
        _connectFailures[(int)cause].Inc();
        _connectFailurePhases[(int)phase].Inc();
    }

    /// <summary>A broker has shown its certificate.</summary>
    public void CertificateSeen(DateTimeOffset expires) => _certificateExpiry.Set(expires.ToUnixTimeSeconds());

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
        var verdicts = _history.Counts(_link);
        var (state, outageStartedAt, _) = _source();
        _disconnects.IncTo(state.Disconnects);
        _reconnects.IncTo(state.Reconnects);
        for (var i = 0; i < _causes.Length; i++)
            _causes[i].IncTo(state.DisconnectsByCause[i]);
        _closes.IncTo(state.Closes);
        _connected.Set(state.Status == LinkStatus.Connected ? 1 : 0);
        _outageSeconds.IncTo(state.OutageTime(now).TotalSeconds);
        _outageStart.Set(outageStartedAt is { } started ? started.ToUnixTimeMilliseconds() / 1000.0 : 0);
        _outagePlanned.Set(state.CurrentOutage is { IsPlanned: true } ? 1 : 0);
        _plannedSeconds.IncTo(state.PlannedOutageTime(now).TotalSeconds);
        _verdicts.Publish(verdicts, state.Disconnects);
        _lameDucks.IncTo(state.LameDucks);
        _mismatches.IncTo(state.IdentityMismatches);
    }

    /// <summary>Unpublishes them all. Not while a scrape is under way.</summary>
    public void Remove()
    {
        Series[] all =
        [
            _disconnects, _reconnects, .. _causes, _closes, _connected, _outageSeconds, _outageStart, _outagePlanned, _plannedSeconds, _lameDucks, _mismatches, _reconnectDuration, _outageDuration,
            .. _phases, _dialled, _dialUnknown, .. _dialFailures, .. _connectFailures, .. _connectFailurePhases, _certificateExpiry,
        ];
        foreach (var series in all)
            series.Remove();
        _verdicts.Remove();
        _history.Forget(_link);
    }
}
