
namespace Cordum.NatsProber.Timing;

/// <summary>What kept the prober itself from running; the <c>kind</c> label of <c>cordum_nats_prober_stall_seconds_total</c>.</summary>
public enum StallKind
{
    /// <summary>The operating system did not run the process: no CPU, suspended, or a host that sleeps.</summary>
    Scheduler,

    /// <summary>The garbage collector paused the process.</summary>
    Gc,

    /// <summary>Work waited for a thread of the pool.</summary>
    Threadpool,
}

/// <summary>
/// Watches the prober itself. A thread of its own wakes every <see cref="Beat"/> and measures how late it is; at each beat it also asks the thread
/// pool for a sign of life. A probe that fails while the prober was held up says nothing about the broker.
/// </summary>
internal sealed class StallWatch : IDisposable
{
    /// <summary>How often it wakes.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);

    /// <summary>Lateness up to this is the ordinary noise of timers and a shared CPU.</summary>
    public static readonly TimeSpan Noise = TimeSpan.FromMilliseconds(20);

    private readonly ProberClock _clock;
    private readonly StallRecord _record;

    // With the spinning before it sleeps that is its default: a thread that does nothing but sleep is let in by the kernel before its siblings that work, and would not see how
    // those are starved. Without it half of a starvation was told, and ticks that it held up were called failures (eng/bench.sh stalls).
    private readonly ManualResetEventSlim _stop = new();

    private readonly Thread _thread;
    private long _poolAskedTicks;

    /// <summary>Starts watching.</summary>
    /// <param name="clock">The prober's clock.</param>
    /// <param name="record">Where stalls are written down.</param>
    public StallWatch(ProberClock clock, StallRecord record)
    {
        _clock = clock;
        _record = record;
        _thread = new Thread(Watch) { IsBackground = true, Name = "stall watch", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>How much of an interval the prober was awake, and could have heard an answer.</summary>
    public TimeSpan Awake(TimeSpan from, TimeSpan to) => to - from - Stalled(from, to);

    /// <summary>How much of an interval the prober was held up, as far as is known at <paramref name="to"/>.</summary>
    public TimeSpan Stalled(TimeSpan from, TimeSpan to)
    {
        var known = _record.Overlap(from, to);
        // Somebody may ask in the middle of a stall, before the watch has been let back in to write it down.
        var beat = Unwritten(_record.LatestBeat + Beat, from, to);
        var asked = TimeSpan.FromTicks(Interlocked.Read(ref _poolAskedTicks));
        var pool = asked > TimeSpan.Zero ? Unwritten(asked, from, to) : TimeSpan.Zero;
        // A question to the pool that is still open may reach back over stalls that are written down.
        return Instant.Earlier(known + Instant.Later(beat, pool), to - from);
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private static TimeSpan Unwritten(TimeSpan due, TimeSpan from, TimeSpan to)
    {
        var held = to - Instant.Later(due, from);
        return held > Noise ? held : TimeSpan.Zero;
    }

    private void Watch()
    {
        var gcPaused = GC.GetTotalPauseDuration();
        _record.Woke(_clock.Now);
        while (true)
        {
            var slept = _clock.Now;
            if (_stop.Wait(Beat))
                return;

            var woke = _clock.Now;
            var late = woke - slept - Beat;
            var gcBefore = gcPaused;
            gcPaused = GC.GetTotalPauseDuration();
            if (late > Noise)
                _record.Add(gcPaused - gcBefore > late / 2 ? StallKind.Gc : StallKind.Scheduler, woke - late, woke);
            _record.Woke(woke);
            AskPool(woke);
        }
    }

    private void AskPool(TimeSpan now)
    {
        if (Interlocked.CompareExchange(ref _poolAskedTicks, now.Ticks, 0) != 0)
            return; // the last question is still unanswered

        ThreadPool.UnsafeQueueUserWorkItem(
            static watch =>
            {
                var asked = TimeSpan.FromTicks(Interlocked.Exchange(ref watch._poolAskedTicks, 0));
                // A stall of the whole process holds up the pool too. From the beat that is overdue on, it is the watch's to write down.
                var answered = Instant.Earlier(watch._clock.Now, watch._record.LatestBeat + Beat);
                if (answered - asked > Noise)
                    watch._record.Add(StallKind.Threadpool, asked, answered);
            },
            this,
            preferLocal: false);
    }
}
