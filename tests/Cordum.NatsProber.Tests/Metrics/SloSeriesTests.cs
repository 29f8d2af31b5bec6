using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Slo;
using Cordum.NatsProber.TextFormat;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Tests.Metrics;

public sealed class SloSeriesTests
{
    private static readonly LinkIdentity Whole = new("c", "_cluster", "cluster");
    private static readonly TimeSpan Threshold = TimeSpan.FromMilliseconds(50);

    private readonly ProberMetrics _metrics = new("test", new ProberClock(TimeProvider.System), new StallRecord());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static ServiceLevel Level(bool latency = true) =>
        ServiceLevel.Of(new Objective(99.95, TimeSpan.FromDays(30), latency ? new(Threshold, 99) : null));

    private ProbeSeries Requests(ServiceLevel? level) => _metrics.ForProbe(Whole, ProbeKind.Request, TimeSpan.FromSeconds(1), DateTimeOffset.UnixEpoch, level);

    private static TickResult Success(TimeSpan took) => new(Outcome.Success, took);

    private Task<string> ScrapeAsync() => _metrics.ReadAsync(PageFormat.Prometheus, Stop);

    private async Task<string[]> SloAsync() => [.. Exposition.Read(await ScrapeAsync(), openMetrics: false).Values
        .Where(family => family.Name.StartsWith("cordum_nats_slo_", StringComparison.Ordinal))
        .SelectMany(family => family.Samples)
        .Select(sample => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{sample.Name}{{{sample["cluster"]}}} {sample.Value}"))
        .Order(StringComparer.Ordinal)];

    [Fact]
    public async Task A_whole_objective_is_told_before_the_first_tick()
    {
        Requests(Level());

        Assert.Equal(
            [
                "cordum_nats_slo_error_budget_ratio{c} 0.0005",
                "cordum_nats_slo_latency_error_budget_ratio{c} 0.01",
                "cordum_nats_slo_latency_threshold_seconds{c} 0.05",
                "cordum_nats_slo_slow_total{c} 0",
                "cordum_nats_slo_window_seconds{c} 2592000",
            ],
            await SloAsync());
    }

    [Fact]
    public async Task Without_a_promise_about_latency_there_is_nothing_about_it()
    {
        Requests(Level(latency: false)).Completed(Success(TimeSpan.FromDays(1)), DateTimeOffset.UnixEpoch);

        Assert.Equal(["cordum_nats_slo_error_budget_ratio{c} 0.0005", "cordum_nats_slo_window_seconds{c} 2592000"], await SloAsync());
    }

    [Fact]
    public async Task Without_an_objective_there_is_nothing()
    {
        Requests(level: null).Completed(Success(TimeSpan.FromDays(1)), DateTimeOffset.UnixEpoch);

        Assert.Empty(await SloAsync());
    }

    [Fact]
    public async Task Only_what_succeeds_can_be_slow()
    {
        var requests = Requests(Level());
        foreach (var outcome in ProbeKinds.Outcomes(ProbeKind.Request))
            requests.Completed(new TickResult(outcome, outcome == Outcome.Success ? Threshold : null), DateTimeOffset.UnixEpoch);
        requests.Completed(Success(Threshold - TimeSpan.FromTicks(1)), DateTimeOffset.UnixEpoch);
        requests.Missed(7);

        Assert.Contains("cordum_nats_slo_slow_total{c} 1", await SloAsync());
    }

    [Fact]
    public async Task They_go_with_their_probe()
    {
        var requests = Requests(Level());
        _metrics.Remove(requests);
        requests.Completed(Success(Threshold), DateTimeOffset.UnixEpoch);

        Assert.Empty(await SloAsync());
    }

    /// <summary>Every tick here is slow, so that any scrape that shows another number of successes than of slow ones has torn a tick in two.</summary>
    [Fact]
    public async Task No_scrape_tears_them_from_the_ticks()
    {
        var requests = Requests(Level());
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var ticking = Task.Run(
            () =>
            {
                while (!enough.IsCancellationRequested)
                    requests.Completed(Success(Threshold), DateTimeOffset.UnixEpoch);
            },
            Stop);
        var seen = new HashSet<double>();
        for (var i = 0; i < 200; i++)
        {
            // Line by line: the histograms, which may be torn, are not looked at.
            var lines = (await ScrapeAsync()).Split('\n');
            var successes = Value(lines, "cordum_nats_probe_total{", "outcome=\"success\"");
            Assert.Equal(successes, Value(lines, "cordum_nats_slo_slow_total{", "cluster=\"c\""));
            seen.Add(successes);
        }

        await enough.CancelAsync();
        await ticking;
        Assert.True(seen.Count > 100, $"only {seen.Count} of 200 scrapes saw new ticks");

        static double Value(string[] lines, string family, string label) => double.Parse(
            lines.Single(line => line.StartsWith(family, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal)).Split(' ')[^1],
            System.Globalization.CultureInfo.InvariantCulture);
    }
}
