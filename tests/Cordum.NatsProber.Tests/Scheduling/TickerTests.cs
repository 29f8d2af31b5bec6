using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Scheduling;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cordum.NatsProber.Tests.Scheduling;

/// <summary>A ticker whose probe waits to be told how to end.</summary>
public sealed class TickerTests : IDisposable
{
    private static readonly LinkIdentity Link = new("c", "nats-0", "endpoint");
    private static readonly DateTimeOffset First = new(2026, 11, 23, 3, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _schedule = new(First);
    private readonly FakeTimeProvider _wall = new(First);
    private readonly ProberMetrics _metrics;
    private readonly Ticker _ticker;
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource<TickResult> _probe = NewProbe();
    private int _started;

    public TickerTests()
    {
        _metrics = new ProberMetrics("p", new ProberClock(_schedule), new StallRecord());
        var series = _metrics.ForProbe(Link, ProbeKind.Request, Every, First);
        _ticker = new Ticker("c/nats-0/request", First, Every, ProbeAsync, series, _schedule, _wall, NullLogger<Ticker>.Instance);
    }

    public void Dispose() => _stop.Dispose();

    private static TaskCompletionSource<TickResult> NewProbe() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TickResult Success => new(Outcome.Success, TimeSpan.FromMilliseconds(3));

    private async Task<TickResult> ProbeAsync(CancellationToken stop)
    {
        Interlocked.Increment(ref _started);
        return await _probe.Task.WaitAsync(stop);
    }

    private double Count(Outcome outcome)
    {
        _metrics.Publish();
        return _metrics.Probes.Ticks.WithLabels("c", "nats-0", "endpoint", "request", SnakeCase.Of(outcome)).Value;
    }

    private double Total() => ProbeKinds.Outcomes(ProbeKind.Request).Sum(Count);

    private long Durations() => _metrics.Probes.TickDuration.WithLabels("c", "nats-0", "endpoint", "request").Count;

    private double LastCompleted() => _metrics.Probes.LastCompleted.WithLabels("c", "nats-0").Value;

    /// <summary>The scheduler fires a tick, in time unless told otherwise.</summary>
    private void Fire(int number, TimeSpan after = default)
    {
        var due = First + (number * Every);
        _schedule.SetUtcNow(due + after);
        _ticker.Fire(due, _stop.Token);
    }

    private async Task EndAsync(TickResult result)
    {
        var running = _ticker.Running;
        _probe.SetResult(result);
        await running;
        _probe = NewProbe();
    }

    public static TheoryData<Outcome> Outcomes => [.. ProbeKinds.Outcomes(ProbeKind.Request)];

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task A_tick_has_the_outcome_that_its_probe_gives_and_no_other(Outcome outcome)
    {
        Fire(0);
        await EndAsync(outcome == Outcome.Success ? Success : new TickResult(outcome));

        Assert.Equal(1, Count(outcome));
        Assert.Equal(1, Total());
        Assert.Equal(outcome == Outcome.Success ? 1 : 0, Durations());
    }

    [Fact]
    public async Task A_tick_under_way_has_no_outcome_yet()
    {
        Fire(0);
        Assert.Equal(0, Total());
        Assert.False(_ticker.Running.IsCompleted);

        await EndAsync(Success);
        Assert.Equal(1, Total());
    }

    [Fact]
    public async Task A_tick_that_comes_while_the_one_before_is_under_way_is_missed()
    {
        Fire(0);
        Fire(1);
        Fire(2);
        Assert.Equal(2, Count(Outcome.Missed));

        await EndAsync(Success);
        Fire(3);
        await EndAsync(Success);

        Assert.Equal((2, 2, 4), (Count(Outcome.Success), Count(Outcome.Missed), Total()));
        Assert.Equal(2, _started);
    }

    [Fact]
    public async Task Ticks_that_were_never_fired_are_missed()
    {
        Fire(0);
        await EndAsync(Success);
        Fire(5);
        await EndAsync(new TickResult(Outcome.Timeout));

        Assert.Equal((1, 1, 4, 6), (Count(Outcome.Success), Count(Outcome.Timeout), Count(Outcome.Missed), Total()));
    }

    [Fact]
    public void A_stale_tick_is_missed_and_never_run()
    {
        Fire(0, after: Every);

        Assert.Equal((1, 1), (Count(Outcome.Missed), Total()));
        Assert.Equal(0, _started);
    }

    [Fact]
    public async Task A_tick_that_is_skipped_and_then_overrun_is_counted_once()
    {
        Fire(0);
        Fire(3); // 1 and 2 skipped, 3 overrun
        Assert.Equal(3, Count(Outcome.Missed));

        await EndAsync(Success);
        Assert.Equal(4, Total());
    }

    [Fact]
    public async Task A_tick_that_is_fired_twice_is_run_once()
    {
        Fire(0);
        await EndAsync(Success);
        Fire(0, after: TimeSpan.FromMilliseconds(100));

        Assert.True(_ticker.Running.IsCompleted);
        Assert.Equal((1, 1), (Total(), _started));
    }

    [Fact]
    public async Task A_probe_that_throws_is_an_error_and_the_next_tick_runs()
    {
        Fire(0);
        var running = _ticker.Running;
        _probe.SetException(new InvalidOperationException("a bug"));
        await running;
        _probe = NewProbe();
        Fire(1);
        await EndAsync(Success);

        Assert.Equal((1, 1, 2), (Count(Outcome.Error), Count(Outcome.Success), Total()));
    }

    [Fact]
    public async Task A_probe_that_is_cancelled_by_something_else_than_the_stop_is_an_error()
    {
        Fire(0);
        var running = _ticker.Running;
        _probe.SetCanceled(TestContext.Current.CancellationToken);
        await running;

        Assert.Equal((1, 1), (Count(Outcome.Error), Total()));
    }

    [Fact]
    public async Task At_the_stop_a_tick_under_way_ends_without_outcome()
    {
        Fire(0);
        var running = _ticker.Running;
        await _stop.CancelAsync();
        await running;

        Assert.Equal(0, Total());
    }

    [Fact]
    public async Task A_probe_that_has_its_outcome_at_the_stop_keeps_it()
    {
        Fire(0);
        var running = _ticker.Running;
        _probe.SetResult(Success);
        await running;
        await _stop.CancelAsync();

        Assert.Equal((1, 1), (Count(Outcome.Success), Total()));
    }

    /// <summary>The scheduler's thread has others to fire: a probe that computes before it waits must not hold it.</summary>
    [Fact]
    public async Task Firing_returns_before_the_probe_has_started()
    {
        using var let = new ManualResetEventSlim();
        var series = _metrics.ForProbe(Link, ProbeKind.Request, Every, First);
        var ticker = new Ticker(
            "busy",
            First,
            Every,
            stop =>
            {
                let.Wait(TimeSpan.FromSeconds(20), stop);
                return Task.FromResult(Success);
            },
            series,
            _schedule,
            _wall,
            NullLogger<Ticker>.Instance);

        ticker.Fire(First, _stop.Token);
        Assert.False(ticker.Running.IsCompleted);

        let.Set();
        await ticker.Running;
        Assert.Equal(1, Count(Outcome.Success));
    }

    [Fact]
    public async Task The_time_of_completion_is_wall_time_and_the_start_at_first()
    {
        Assert.Equal(First.ToUnixTimeMilliseconds() / 1000.0, LastCompleted());

        Fire(0);
        _wall.Advance(TimeSpan.FromSeconds(7));
        Fire(1); // missed: nothing was completed
        Assert.Equal(First.ToUnixTimeMilliseconds() / 1000.0, LastCompleted());

        await EndAsync(new TickResult(Outcome.Disconnected));
        Assert.Equal((First.ToUnixTimeMilliseconds() / 1000.0) + 7, LastCompleted());
    }
}
