using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Tests.Brokers;
using Cordum.NatsProber.TextFormat;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Tests.Metrics;

/// <summary>One sight of a broker, as a scrape shows it.</summary>
public sealed class BrokerSeriesTests
{
    private static readonly LinkIdentity Broker = new("c", "n1", "endpoint");

    private readonly ProberMetrics _metrics = new("test", new ProberClock(TimeProvider.System), new StallRecord());
    private readonly AskedSource _monitor = new(new ScriptedSource(SourceKind.Monitor, question => ScriptedSource.Broker(question, "A")), TimeProvider.System);
    private readonly AskedSource _account = new(new ScriptedSource(SourceKind.Account, static _ => new MonitorReply.Failed(BrokerView.Denied, "no")), TimeProvider.System);
    private readonly BrokerSeries _series;

    public BrokerSeriesTests() => _series = _metrics.ForBroker(Broker, [_monitor, _account]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<string[]> LinesAsync()
    {
        return [.. (await _metrics.ReadAsync(PageFormat.Prometheus, Stop)).Split('\n').Where(line => line.Contains("endpoint=\"n1\"", StringComparison.Ordinal))];
    }

    /// <summary>Values of a family by its last own label, those that are not 0 alone; a bare value has no label.</summary>
    private async Task<string> ShownAsync(string family)
    {
        var lines = (await LinesAsync()).Where(line => line.StartsWith($"cordum_nats_{family}{{", StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal));
        return string.Join(' ', lines.Select(line => $"{string.Join('/', line.Split('"')[5..^2].Where((_, i) => i % 2 == 0))}={line[(line.LastIndexOf(' ') + 1)..]}"));
    }

    private void Show(BrokerSight sight) => _series.Show(() => sight);

    [Fact]
    public async Task Before_anything_is_known_nothing_is_claimed()
    {
        Assert.Equal("none=1", await ShownAsync("broker_view"));
        foreach (var family in (string[])["broker_healthy", "broker_source", "broker_source_up", "broker_query_total", "broker_start_timestamp_seconds", "view_disagreement", "broker_lame_duck"])
            Assert.Equal("", await ShownAsync(family));
    }

    [Fact]
    public async Task A_sight_is_shown_whole()
    {
        var start = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_500);
        Show(new BrokerSight(
            new BrokerWord(BrokerView.Healthy, ""),
            SourceKind.Monitor,
            BrokerFacts.None with { Start = start, ConfigLoadTime = start, Connections = 3, MaxConnections = 99, RoutePeers = 2, ServerIsHealthy = true, IdentityChanges = 4, ClockSkew = TimeSpan.FromSeconds(-1.5) },
            IsDraining: true,
            RttAge: TimeSpan.FromSeconds(7),
            new HashSet<Disagreement> { Disagreement.BrokerCountsDeadLink }));

        Assert.Equal("healthy=1", await ShownAsync("broker_view"));
        Assert.Equal("monitor=1", await ShownAsync("broker_source"));
        Assert.Equal("broker_counts_dead_link=1", await ShownAsync("view_disagreement"));
        Assert.Equal(
            "=1 =1 =1 =1700000000.5 =3 =99 =2 =4 =-1.5 =7",
            string.Join(' ', await Task.WhenAll(((string[])
                [
                    "broker_healthy", "broker_server_healthy", "broker_lame_duck", "broker_start_timestamp_seconds", "broker_connections", "broker_connections_limit", "broker_route_peers",
                    "broker_identity_change_total", "broker_clock_skew_seconds", "broker_link_rtt_age_seconds",
                ]).Select(ShownAsync))));
    }

    [Fact]
    public async Task A_server_is_not_said_to_be_well_when_no_source_says_so_now()
    {
        Show(BrokerSight.None with { Facts = BrokerFacts.None with { ServerIsHealthy = true } });

        Assert.Equal("", await ShownAsync("broker_server_healthy"));
    }

    [Fact]
    public async Task Questions_are_shown_by_source_and_end()
    {
        for (var i = 0; i < 2; i++)
            await _monitor.AskAsync(BrokerQuestion.Varz, static _ => true, Timeout.InfiniteTimeSpan, Stop);
        await _account.AskAsync(BrokerQuestion.Varz, static _ => true, Timeout.InfiniteTimeSpan, Stop);

        Assert.Equal("monitor/ok=2 account/denied=1", await ShownAsync("broker_query_total"));
        Assert.Equal("monitor=1", await ShownAsync("broker_source_up"));
    }

    [Fact]
    public async Task Removed_series_are_gone()
    {
        Assert.NotEmpty(await LinesAsync());

        _metrics.Remove(_series);

        Assert.Empty(await LinesAsync());
    }
}
