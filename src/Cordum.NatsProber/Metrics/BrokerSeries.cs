using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>The series of one broker's own view of itself, copied from one sight of it by each scrape: exactly one state is 1, and health agrees with it.</summary>
internal sealed class BrokerSeries
{
    private readonly List<Series> _all = [];
    private readonly List<(Gauge Series, Func<BrokerSight, double> Value)> _gauges = [];
    private readonly List<(Counter Series, Func<BrokerFacts, long> Value)> _counters = [];
    private readonly List<(Counter Series, AskedSource Source, QueryOutcome Outcome)> _queries = [];
    private readonly List<(Gauge Series, AskedSource Source)> _up = [];
    private Func<BrokerSight> _sight = static () => BrokerSight.None;

    public BrokerSeries(ProberMetrics all, LinkIdentity broker, IReadOnlyList<AskedSource> sources)
    {
        var families = all.Brokers;
        string[] labels = [broker.Cluster, broker.Endpoint];
        Show(families.Healthy, labels, static sight => One(sight.Word.View == BrokerView.Healthy));
        Show(families.ServerHealthy, labels, static sight => One(sight.Facts.ServerIsHealthy && sight.Source is not null));
        foreach (var view in Enum.GetValues<BrokerView>())
            Show(families.View, [.. labels, SnakeCase.Of(view)], sight => One(sight.Word.View == view));
        foreach (var kind in Enum.GetValues<Disagreement>())
            Show(families.Disagreement, [.. labels, SnakeCase.Of(kind)], sight => One(sight.Disagreements.Contains(kind)));
        foreach (var source in sources)
        {
            string[] labelled = [.. labels, SnakeCase.Of(source.Kind)];
            Show(families.Source, labelled, sight => One(sight.Source == source.Kind));
            _up.Add((Keep(families.SourceUp.WithLabels(labelled)), source));
            foreach (var outcome in Enum.GetValues<QueryOutcome>())
                _queries.Add((Keep(families.Queries.WithLabels([.. labelled, SnakeCase.Of(outcome)])), source, outcome));
        }

        Show(families.Start, labels, static sight => Unix(sight.Facts.Start));
        Show(families.ConfigLoad, labels, static sight => Unix(sight.Facts.ConfigLoadTime));
        Show(families.LameDuck, labels, static sight => One(sight.IsDraining));
        Show(families.Connections, labels, static sight => sight.Facts.Connections);
        Show(families.ConnectionsLimit, labels, static sight => sight.Facts.MaxConnections);
        Show(families.RoutePeers, labels, static sight => sight.Facts.RoutePeers);
        Show(families.MetaGroup, labels, static sight => One(sight.Facts.HasMetaGroup));
        Show(families.MetaLeaderKnown, labels, static sight => One(sight.Facts.KnowsMetaLeader));
        Show(families.LinkRtt, labels, static sight => Seconds(sight.Facts.OurLink?.Rtt));
        Show(families.LinkRttAge, labels, static sight => Seconds(sight.RttAge));
        Show(families.ClockSkew, labels, static sight => Seconds(sight.Facts.ClockSkew));
        Show(families.ClockSkewError, labels, static sight => Seconds(sight.Facts.ClockSkewError));
        Count(families.IdentityChanges, labels, static facts => facts.IdentityChanges);
        Count(families.ConfigReloads, labels, static facts => facts.ConfigReloads);
        Count(families.ConnectionsAccepted, labels, static facts => facts.ConnectionsAccepted);
        Count(families.SlowConsumers, labels, static facts => facts.SlowConsumers);
        Count(families.StaleConnections, labels, static facts => facts.StaleConnections);
    }

    /// <summary>From now on scrapes show what <paramref name="sight"/> gives.</summary>
    public void Show(Func<BrokerSight> sight) => _sight = sight;

    /// <summary>Copies one sight. Called by the scrape, alone.</summary>
    public void Publish()
    {
        var sight = _sight();
        foreach (var (series, value) in _gauges)
            series.Set(value(sight));
        foreach (var (series, value) in _counters)
            series.IncTo(value(sight.Facts));
        foreach (var (series, source, outcome) in _queries)
            series.IncTo(source.Count(outcome));
        foreach (var (series, source) in _up)
            series.Set(One(source.IsUp));
    }

    /// <summary>Unpublishes them. Not while a scrape is under way.</summary>
    public void Remove()
    {
        foreach (var series in _all)
            series.Remove();
    }

    private static double One(bool holds) => holds ? 1 : 0;

    private static double Seconds(TimeSpan? duration) => duration?.TotalSeconds ?? 0;

    private static double Unix(DateTimeOffset? at) => at is { } known ? known.ToUnixTimeMilliseconds() / 1000.0 : 0;

    private T Keep<T>(T series)
        where T : Series
    {
        _all.Add(series);
        return series;
    }

    private void Show(GaugeFamily family, string[] labels, Func<BrokerSight, double> value) => _gauges.Add((Keep(family.WithLabels(labels)), value));

    private void Count(CounterFamily family, string[] labels, Func<BrokerFacts, long> value) => _counters.Add((Keep(family.WithLabels(labels)), value));
}
