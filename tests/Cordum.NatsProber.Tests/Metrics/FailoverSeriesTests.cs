using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Tests.Metrics;

public sealed class FailoverSeriesTests
{
    private readonly ProberMetrics _metrics = new("test", new ProberClock(TimeProvider.System), new StallRecord());
    private readonly Dictionary<string, string> _known = new() { ["s1"] = "n1", ["s2"] = "n2" };
    private readonly FailoverSeries _series;

    public FailoverSeriesTests()
    {
        _series = _metrics.ForFailover("c", broker => _known.GetValueOrDefault(broker.ServerName));
        _series.Add("n1");
        _series.Add("n2");
    }

    private static BrokerInfo Broker(string name, string id) => new() { ServerName = name, ServerId = id };

    private string Counted() => string.Join(' ', ((string[])["n1", "n2", "_other"]).Select(to => _metrics.Clusters.FailoversTo.WithLabels("c", to).Value));

    private string Shown()
    {
        _series.Publish();
        return string.Join(' ', ((string[])["n1", "n2", "_other"]).Select(to => _metrics.Clusters.FailoverIsAt.WithLabels("c", to).Value));
    }

    [Theory]
    [InlineData("s1", "0 0 0", "1 0 0")]
    [InlineData("s1 s2", "0 1 0", "0 1 0")]
    [InlineData("s1 s2 s1", "1 1 0", "1 0 0")]
    [InlineData("s1 s1", "0 0 0", "1 0 0")] // the same broker, restarted: it did not fail over
    [InlineData("s1 s9", "0 0 1", "0 0 1")] // one that gossip named and no endpoint is
    [InlineData("s9 s8", "0 0 1", "0 0 1")]
    public void Every_move_counts_where_it_led(string visits, string counted, string shown)
    {
        foreach (var (i, name) in visits.Split(' ').Index())
            _series.Arrived(Broker(name, $"id{i}"));

        Assert.Equal((counted, shown), (Counted(), Shown()));
    }

    [Fact]
    public void Before_it_is_open_it_is_nowhere() => Assert.Equal("0 0 0", Shown());

    [Fact]
    public void Where_it_is_shows_as_soon_as_an_endpoint_knows_its_broker()
    {
        _series.Arrived(Broker("s3", "id"));
        Assert.Equal("0 0 1", Shown());

        _known["s3"] = "n2";

        Assert.Equal(("0 0 0", "0 1 0"), (Counted(), Shown()));
    }

    [Fact]
    public void Where_an_endpoint_is_gone_its_broker_is_another()
    {
        _series.Arrived(Broker("s1", "id"));

        _series.Remove("n1");

        _series.Publish();
        Assert.Equal(1, _metrics.Clusters.FailoverIsAt.WithLabels("c", "_other").Value);
    }
}
