using System.Diagnostics;
using System.Text.Json;
using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Benchmarks.Scale;

/// <summary>How long things take at each number of endpoints.</summary>
/// <param name="WarmUp">From the last link's being open to the first window: the code is compiled in it.</param>
/// <param name="Window">A window.</param>
/// <param name="Rounds">Windows without scrapes, and as many with.</param>
/// <param name="Scrapes">Scrapes one by one.</param>
internal sealed record ScalePace(TimeSpan WarmUp, TimeSpan Window, int Rounds, int Scrapes)
{
    /// <summary>For the page.</summary>
    public static ScalePace Full { get; } = new(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(10), 3, 10);

    /// <summary>For one of several rounds, each with a process of its own.</summary>
    public static ScalePace Round { get; } = new(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(10), 1, 5);

    /// <summary>To see that it works.</summary>
    public static ScalePace Brief { get; } = new(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(4), 1, 3);
}

/// <summary>Measures the prober at one number of endpoints.</summary>
/// <param name="fleet">The endpoints.</param>
/// <param name="brokers">Their brokers.</param>
/// <param name="pace">How long things take.</param>
/// <param name="binary">Which build of the prober; this one if null.</param>
internal sealed class ScaleRun(Fleet fleet, FleetBrokers brokers, ScalePace pace, string? binary = null)
{
    private const string ProberName = "bench";
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OpenLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    /// <summary>Starts a prober of the fleet and waits until every link is open, and its requests are answered.</summary>
    /// <returns>The prober, and the seconds that it took.</returns>
    public static async Task<(ProberUnderTest Prober, double ConnectedAfter)> StartAsync(
        Fleet fleet, IReadOnlyList<int> ports, IReadOnlyList<string> options, string? binary, CancellationToken stop)
    {
        OpenFiles.Require(fleet);
        var began = Stopwatch.GetTimestamp();
        var prober = await ProberUnderTest.StartAsync(fleet.ProbeFiles(ports), options, binary, stop);
        try
        {
            // By the log, not by scrapes: these are what is measured later.
            while (prober.Events(LinkLogEvents.Connected).Count() + prober.Events(LinkLogEvents.Reconnected).Count() < fleet.Links)
            {
                if (Stopwatch.GetElapsedTime(began) > OpenLimit)
                    throw new BeyondReachException($"{fleet.Endpoints:N0} endpoints: not all of {fleet.Links:N0} links were open after {OpenLimit.TotalMinutes:0.#} min");
                await Task.Delay(250, stop);
            }

            var connectedAfter = Stopwatch.GetElapsedTime(began).TotalSeconds;
            // Responders are dialled behind the links that they answer.
            while ((await FleetPage.ReadAsync(fleet, prober.Metrics, stop)).Successes.Any(successes => successes == 0))
            {
                if (Stopwatch.GetElapsedTime(began) > OpenLimit)
                    throw new BeyondReachException($"{fleet.Endpoints:N0} endpoints: not all of {fleet.Links:N0} links had an answer after {OpenLimit.TotalMinutes:0.#} min");
                await Task.Delay(TimeSpan.FromSeconds(1), stop);
            }

            return (prober, connectedAfter);
        }
        catch
        {
            await prober.DisposeAsync();
            throw;
        }
    }

    /// <summary>Measures.</summary>
    /// <param name="andThen">Goes on with the same prober, warm as it is, before it is ended.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<ScaleReading> RunAsync(Func<ProberUnderTest, Task>? andThen, CancellationToken stop)
    {
        Progress.Say($"scale: {fleet.Endpoints} endpoints, {fleet.Links} links");
        var (prober, connectedAfter) = await StartAsync(fleet, brokers.Ports, [], binary, stop);
        await using var _ = prober;
        Progress.Say($"scale: connected after {connectedAfter:0.0} s");
        using var watch = TickWatch.Start(fleet, ProberName, brokers.Ports);
        await Task.Delay(pace.WarmUp, stop);

        var before = await LookAsync(prober, watch, stop);
        List<ScaleWindow> quiet = [], scraped = [];
        for (var round = 0; round < pace.Rounds; round++)
        {
            quiet.Add(await WindowAsync(prober, watch, withScrapes: false, stop));
            scraped.Add(await WindowAsync(prober, watch, withScrapes: true, stop));
        }

        var after = await LookAsync(prober, watch, stop);
        List<ScrapeCost> scrapes = [];
        for (var i = 0; i < pace.Scrapes; i++)
        {
            scrapes.Add(await MetricsStream.TimeAsync(prober.Metrics, stop));
            await Task.Delay(200, stop);
        }

        // Where somebody else listens to its subject, a responder that is away is not told of as such.
        watch.Dispose();
        var fault = await FaultAsync(prober, stop);
        if (andThen is not null)
            await andThen(prober);
        return new()
        {
            Fleet = fleet,
            ConnectedAfter = connectedAfter,
            Quiet = quiet,
            Scraped = scraped,
            Accuracy = AccuracyOf(before, after, watch),
            Fault = fault,
            Scrape = new(scrapes.Select(scrape => scrape.Took.TotalMilliseconds)),
            WireBytes = scrapes[^1].Bytes,
            TextBytes = after.Page.Cost.Bytes,
            Samples = after.Page.Cost.Samples,
        };
    }

