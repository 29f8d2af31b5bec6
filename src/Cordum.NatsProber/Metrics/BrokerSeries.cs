using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Prometheus;

namespace Cordum.NatsProber.Metrics;

/// <summary>The series of one broker's own view of itself, copied from its latest word by each scrape: exactly one state is 1, and health agrees with it.</summary>
internal sealed class BrokerSeries
{
    private readonly Gauge.Child _healthy;
    private readonly (BrokerView View, Gauge.Child Series)[] _views;
    private Func<BrokerWord> _source = static () => BrokerWord.None;

    public BrokerSeries(ProberMetrics all, LinkIdentity broker)
    {
        _healthy = all.Brokers.Healthy.WithLabels(broker.Cluster, broker.Endpoint);
        _views = [.. Enum.GetValues<BrokerView>().Select(view => (view, all.Brokers.View.WithLabels(broker.Cluster, broker.Endpoint, SnakeCase.Of(view))))];
    }

    /// <summary>From now on scrapes show what <paramref name="source"/> gives.</summary>
    public void Show(Func<BrokerWord> source) => _source = source;

    /// <summary>Copies the latest word. Called by the scrape, alone.</summary>
    public void Publish()
    {
        var now = _source().View;
        _healthy.Set(now == BrokerView.Healthy ? 1 : 0);
        foreach (var (view, series) in _views)
            series.Set(view == now ? 1 : 0);
    }

    /// <summary>Unpublishes them. Not while a scrape is under way.</summary>
    public void Remove()
    {
        _healthy.Remove();
        foreach (var (_, series) in _views)
            series.Remove();
    }
}
