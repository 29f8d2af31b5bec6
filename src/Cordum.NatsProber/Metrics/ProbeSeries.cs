using Cordum.NatsProber.Links;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Slo;
using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>
/// The series of one kind of probe on one link, and of the objective that it measures, if any. Ticks are counted in a book that each scrape copies: no scrape sees a
/// request among the slow ones that it does not see among the successful.
/// </summary>
internal sealed class ProbeSeries : ITickSeries
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Outcome, long> _ticks;
    private readonly Dictionary<Outcome, Counter> _outcomes;
    private readonly Dictionary<ReplyKind, Counter> _discarded;
    private readonly Histogram _duration;
    private readonly Gauge _expected;
    private readonly Gauge _lastCompleted;
    private readonly SloSeries? _slo;

    public ProbeSeries(ProberMetrics all, LinkIdentity link, ProbeKind probe, double perSecond, DateTimeOffset startedAt, ServiceLevel? level)
    {
        string[] labels = [link.Cluster, link.Endpoint, link.Scope, SnakeCase.Of(probe)];
        _ticks = ProbeKinds.Outcomes(probe).ToDictionary(outcome => outcome, _ => 0L);
        _outcomes = _ticks.Keys.ToDictionary(outcome => outcome, outcome => all.Probes.Ticks.WithLabels([.. labels, SnakeCase.Of(outcome)]));
        _discarded = ProbeKinds.HasReplies(probe)
            ? Enum.GetValues<ReplyKind>()
                .Where(kind => kind != ReplyKind.Current)
                .ToDictionary(kind => kind, kind => all.Probes.DiscardedReplies.WithLabels([.. labels, SnakeCase.Of(kind)]))
            : [];
        _duration = all.Probes.TickDuration.WithLabels(labels);
        _expected = all.Probes.TicksExpected.WithLabels(labels);
        _expected.Set(perSecond);
        _lastCompleted = all.Probes.LastCompleted.WithLabels(link.Cluster, link.Endpoint);
        if (_lastCompleted.Value == 0)
            _lastCompleted.Set(startedAt.ToUnixTimeMilliseconds() / 1000.0);
        _slo = level is null ? null : new SloSeries(all, link.Cluster, level);
    }

    /// <summary>How many ticks a second the schedule promises.</summary>
    public double PerSecond
    {
        set => _expected.Set(value);
    }

    public void Completed(TickResult result, DateTimeOffset at)
    {
        lock (_gate)
        {
            _ticks[result.Outcome]++;
            if (result is { Outcome: Outcome.Success, Duration: { } took })
                _slo?.Succeeded(took);
        }

        if (result is { Outcome: Outcome.Success, Duration: { } duration })
            _duration.Observe(duration.TotalSeconds);
        _lastCompleted.Set(at.ToUnixTimeMilliseconds() / 1000.0);
    }

    public void Missed(long ticks)
    {
        lock (_gate)
            _ticks[Outcome.Missed] += ticks;
    }

    /// <summary>A reply came that was not the current tick's.</summary>
    public void Discarded(ReplyKind kind) => _discarded[kind].Inc();

    /// <summary>Copies the book. Called by the scrape, alone.</summary>
    public void Publish()
    {
        lock (_gate)
        {
            foreach (var (outcome, ticks) in _ticks)
                _outcomes[outcome].IncTo(ticks);
            _slo?.Publish();
        }
    }

    /// <summary>Unpublishes them. Not while a scrape is under way.</summary>
    public void Remove()
    {
        foreach (var series in _outcomes.Values)
            series.Remove();
        foreach (var series in _discarded.Values)
            series.Remove();
        _duration.Remove();
        _expected.Remove();
        _lastCompleted.Remove();
        _slo?.Remove();
    }
}
