using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Tests.Brokers;
using Cordum.NatsProber.TextFormat;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Tests.Metrics;

/// <summary>Endpoints that come and go leave nothing behind and touch nothing of the others.</summary>
public sealed class SeriesRemovalTests
{
    private readonly ProberMetrics _metrics = new("test", new ProberClock(TimeProvider.System), new StallRecord());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<string[]> NamesAsync()
    {
        return [.. (await _metrics.ReadAsync(PageFormat.Prometheus, Stop)).Split('\n').Where(line => line.StartsWith("cordum_", StringComparison.Ordinal)).Select(line => line[..line.LastIndexOf(' ')])];
    }

    private (LinkSeries Link, ProbeSeries[] Probes) Add(string endpoint)
    {
        var link = new LinkIdentity("c", endpoint, "endpoint");
        return (_metrics.ForLink(link, measuresConnects: true), [.. Enum.GetValues<ProbeKind>().Select(kind => _metrics.ForProbe(link, kind, TimeSpan.FromSeconds(1), DateTimeOffset.UnixEpoch))]);
    }

    [Fact]
    public async Task What_an_endpoint_brought_goes_with_it_and_nothing_else()
    {
        Add("a");
        var before = await NamesAsync();
        var (link, probes) = Add("b");
        var route = _metrics.ForRoute("c", "a", "b", probes[0]);
        var broker = _metrics.ForBroker(new LinkIdentity("c", "b", "endpoint"), SilentSource.OfEveryKind());
        Assert.True((await NamesAsync()).Length > before.Length);

        using (await _metrics.TakeTurnAsync(Stop))
        {
            _metrics.Remove(route);
            _metrics.Remove(broker);
            _metrics.Remove(link);
            foreach (var probe in probes)
                _metrics.Remove(probe);
        }

        Assert.Equal(before, await NamesAsync());
    }

    [Fact]
    public async Task An_endpoint_that_comes_back_begins_at_zero()
    {
        var (_, probes) = Add("a");
        probes[0].Completed(new TickResult(Outcome.Success, TimeSpan.FromSeconds(1)), DateTimeOffset.UnixEpoch);
        _metrics.Publish();
        Assert.Equal(1, _metrics.Probes.Ticks.WithLabels("c", "a", "endpoint", "request", "success").Value);
        _metrics.Remove(probes[0]);

        Add("a");

        Assert.Equal(0, _metrics.Probes.Ticks.WithLabels("c", "a", "endpoint", "request", "success").Value);
    }

    [Fact]
    public async Task A_tick_that_ends_after_its_endpoint_has_gone_brings_no_series_back()
    {
        var (link, probes) = Add("a");
        _metrics.Remove(link);
        foreach (var probe in probes)
            _metrics.Remove(probe);

        probes[0].Completed(new TickResult(Outcome.Success, TimeSpan.FromSeconds(1)), DateTimeOffset.UnixEpoch);
        link.Dialled(DialOutcome.Success);

        Assert.DoesNotContain(await NamesAsync(), name => name.Contains("endpoint=\"a\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Changes_wait_for_the_scrape_and_for_each_other()
    {
        var first = await _metrics.TakeTurnAsync(Stop);
        var second = _metrics.TakeTurnAsync(Stop);

        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
    }
}
