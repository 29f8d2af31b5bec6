using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Scheduling;
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

/// <summary>What one probe of one pass found out.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Endpoint">The endpoint, <c>_cluster</c>, or for a route both ends as <c>from>to</c>.</param>
/// <param name="Probe">The kind of measurement.</param>
/// <param name="Url">The address that was asked, of the endpoint or its monitor; null where there is not one of them.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Cause">Why the link is down; null unless it is.</param>
/// <param name="Detail">For people.</param>
/// <param name="Duration">How long it took, if it succeeded.</param>
/// <param name="Broker">The broker that the link is or was open to.</param>
internal sealed record OnceResult(
    string Cluster, string Endpoint, ProbeKind Probe, Uri? Url, Outcome Outcome, DisconnectCause? Cause, string? Detail, TimeSpan? Duration, BrokerInfo? Broker);

/// <summary><c>natsprober once</c>: one tick of every probe, over the same links as the service holds.</summary>
internal static class OnceCommand
{
    /// <summary>
    /// A process that has just started compiles its code while it measures. A tick that says nothing because of that is repeated, this often.
    /// </summary>
    private const int Attempts = 5;

    /// <summary>Runs one pass, or cleans up in place of one.</summary>
    /// <returns>0 ok, 1 warning, 2 critical, 3 unknown: the codes of Nagios plugins.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyDictionary<string, string?> options, OnceFormat format, bool cleanUp, TextWriter output, TextWriter error, CancellationToken stop)
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
        var parts = new ProberParts(settings.Prober, clock, time, new MonotonicWallClock(time), stalls, metrics, NullLoggerFactory.Instance) { Program = "natsprober-once" };
        var probing = new Probing(parts, files);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = Task.CompletedTask;
        try
        {
            await probing.DiscoverOnceAsync(stop).ConfigureAwait(false);
            running = probing.RunAsync(end.Token);
            if (cleanUp)
                return await OnceCleanup.RunAsync(probing, time, output, stop).ConfigureAwait(false);

            var results = await ProbeAllAsync(probing, time, stop).ConfigureAwait(false);
            if (format == OnceFormat.Prometheus)
                await OnceReport.WriteSeriesAsync(metrics, output).ConfigureAwait(false);
            else
                OnceReport.Write(format, results, output);
            return OnceReport.Code(results);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await error.WriteLineAsync("natsprober: interrupted before everything was done").ConfigureAwait(false);
            return OnceReport.Unknown;
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Links first: what goes over them is then not held up by their making. And requests before the rest, so that nothing is measured while the code of something
    /// else is being compiled.
    /// </summary>
    private static async Task<List<OnceResult>> ProbeAllAsync(Probing probing, TimeProvider time, CancellationToken stop)
    {
        var endpoints = probing.Clusters.SelectMany(cluster => cluster.Endpoints).ToDictionary(link => (link.Cluster, link.Endpoint.Name), link => link.Endpoint);
        await Task.WhenAll(probing.Tasks.Select(task => task.Link?.Settled.WaitAsync(stop) ?? Task.CompletedTask)).ConfigureAwait(false);
        var results = new List<OnceResult>();
        foreach (var kind in probing.Tasks.GroupBy(task => task.Kind).OrderBy(group => group.Key))
            results.AddRange(await Task.WhenAll(kind.Select(task => ProbeAsync(task, AddressOf(task), time, stop))).ConfigureAwait(false));
        return results;

        Uri? AddressOf(ProbeTask task) => endpoints.GetValueOrDefault((task.Cluster, task.Place)) is not { } endpoint ? null
            : task.Kind == ProbeKind.Broker ? endpoint.Monitor
            : endpoint.Url;
    }

    private static async Task<OnceResult> ProbeAsync(ProbeTask task, Uri? url, TimeProvider time, CancellationToken stop)
    {
        var tick = await task.RunAsync(stop).ConfigureAwait(false);
        for (var again = 0; tick.Outcome == Outcome.Indeterminate && again < Attempts; again++)
            tick = await task.RunAsync(stop).ConfigureAwait(false);
        task.Series.Completed(tick, time.GetUtcNow());
        var link = task.Link?.Snapshot;
        return new(task.Cluster, task.Place, task.Kind, url, tick.Outcome, link?.State.LatestCause, tick.Detail ?? task.Link?.LatestDetail, tick.Duration, link?.Broker);
    }
}