    private async Task<ScaleWindow> WindowAsync(ProberUnderTest prober, TickWatch watch, bool withScrapes, CancellationToken stop)
    {
        watch.TakeMilliseconds();
        var meters = (Prober: CpuMeter.Of(prober.ProcessId), Brokers: new CpuMeter(() => brokers.Cpu), Own: CpuMeter.Of(Environment.ProcessId));
        var began = Stopwatch.GetTimestamp();
        for (var next = TimeSpan.FromSeconds(1); withScrapes && next < pace.Window; next += TimeSpan.FromSeconds(1))
        {
            await MetricsStream.TimeAsync(prober.Metrics, stop);
            await DelayUntilAsync(next);
        }

        await DelayUntilAsync(pace.Window);
        var usage = prober.Usage;
        return new(
            meters.Prober.Percent, meters.Brokers.Percent, meters.Own.Percent, usage.ResidentBytes, usage.Threads, new Samples(watch.TakeMilliseconds()));

        Task DelayUntilAsync(TimeSpan since) =>
            Stopwatch.GetElapsedTime(began) is var now && now < since ? Task.Delay(since - now, stop) : Task.CompletedTask;
    }

    private async Task<(FleetPage Page, long[] Arrivals)> LookAsync(ProberUnderTest prober, TickWatch watch, CancellationToken stop)
    {
        var page = await FleetPage.ReadAsync(fleet, prober.Metrics, stop);
        return page.Connected.All(connected => connected == 1)
            ? (page, watch.Arrivals())
            : throw new InvalidOperationException($"{page.Connected.Count(connected => connected == 0)} links are not open though no broker failed");
    }

    private static ScaleAccuracy AccuracyOf((FleetPage Page, long[] Arrivals) before, (FleetPage Page, long[] Arrivals) after, TickWatch watch)
    {
        var seconds = Stopwatch.GetElapsedTime(before.Page.AskedAt, after.Page.AskedAt).TotalSeconds;
        var ticks = after.Page.Ticks.Zip(before.Page.Ticks, (later, earlier) => later - earlier).ToList();
        long Of(string outcome) => after.Page.ByOutcome.GetValueOrDefault(outcome) - before.Page.ByOutcome.GetValueOrDefault(outcome);
        return new(
            seconds,
            ticks.Sum(),
            Of("success"),
            Of("missed"),
            Of("indeterminate"),
            ticks.Max(count => Math.Abs(count - (seconds / Fleet.Every.TotalSeconds))),
            watch.Links.Max(link => Math.Abs(
                after.Page.Successes[link] - before.Page.Successes[link] - (after.Arrivals[link] - before.Arrivals[link]))));
    }

    private async Task<ScaleFault> FaultAsync(ProberUnderTest prober, CancellationToken stop)
    {
        var broker = brokers.All[0];
        await FleetBrokers.UntilServesAsync(broker, stop); // once for nothing: the code of the clock must not be compiled while it is read
        var before = Outages(prober).ToList();
        // Why is told when they begin; the first of a kind stands for those like it.
        foreach (var alike in before.Count == 0 ? [] : prober.Events(LinkLogEvents.Disconnected).Concat(prober.Events(LinkLogEvents.OutageBegan)).GroupBy(line => $"{Of(line, "Cause")}: {Of(line, "Detail")}"))
            Progress.Say($"scale: {alike.Count()} outages that never were began with {alike.Key}; the first: {alike.First().State}");

        var killed = broker.Kill();
        await broker.ExitedAsync(stop);
        await Task.Delay(Away, stop);
        var serving = FleetBrokers.UntilServesAsync(broker, stop);
        await broker.StartAsync(stop);
        var truth = Stopwatch.GetElapsedTime(killed, await serving).TotalSeconds;

        var since = Stopwatch.GetTimestamp();
        List<ProberLogLine> told;
        int tellers;
        do
        {
            await Task.Delay(250, stop);
            told = [.. Outages(prober).Skip(before.Count).Where(line => Of(line, "Endpoint").GetString() == "e0")];
            tellers = told.DistinctBy(Cluster).Count();
        }
        while (tellers < fleet.Clusters && Stopwatch.GetElapsedTime(since) < Soon);

        foreach (var again in told.GroupBy(Cluster).Where(lines => lines.Count() > 1).SelectMany(lines => lines).Take(4))
            Progress.Say($"scale: told more than once: {again.State}");
        return new(
            truth,
            fleet.Clusters,
            tellers,
            told.Count - tellers,
            before.Count,
            new(told.Select(line => (Of(line, "LengthSeconds").GetDouble() - truth) * 1000)));
    }

    private static IEnumerable<ProberLogLine> Outages(ProberUnderTest prober) => prober.Events(LinkLogEvents.OutageEnded);

    private static JsonElement Of(ProberLogLine line, string name) => line.State.GetProperty(name);

    private static string? Cluster(ProberLogLine line) => Of(line, "Cluster").GetString();
}

/// <summary>The machine cannot carry so many endpoints, with the brokers and the one who measures beside them.</summary>
/// <param name="message">How many, and what did not come about.</param>
internal sealed class BeyondReachException(string message) : Exception(message);
