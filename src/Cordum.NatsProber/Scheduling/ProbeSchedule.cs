using System.Collections.Concurrent;
using Cordum.NatsProber.Timing;
using Quartz;

namespace Cordum.NatsProber.Scheduling;

/// <summary>The Quartz scheduler, with one trigger per probe and one job for all of them. Probes may come and go while it runs.</summary>
internal sealed class ProbeSchedule(ISchedulerFactory factory)
{
    private const string Job = "tick";

    /// <summary>
    /// Triggers that Quartz takes from its store at once. With the default of 1, a thousand probes a second kept two cores busy; with this and
    /// <see cref="FireAhead"/>, five thousand cost 29 % of one.
    /// </summary>
    private const int MaxBatchSize = 50;

    /// <summary>How far ahead of its time a trigger may be fired to go with a batch.</summary>
    private static readonly TimeSpan FireAhead = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentDictionary<string, Ticker> _byName = new();
    private IScheduler? _scheduler;

    /// <summary>The schedule runs.</summary>
    public bool IsRunning => _scheduler is { Status: SchedulerStatus.Running };

    /// <summary>Adds Quartz as the schedule needs it.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="clock">The clock that never steps.</param>
    public static void AddQuartz(IServiceCollection services, MonotonicWallClock clock) =>
        services.AddQuartz(quartz => quartz
            .ConfigureScheduler(options =>
            {
                options.InstanceName = "natsprober";
                options.MaxBatchSize = MaxBatchSize;
                options.BatchTriggerAcquisitionFireAheadTimeWindow = FireAhead;
            })
            .UseDefaultThreadPool(MaxBatchSize) // a batch waits for threads otherwise; each is held for microseconds
            .UseInMemoryStore(store => store.MisfireThreshold = TimeSpan.FromSeconds(1))
            .UseTimeProvider(clock));

    /// <summary>Starts firing.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        _scheduler = await factory.GetScheduler(stop).ConfigureAwait(false);
        await _scheduler.AddJob(JobBuilder.Create<TickJob>().WithIdentity(Job).StoreDurably().Build(), cancellationToken: stop).ConfigureAwait(false);
        await _scheduler.Start(stop).ConfigureAwait(false);
    }

    /// <summary>Fires a ticker from now on.</summary>
    public async Task AddAsync(Ticker ticker, CancellationToken stop)
    {
        _byName[ticker.Name] = ticker;
        var trigger = TriggerBuilder.Create()
            .WithIdentity(ticker.Name)
            .ForJob(Job)
            .StartAt(ticker.First)
            // A tick whose time has passed is counted as missed by its ticker, not caught up with.
            .WithSimpleSchedule(simple => simple
                .WithInterval(ticker.Every)
                .RepeatForever()
                .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount))
            .Build();
        await _scheduler!.ScheduleJob(trigger, cancellationToken: stop).ConfigureAwait(false);
    }

    /// <summary>Fires a ticker no longer. Returns when its tick under way, if any, has ended.</summary>
    public async Task RemoveAsync(string name)
    {
        await _scheduler!.UnscheduleJob(new TriggerKey(name), CancellationToken.None).ConfigureAwait(false);
        if (_byName.TryRemove(name, out var ticker))
            await EndedAsync([ticker]).ConfigureAwait(false);
    }

    /// <summary>Stops firing, and returns when every tick under way has ended.</summary>
    public async Task StopAsync()
    {
        if (_scheduler is not null)
            await _scheduler.Shutdown(waitForJobsToComplete: true, CancellationToken.None).ConfigureAwait(false);
        await EndedAsync(_byName.Values).ConfigureAwait(false);
    }

    /// <remarks>A tick may end where its link's socket is read, which is no place to go on and end the link.</remarks>
    private static async Task EndedAsync(IEnumerable<Ticker> tickers) =>
        await Task.WhenAll(tickers.Select(ticker => ticker.Running)).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

    /// <summary>Fires the ticker that a trigger is named after; one that was removed meanwhile is not there to be fired.</summary>
    public void Fire(string name, DateTimeOffset due, CancellationToken stop)
    {
        if (_byName.TryGetValue(name, out var ticker))
            ticker.Fire(due, stop);
    }
}

/// <summary>The one job: hands the trigger's time to its ticker and returns, so that Quartz's threads are never held by a slow broker.</summary>
internal sealed class TickJob(ProbeSchedule schedule, ProberLifetime lifetime) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        schedule.Fire(context.Trigger.Key.Name, context.ScheduledFireTimeUtc ?? context.FireTimeUtc, lifetime.Stopping);
        return ValueTask.CompletedTask;
    }
}
