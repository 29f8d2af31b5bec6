using Cordum.NatsProber.Brokers;
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
    private readonly ProberParts _parts;
    private readonly ProberLifetime _lifetime;
    private readonly ILogger<ProberService> _log;
    private readonly Probing _probing;
    private Task _running = Task.CompletedTask;

    public ProberService(ProberParts parts, IReadOnlyList<ProbeFile> files, ISchedulerFactory quartz, ProberLifetime lifetime)
    {
        _parts = parts;
        _lifetime = lifetime;
        _log = parts.Logs.CreateLogger<ProberService>();
        _probing = new Probing(parts, files);
        Schedule = new ProbeSchedule(quartz);
    }

    /// <summary>The schedule of all probes.</summary>
    public ProbeSchedule Schedule { get; }

    /// <summary>Both views of every link, now.</summary>
    public ViewReport Compare() => ComparedViews.Of(_parts, _probing);

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await Schedule.StartAsync(cancellationToken).ConfigureAwait(false);
        await AddAsync(_probing.Tasks).ConfigureAwait(false);
        _probing.Schedule = AddAsync;
        _probing.Unschedule = tasks => Task.WhenAll(tasks.Select(task => Schedule.RemoveAsync(task.Name)));
        _running = _probing.RunAsync(_lifetime.Stopping);
        ProberLog.Started(_log, _probing.Clusters.Sum(cluster => cluster.Endpoints.Count), _probing.Clusters.Count());
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _lifetime.StopAsync().ConfigureAwait(false);
        try
        {
            // In this order: who is still changing the schedule must not find it shut down.
            await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
            await Schedule.StopAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ProberLog.Unfinished(_log);
        }
        catch (Exception e)
        {
            ProberLog.FailedAtTheEnd(_log, e);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task AddAsync(IReadOnlyList<ProbeTask> tasks)
    {
        foreach (var task in tasks)
            await Schedule.AddAsync(TickerOf(task), _lifetime.Stopping).ConfigureAwait(false);
    }

    private Ticker TickerOf(ProbeTask task)
    {
        var phase = TickPhase.Of(task.Cluster, task.Place, Links.SnakeCase.Of(task.Kind), task.Every);
        var first = TickPhase.FirstAfter(_parts.ScheduleTime.GetUtcNow(), phase, task.Every);
        return new Ticker(task.Name, first, task.Every, task.RunAsync, task.Series, _parts.ScheduleTime, _parts.Time, _parts.Logs.CreateLogger<Ticker>());
    }
}

internal static partial class ProberLog
{
    [LoggerMessage(50, LogLevel.Information, "Probing {Endpoints} endpoints in {Clusters} clusters")]
    public static partial void Started(ILogger log, int endpoints, int clusters);

    [LoggerMessage(51, LogLevel.Warning, "Some links were not closed in time; the process ends without waiting for them")]
    public static partial void Unfinished(ILogger log);

    [LoggerMessage(52, LogLevel.Error, "The prober failed while it was ending, which is its own fault and not the broker's")]
    public static partial void FailedAtTheEnd(ILogger log, Exception fault);
}
