using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cordum.NatsProber.Commands;

/// <summary>Both views of the moment, without a running prober: the links are opened, every broker is asked once, and all is closed again.</summary>
internal static class OwnLook
{
    /// <summary>How long the connections to ask over may take to be made once the links are.</summary>
    private static readonly TimeSpan ObserversPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    /// <summary>A process that has just started compiles its code while it measures. A tick that says nothing because of that is repeated, this often.</summary>
    private const int Attempts = 5;

    /// <summary>Looks.</summary>
    public static async Task<ViewReport> TakeAsync(ProberSettings settings, IReadOnlyList<ProbeFile> files, CancellationToken stop)
    {
        var time = TimeProvider.System;
        var clock = new ProberClock(time);
        var record = new StallRecord();
        using var stalls = new StallWatch(clock, record);
        var parts = new ProberParts(
            settings.Prober, clock, time, new MonotonicWallClock(time), stalls, new ProberMetrics(settings.Prober, clock, record), NullLoggerFactory.Instance);
        // Brokers are asked here, whether or not the probe file asks them.
        var probing = new Probing(parts, [.. files.Select(file => file with { Probes = file.Probes with { Broker = file.Probes.Broker ?? new BrokerProbe() } })]);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = Task.CompletedTask;
        try
        {
            await probing.DiscoverOnceAsync(stop).ConfigureAwait(false);
            running = probing.RunAsync(end.Token);
            await Task.WhenAll(probing.Tasks.Select(task => task.Link?.Settled.WaitAsync(stop) ?? Task.CompletedTask)).ConfigureAwait(false);
            await ObserversAsync(probing, clock, time, stop).ConfigureAwait(false);
            await Task.WhenAll(probing.Clusters.SelectMany(cluster => cluster.Endpoints).Select(link => AskAsync(link, stop))).ConfigureAwait(false);
            return ComparedViews.Of(parts, probing);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }
    }

    private static async Task AskAsync(ProbedLink link, CancellationToken stop)
    {
        var tick = await link.Broker!.Task.RunAsync(stop).ConfigureAwait(false);
        for (var again = 0; tick.Outcome == Outcome.Indeterminate && again < Attempts; again++)
            tick = await link.Broker.Task.RunAsync(stop).ConfigureAwait(false);
    }

    private static async Task ObserversAsync(Probing probing, ProberClock clock, TimeProvider time, CancellationToken stop)
    {
        var latest = clock.Now + ObserversPatience;
        while (clock.Now < latest && probing.Clusters.Any(IsWaiting))
            await Task.Delay(Glance, time, stop).ConfigureAwait(false);

        static bool IsWaiting(ProbedCluster cluster) =>
            cluster.Endpoints.Any(link => link.IsUp) && !(cluster.View.Account.AreListening && cluster.View.System is null or { AreListening: true });
    }
}
