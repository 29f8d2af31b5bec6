using System.Text;
using Cordum.NatsProber.Applications;
using Cordum.NatsProber.Tests.Metrics;
using NATS.Client.Core;
using Prometheus;

namespace Cordum.NatsProber.Tests.Applications;

public sealed class NatsConnectionMetricsTests
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();

    [Fact]
    public async Task All_series_are_born_at_zero()
    {
        using var metrics = NatsConnectionMetrics.Observe(FakeConnection.Make().Connection, "billing", _registry);

        Assert.Equal("disconnect 0, reconnect 0, closed 0, connected 0", await ScrapeAsync());
    }

    [Theory]
    [InlineData(NatsConnectionState.Open, "disconnect 0, reconnect 0, closed 0, connected 1")]
    [InlineData(NatsConnectionState.Connecting, "disconnect 0, reconnect 0, closed 0, connected 0")]
    [InlineData(NatsConnectionState.Reconnecting, "disconnect 1, reconnect 0, closed 0, connected 0")]
    [InlineData(NatsConnectionState.Failed, "disconnect 1, reconnect 0, closed 1, connected 0")]
    public async Task A_connection_may_have_a_past(NatsConnectionState state, string seen)
    {
        using var metrics = NatsConnectionMetrics.Observe(FakeConnection.Make(state).Connection, "billing", _registry);

        Assert.Equal(seen, await ScrapeAsync());
    }

    [Fact]
    public async Task Losses_and_returns_are_counted_and_the_first_open_is_none()
    {
        var connection = FakeConnection.Make();
        using var metrics = NatsConnectionMetrics.Observe(connection.Connection, "billing", _registry);

        await connection.OpenAsync();
        Assert.Equal("disconnect 0, reconnect 0, closed 0, connected 1", await ScrapeAsync());
        await connection.LoseAsync();
        Assert.Equal("disconnect 1, reconnect 0, closed 0, connected 0", await ScrapeAsync());
        await connection.OpenAsync();
        Assert.Equal("disconnect 1, reconnect 1, closed 0, connected 1", await ScrapeAsync());
    }

    [Fact]
    public async Task A_first_connect_that_fails_is_one_disconnect_and_its_success_a_return()
    {
        var connection = FakeConnection.Make();
        using var metrics = NatsConnectionMetrics.Observe(connection.Connection, "billing", _registry);

        metrics.ConnectFailed();
        metrics.ConnectFailed();
        Assert.Equal("disconnect 1, reconnect 0, closed 0, connected 0", await ScrapeAsync());
        await connection.OpenAsync();
        Assert.Equal("disconnect 1, reconnect 1, closed 0, connected 1", await ScrapeAsync());
        metrics.ConnectFailed(); // of another attempt, which did not matter
        Assert.Equal("disconnect 1, reconnect 1, closed 0, connected 1", await ScrapeAsync());
    }

    [Fact]
    public async Task A_client_that_gives_up_is_seen_at_the_next_scrape()
    {
        var connection = FakeConnection.Make();
        using var metrics = NatsConnectionMetrics.Observe(connection.Connection, "billing", _registry);
        await connection.OpenAsync();
        await connection.LoseAsync();

        connection.State = NatsConnectionState.Failed;

        Assert.Equal("disconnect 1, reconnect 0, closed 1, connected 0", await ScrapeAsync());
        Assert.Equal("disconnect 1, reconnect 0, closed 1, connected 0", await ScrapeAsync());
    }

    [Fact]
    public async Task The_connections_of_one_component_are_counted_together()
    {
        var (one, other) = (FakeConnection.Make(), FakeConnection.Make());
        using var first = NatsConnectionMetrics.Observe(one.Connection, "billing", _registry);
        using var second = NatsConnectionMetrics.Observe(other.Connection, "billing", _registry);
        using var elsewhere = NatsConnectionMetrics.Observe(FakeConnection.Make(NatsConnectionState.Open).Connection, "shipping", _registry);
        await one.OpenAsync();
        Assert.Equal("disconnect 0, reconnect 0, closed 0, connected 0", await ScrapeAsync());
        await other.OpenAsync();
        Assert.Equal("disconnect 0, reconnect 0, closed 0, connected 1", await ScrapeAsync());

        await one.LoseAsync();
        await other.LoseAsync();
        await one.OpenAsync();

        Assert.Equal("disconnect 2, reconnect 1, closed 0, connected 0", await ScrapeAsync());
        Assert.Equal("disconnect 0, reconnect 0, closed 0, connected 1", await ScrapeAsync("shipping"));
    }

    [Fact]
    public async Task What_is_observed_no_longer_stays_counted_and_is_waited_for_no_longer()
    {
        var (old, next) = (FakeConnection.Make(), FakeConnection.Make());
        var metrics = NatsConnectionMetrics.Observe(old.Connection, "billing", _registry);
        await old.OpenAsync();
        await old.LoseAsync();

        metrics.Dispose();
        metrics.Dispose();

        Assert.False(old.HasHandlers);
        Assert.Equal("disconnect 1, reconnect 1, closed 0", await ScrapeAsync());
        using var another = NatsConnectionMetrics.Observe(next.Connection, "billing", _registry);
        await next.OpenAsync();
        await old.LoseAsync();
        Assert.Equal("disconnect 1, reconnect 1, closed 0, connected 1", await ScrapeAsync());
    }

    [Fact]
    public async Task Many_threads_lose_no_event()
    {
        var connections = Enumerable.Range(0, 8).Select(_ => FakeConnection.Make()).ToList();
        var observed = connections.Select(connection => NatsConnectionMetrics.Observe(connection.Connection, "billing", _registry)).ToList();

        await Task.WhenAll(connections.Select(connection => Task.Run(async () =>
        {
            await connection.OpenAsync();
            for (var i = 0; i < 500; i++)
            {
                await connection.LoseAsync();
                await connection.OpenAsync();
                if (i % 50 == 0)
                    await ScrapeAsync();
            }
        })));

        Assert.Equal("disconnect 4000, reconnect 4000, closed 0, connected 1", await ScrapeAsync());
        observed.ForEach(one => one.Dispose());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("natsprober")]
    public void A_component_that_would_confuse_the_alerts_is_refused(string component)
    {
        var connection = FakeConnection.Make();

        Assert.Throws<ArgumentException>(nameof(component), () => NatsConnectionMetrics.Observe(connection.Connection, component, _registry));

        Assert.False(connection.HasHandlers);
    }

    private async Task<string> ScrapeAsync(string component = "billing")
    {
        using var page = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(page, TestContext.Current.CancellationToken);
        var families = Exposition.Read(Encoding.UTF8.GetString(page.ToArray()), openMetrics: false);
        return string.Join(", ", ((string[])["disconnect_total", "reconnect_total", "closed_total", "connected"])
            .SelectMany(name => families["cordum_nats_" + name].Samples)
            .Where(sample => sample["component"] == component)
            .Select(sample => $"{sample.Name.Replace("cordum_nats_", "", StringComparison.Ordinal).Replace("_total", "", StringComparison.Ordinal)} {sample.Value}"));
    }
}
