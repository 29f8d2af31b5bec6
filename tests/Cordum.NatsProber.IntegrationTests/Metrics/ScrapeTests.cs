using System.Net;
using System.Net.Sockets;
using System.Text;
using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.IntegrationTests.Lab;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Tests.Metrics;
using Cordum.NatsProber.Timing;
using Microsoft.AspNetCore.Http;

namespace Cordum.NatsProber.IntegrationTests.Metrics;

public sealed class ScrapeTests
{
    private const string Text = "text/plain; version=0.0.4; charset=utf-8";
    private const string Open = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private static readonly string[] Endpoints = ["n1", "n2", "n3"];

    private readonly ProberClock _clock = new(TimeProvider.System);
    private readonly ProberMetrics _metrics;
    private readonly FlippingLink[] _links;

    public ScrapeTests()
    {
        _metrics = new ProberMetrics("test", _clock, new StallRecord());
        _links = [.. Endpoints.Select(endpoint => new FlippingLink(_metrics, endpoint, _clock))];
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Disconnects_reconnects_and_gauge_agree_in_every_one_of_many_concurrent_scrapes()
    {
        const int Scrapers = 6;
        const int ScrapesEach = 200;
        const int FewestFlips = 5000;
        await using var server = await ScrapeServer.StartAsync(_metrics);
        using var scraped = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var flipping = Task.Factory.StartNew(
            () =>
            {
                while (!scraped.IsCancellationRequested || _links[^1].Flips < FewestFlips)
                {
                    foreach (var link in _links)
                        link.Flip();
                    Thread.Yield();
                }
            },
            Cancelled,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        try
        {
            await Task.WhenAll(Enumerable.Range(0, Scrapers).Select(scraper => Task.Run(() => ScrapeAsync(openMetrics: scraper % 2 == 1), Cancelled)));
        }
        finally
        {
            await scraped.CancelAsync();
            await flipping;
        }

        Assert.Empty(server.Warnings);

        async Task ScrapeAsync(bool openMetrics)
        {
            using var client = server.Client();
            client.DefaultRequestHeaders.Add("Accept", openMetrics ? "application/openmetrics-text" : "text/plain");
            for (var i = 0; i < ScrapesEach; i++)
                AssertWhole(Exposition.Read(await client.GetStringAsync("/metrics", Cancelled), openMetrics));
        }
    }

    [Fact]
    public async Task A_scraper_that_does_not_read_keeps_nobody_waiting_and_can_read_its_page_later()
    {
        await using var server = await ScrapeServer.StartAsync(_metrics, smallBuffers: true);
        using var slow = await AnsweredButUnreadAsync(server);

        using var client = server.Client();
        for (var i = 0; i < 20; i++)
            await ScrapeAsync(client);
        // A client may have its page before the server has put the request away. The one that is not read stays.
        await Until.TrueAsync(() => server.InFlight == 1, Soon, "only the scraper that does not read is left");

        using var read = new StreamReader(new NetworkStream(slow), Encoding.UTF8);
        var response = await read.ReadToEndAsync(Cancelled);
        AssertWhole(Exposition.Read(response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..], openMetrics: false));
    }

    [Fact]
    public async Task A_scraper_that_goes_away_in_the_middle_of_its_page_breaks_nothing()
    {
        await using var server = await ScrapeServer.StartAsync(_metrics, smallBuffers: true);
        using var client = server.Client();

        for (var i = 0; i < 10; i++)
        {
            using (await AnsweredButUnreadAsync(server))
            {
            }

            await Until.TrueAsync(() => server.InFlight == 0, Soon, "the server gives up on the scraper that went away");
            await ScrapeAsync(client);
        }

        Assert.Empty(server.Warnings);
    }

    [Fact]
    public async Task A_scraper_that_goes_away_before_its_turn_breaks_nothing()
    {
        using var scrapeMayGoOn = new ManualResetEventSlim();
        _metrics.ForLink(new LinkIdentity("local", "held", "endpoint")).Show(
            () =>
            {
                scrapeMayGoOn.Wait(Soon, Cancelled);
                return LinkSnapshot.Initial;
            },
            new DisconnectMemory().Open());
        await using var server = await ScrapeServer.StartAsync(_metrics);
        using var client = server.Client();
        var first = ScrapeAsync(client);
        await Until.TrueAsync(() => server.InFlight == 1, Soon, "the first scrape is under way");

        using (await server.AskAsync())
            await Until.TrueAsync(() => server.InFlight == 2, Soon, "the second scrape waits for the first");
        await Until.TrueAsync(() => server.InFlight == 1, Soon, "the second scrape is given up");

        scrapeMayGoOn.Set();
        await first;
        await ScrapeAsync(client);
        Assert.Empty(server.Warnings);
    }

    [Theory]
    [InlineData(null, Text)]
    [InlineData("*/*", Text)]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", Text)]
    [InlineData("nonsense", Text)]
    [InlineData("text/plain", Text)]
    [InlineData("application/openmetrics-text;q=0.5,text/plain", Text)]
    [InlineData("application/openmetrics-text", Open)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", Open)] // Prometheus 2.42
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1", Open)] // Prometheus 3
    public async Task The_scraper_chooses_the_format(string? accept, string contentType)
    {
        await using var server = await ScrapeServer.StartAsync(_metrics);
        using var client = server.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);

        using var response = await client.SendAsync(request, Cancelled);

        Assert.Equal(contentType, response.Content.Headers.GetValues("Content-Type").Single());
        AssertWhole(Exposition.Read(await response.Content.ReadAsStringAsync(Cancelled), openMetrics: contentType == Open));
    }

    [Theory]
    [InlineData("GET", "/metrics", StatusCodes.Status200OK)]
    [InlineData("HEAD", "/metrics", StatusCodes.Status200OK)]
    [InlineData("POST", "/metrics", StatusCodes.Status405MethodNotAllowed)]
    [InlineData("PUT", "/metrics", StatusCodes.Status405MethodNotAllowed)]
    [InlineData("DELETE", "/metrics", StatusCodes.Status405MethodNotAllowed)]
    [InlineData("OPTIONS", "/metrics", StatusCodes.Status405MethodNotAllowed)]
    [InlineData("GET", "/", StatusCodes.Status404NotFound)]
    [InlineData("GET", "/metrics/n1", StatusCodes.Status404NotFound)]
    [InlineData("GET", "/metricsx", StatusCodes.Status404NotFound)]
    [InlineData("GET", "/probe?target=127.0.0.1:22", StatusCodes.Status404NotFound)]
    public async Task Only_metrics_is_served_and_only_to_readers(string method, string path, int status)
    {
        await using var server = await ScrapeServer.StartAsync(_metrics);
        using var client = server.Client();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await client.SendAsync(request, Cancelled);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == StatusCodes.Status405MethodNotAllowed ? ["GET", "HEAD"] : [], response.Content.Headers.Allow);
        Assert.Equal(method == "GET" && status == StatusCodes.Status200OK, (await response.Content.ReadAsByteArrayAsync(Cancelled)).Length > 0);
        if (method == "HEAD")
            Assert.InRange(response.Content.Headers.ContentLength!.Value, 10_000, 1_000_000);
    }

    private static async Task<Socket> AnsweredButUnreadAsync(ScrapeServer server)
    {
        var socket = await server.AskAsync();
        await Until.TrueAsync(() => socket.Available > 0, Soon, "the server has begun to answer");
        Assert.Equal(1, server.InFlight);
        return socket;
    }

    private static async Task ScrapeAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/metrics", Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        AssertWhole(Exposition.Read(await response.Content.ReadAsStringAsync(Cancelled), openMetrics: false));
    }

    /// <summary>What the paging rule relies on.</summary>
    private static void AssertWhole(IReadOnlyDictionary<string, Family> page)
    {
        foreach (var endpoint in Endpoints)
        {
            var disconnects = Sum("cordum_nats_disconnect_total");
            Assert.Equal(1 - Sum("cordum_nats_connected"), disconnects - Sum("cordum_nats_reconnect_total"));
            Assert.Equal(disconnects, Sum("cordum_nats_disconnect_cause_total"));

            double Sum(string family) => page[family].Samples.Where(sample => sample["endpoint"] == endpoint).Sum(sample => sample.Value);
        }
    }
}
