using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Time.Testing;

namespace Cordum.NatsProber.Tests.Timing;

/// <summary>Alone in the process: one of these tests holds up the thread pool, which the others share.</summary>
[Collection(nameof(StallWatchTests))]
[CollectionDefinition(nameof(StallWatchTests), DisableParallelization = true)]
public sealed class StallWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    /// <summary>A watch that has just woken at 10 s on a clock that stands still.</summary>
    private static (StallWatch Watch, StallRecord Record, FakeTimeProvider Time) At10Seconds()
    {
        var time = new FakeTimeProvider();
        var record = new StallRecord();
        var clock = new ProberClock(time);
        time.Advance(Ms(10_000));
        var watch = new StallWatch(clock, record);
        Assert.True(SpinWait.SpinUntil(() => record.LatestBeat == Ms(10_000), Patience));
        return (watch, record, time);
    }

    [Fact]
    public void What_is_left_of_an_interval_is_the_time_awake()
    {
        var (watch, record, _) = At10Seconds();
        using (watch)
        {
            record.Add(StallKind.Gc, Ms(9600), Ms(9651));

            Assert.Equal(Ms(449), watch.Awake(Ms(9500), Ms(10_000)));
            Assert.Equal(Ms(500), watch.Awake(Ms(9000), Ms(9500)));
        }
    }

    [Fact]
    public void Who_asks_in_the_middle_of_a_stall_is_told_of_it()
    {
        var (watch, _, _) = At10Seconds();
        using (watch)
        {
            // The watch has not woken since 10 s, though it should have at 10.02 s.
            Assert.InRange(watch.Stalled(Ms(10_100), Ms(10_500)), Ms(400), Ms(400));
            Assert.InRange(watch.Stalled(Ms(9000), Ms(10_500)), Ms(480), Ms(500));
        }
    }

    [Fact]
    public void Noise_is_no_stall()
    {
        var (watch, _, _) = At10Seconds();
        using (watch)
            Assert.Equal(TimeSpan.Zero, watch.Stalled(Ms(9000), Ms(10_020)));
    }

    [Fact]
    public void A_process_that_was_not_run_is_written_down_as_held_up()
    {
        var (watch, record, time) = At10Seconds();
        using (watch)
        {
            // Time that passes while the watch sleeps is time that it overslept. A jump may fall just between two sleeps: then another one counts.
            var now = Ms(10_000);
            for (var jumps = 0; jumps < 20 && record.Total(StallKind.Scheduler) == TimeSpan.Zero; jumps++)
            {
                time.Advance(Ms(500));
                now += Ms(500);
                Assert.True(SpinWait.SpinUntil(() => record.LatestBeat == now, Patience));
            }

            Assert.Equal(Ms(480), record.Total(StallKind.Scheduler));
            Assert.Equal(Ms(20), watch.Awake(now - Ms(500), now));
        }
    }

    [Fact]
    public void A_blocked_thread_pool_is_written_down_as_such()
    {
        var record = new StallRecord();
        var clock = new ProberClock(TimeProvider.System);
        using var watch = new StallWatch(clock, record);
        using var release = new ManualResetEventSlim();
        Assert.True(SpinWait.SpinUntil(() => record.LatestBeat > TimeSpan.Zero, Patience));
        var blockers = (2 * ThreadPool.ThreadCount) + 64;
        using var released = new CountdownEvent(blockers);
        var began = clock.Now;
        for (var i = 0; i < blockers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    release.Wait(Patience);
                    released.Signal();
                },
                null);
        }

        // In the middle of the stall it can be asked already; at its end it is written down. On a busy machine the process itself may be held up, too:
        // so long that enough is left for the pool.
        var seen = SpinWait.SpinUntil(() => record.LatestBeat - began - record.Overlap(began, record.LatestBeat) > Ms(200), Patience)
            && watch.Stalled(began, clock.Now) > Ms(150);
        var now = clock.Now;
        var awake = watch.Awake(began, now);
        release.Set();

        Assert.True(seen);
        Assert.InRange(awake, TimeSpan.Zero, now - began - Ms(150));
        Assert.True(SpinWait.SpinUntil(() => record.Total(StallKind.Threadpool) > Ms(50), Patience));
        Assert.True(released.Wait(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void It_stops_when_it_is_told_to()
    {
        var (watch, record, time) = At10Seconds();
        watch.Dispose();
        time.Advance(Ms(5000));

        Assert.Equal(Ms(10_000), record.LatestBeat);
    }
}
