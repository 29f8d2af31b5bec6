using Cordum.NatsProber.Links;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>The series of one route; its ticks are counted among those of the endpoint at which it begins as well.</summary>
internal sealed class RouteSeries : ITickSeries
{
    private readonly ProbeSeries _ofEntry;
    private readonly Dictionary<Outcome, Counter> _outcomes;
    private readonly Histogram _duration;
    private readonly Counter _received;
    private readonly Counter _lost;
    private readonly Counter _late;
    private readonly Counter _duplicated;
    private readonly Counter _reordered;
    private Func<MessageTotals> _messages = static () => default;

    public RouteSeries(ProberMetrics all, string cluster, string from, string to, ProbeSeries ofEntry)
    {
        _ofEntry = ofEntry;
        string[] labels = [cluster, from, to];
        _outcomes = ProbeKinds.Outcomes(ProbeKind.Route).ToDictionary(outcome => outcome, outcome => all.Routes.Ticks.WithLabels([.. labels, SnakeCase.Of(outcome)]));
        _duration = all.Routes.Duration.WithLabels(labels);
        _received = all.Routes.MessagesReceived.WithLabels(labels);
        _lost = all.Routes.MessagesLost.WithLabels(labels);
        _late = all.Routes.MessagesLate.WithLabels(labels);
        _duplicated = all.Routes.MessagesDuplicated.WithLabels(labels);
        _reordered = all.Routes.MessagesReordered.WithLabels(labels);
    }

    /// <summary>From now on scrapes show what <paramref name="messages"/> gives.</summary>
    public void Show(Func<MessageTotals> messages) => _messages = messages;

    public void Completed(TickResult result, DateTimeOffset at)
    {
        _outcomes[result.Outcome].Inc();
        if (result is { Outcome: Outcome.Success, Duration: { } duration })
            _duration.Observe(duration.TotalSeconds);
        _ofEntry.Completed(result, at);
    }

    public void Missed(long ticks)
    {
        _outcomes[Outcome.Missed].Inc(ticks);
        _ofEntry.Missed(ticks);
    }

    /// <summary>Copies the books of the numbered messages. Called by the scrape, alone.</summary>
    public void Publish()
    {
        var totals = _messages();
        _received.IncTo(totals.Received);
        _lost.IncTo(totals.Lost);
        _late.IncTo(totals.Late);
        _duplicated.IncTo(totals.Duplicated);
        _reordered.IncTo(totals.Reordered);
    }

    /// <summary>Unpublishes them. Not while a scrape is under way.</summary>
    public void Remove()
    {
        foreach (var series in _outcomes.Values)
            series.Remove();
        _duration.Remove();
        foreach (var series in (Counter[])[_received, _lost, _late, _duplicated, _reordered])
            series.Remove();
    }
}
