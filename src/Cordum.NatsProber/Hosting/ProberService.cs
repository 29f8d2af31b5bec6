using Cordum.NatsProber.Probes;
using Cordum.NatsProber.Scheduling;
using Quartz;

namespace Cordum.NatsProber.Hosting;

/// <summary>
/// The prober itself: all links and their schedule. It begins when the web server is up, so that <c>/metrics</c> answers before the first dial, and
/// ends before the web server does.
/// </summary>
internal sealed class ProberService : IHostedLifecycleService
{
    private readonly ProberLifetime _lifetime;
    private readonly ILogger<ProberService> _log;
    private readonly IReadOnlyList<ProbedLink> _links;
    private Task _running = Task.CompletedTask;

    public ProberService(ProberParts parts, IReadOnlyList<ProbeFile> files, ISchedulerFactory quartz, ProberLifetime lifetime)
    {
        _lifetime = lifetime;
        _log = parts.Logs.CreateLogger<ProberService>();
        _links = [.. files.SelectMany(file => ProbedLink.Of(parts, file))];
        Schedule = new ProbeSchedule(quartz, [.. _links.Select(link => TickerOf(parts, link))]);
    }

    /// <summary>The schedule of all probes.</summary>
    public ProbeSchedule Schedule { get; }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(_links.Select(link => Task.Run(() => link.RunAsync(_lifetime.Stopping), CancellationToken.None)));
        await Schedule.StartAsync(cancellationToken).ConfigureAwait(false);
        ProberLog.Started(_log, _links.Count, _links.Select(link => link.Link.Identity.Cluster).Distinct().Count());
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _lifetime.StopAsync().ConfigureAwait(false);
        try
        {
            await Schedule.StopAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ProberLog.Unfinished(_log);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static Ticker TickerOf(ProberParts parts, ProbedLink link)
    {
        var (cluster, endpoint, _) = link.Link.Identity;
        var phase = TickPhase.Of(cluster, endpoint, "request", link.Every);
        var first = TickPhase.FirstAfter(parts.ScheduleTime.GetUtcNow(), phase, link.Every);
        return new Ticker(
            $"{cluster}/{endpoint}/request",
            first,
            link.Every,
            link.Request.RunAsync,
            link.Series,
            parts.ScheduleTime,
            parts.Time,
            parts.Logs.CreateLogger<Ticker>());
    }
}

internal static partial class ProberLog
{
    [LoggerMessage(50, LogLevel.Information, "Probing {Endpoints} endpoints in {Clusters} clusters")]
    public static partial void Started(ILogger log, int endpoints, int clusters);

    [LoggerMessage(51, LogLevel.Warning, "Some links were not closed in time; the process ends without waiting for them")]
    public static partial void Unfinished(ILogger log);
}
