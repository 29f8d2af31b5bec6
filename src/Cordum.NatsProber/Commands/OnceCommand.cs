using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cordum.NatsProber.Commands;

/// <summary>How <c>natsprober once</c> prints.</summary>
internal enum OnceFormat
{
    /// <summary>A table for people.</summary>
    Table,

    /// <summary>One JSON object.</summary>
    Json,

    /// <summary>One line with performance data, as Nagios and its kin read it.</summary>
    Nagios,

    /// <summary>The series, as a scrape would show them.</summary>
    Prometheus,
}

/// <summary>What one pass found out about one endpoint.</summary>
internal sealed record OnceResult(
    string Cluster, string Endpoint, Uri Url, Outcome Outcome, DisconnectCause? Cause, string? Detail, TimeSpan? Duration, BrokerInfo? Broker);

/// <summary><c>natsprober once</c>: one tick of every probe, over the same links as the service holds.</summary>
internal static class OnceCommand
{
    /// <summary>
    /// A process that has just started compiles its code while it measures. A tick that says nothing because of that is repeated, this often.
    /// </summary>
    private const int Attempts = 5;

    /// <summary>Runs one pass.</summary>
    /// <returns>0 ok, 1 warning, 2 critical, 3 unknown: the codes of Nagios plugins.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyDictionary<string, string?> options, OnceFormat format, TextWriter output, TextWriter error, CancellationToken stop)
    {
        if (CommandInput.Read(options, error) is not var (settings, files, warnings))
        {
            // Who reads the line of a check does not see standard error.
            if (format == OnceFormat.Nagios)
                await output.WriteLineAsync("NATS UNKNOWN - bad settings or probe files; standard error tells which").ConfigureAwait(false);
            return OnceReport.Unknown;
        }

        CommandInput.WriteWarnings(warnings, error);

        var time = TimeProvider.System;
        var clock = new ProberClock(time);
        var record = new StallRecord();
        using var stalls = new StallWatch(clock, record);
        var metrics = new ProberMetrics(settings.Prober, clock, record);
        var parts = new ProberParts(settings.Prober, clock, time, new MonotonicWallClock(time), stalls, metrics, NullLoggerFactory.Instance);
        var links = files.SelectMany(file => ProbedLink.Of(parts, file)).ToList();

        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = Task.WhenAll(links.Select(link => link.RunAsync(end.Token)));
        OnceResult[] results;
        try
        {
            results = await Task.WhenAll(links.Select(link => ProbeAsync(link, time, stop))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await running.ConfigureAwait(false);
            await error.WriteLineAsync("natsprober: interrupted before every endpoint was probed").ConfigureAwait(false);
            return OnceReport.Unknown;
        }

        if (format == OnceFormat.Prometheus)
            await OnceReport.WriteSeriesAsync(metrics, output).ConfigureAwait(false);
        else
            OnceReport.Write(format, results, output);
        await end.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        return OnceReport.Code(results);
    }

    private static async Task<OnceResult> ProbeAsync(ProbedLink link, TimeProvider time, CancellationToken stop)
    {
        await link.Link.Settled.WaitAsync(stop).ConfigureAwait(false);
        var tick = await link.Request.RunAsync(stop).ConfigureAwait(false);
        for (var again = 0; tick.Outcome == Outcome.Indeterminate && again < Attempts; again++)
            tick = await link.Request.RunAsync(stop).ConfigureAwait(false);
        link.Series.Completed(tick, time.GetUtcNow());
        var (state, _, broker) = link.Link.Snapshot;
        return new(
            link.Link.Identity.Cluster,
            link.Link.Identity.Endpoint,
            link.Endpoint.Url,
            tick.Outcome,
            state.LatestCause,
            tick.Detail ?? link.Link.LatestDetail,
            tick.Duration,
            broker);
    }
}
