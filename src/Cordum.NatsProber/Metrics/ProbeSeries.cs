using Cordum.NatsProber.Links;
using Cordum.NatsProber.RoundTrips;
using Prometheus;

namespace Cordum.NatsProber.Metrics;

/// <summary>The series of one kind of probe on one link.</summary>
internal sealed class ProbeSeries
{
    private readonly Counter.Child[] _outcomes;
    private readonly Dictionary<ReplyKind, Counter.Child> _discarded;
    private readonly Histogram.Child _duration;
    private readonly Gauge.Child _lastCompleted;

    public ProbeSeries(ProberMetrics all, LinkIdentity link, ProbeKind probe, TimeSpan every, DateTimeOffset startedAt)
    {
        string[] labels = [link.Cluster, link.Endpoint, link.Scope, SnakeCase.Of(probe)];
        _outcomes = [.. ProbeKinds.Outcomes(probe).Select(outcome => all.Ticks.WithLabels([.. labels, SnakeCase.Of(outcome)]))];
        _discarded = Enum.GetValues<ReplyKind>()
            .Where(kind => kind != ReplyKind.Current)
            .ToDictionary(kind => kind, kind => all.DiscardedReplies.WithLabels([.. labels, SnakeCase.Of(kind)]));
        _duration = all.TickDuration.WithLabels(labels);
        _lastCompleted = all.LastCompleted.WithLabels(link.Cluster, link.Endpoint);
        _lastCompleted.Set(startedAt.ToUnixTimeMilliseconds() / 1000.0);
        all.TicksExpected.WithLabels(labels).Set(1 / every.TotalSeconds);
    }

    /// <summary>A tick was run and has ended.</summary>
    public void Completed(TickResult result, DateTimeOffset at)
    {
        _outcomes[(int)result.Outcome].Inc();
        if (result is { Outcome: Outcome.Success, Duration: { } duration })
            _duration.Observe(duration.TotalSeconds);
        _lastCompleted.Set(at.ToUnixTimeMilliseconds() / 1000.0);
    }

    /// <summary>Ticks were due and not run.</summary>
    public void Missed(long ticks) => _outcomes[(int)Outcome.Missed].Inc(ticks);

    /// <summary>A reply came that was not the current tick's.</summary>
    public void Discarded(ReplyKind kind) => _discarded[kind].Inc();
}
