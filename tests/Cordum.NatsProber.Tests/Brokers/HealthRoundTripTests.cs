using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>Ticks against answers that the test gives, or withholds, on a clock that it moves.</summary>
public sealed class HealthRoundTripTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan LongAgo = TimeSpan.FromDays(1);

    private static readonly MonitorReply Ok = new MonitorReply.Answered(200, """{"status":"ok"}"""u8.ToArray());
    private static readonly MonitorReply Draining = new MonitorReply.Answered(500, """{"status":"error","error":"draining"}"""u8.ToArray());
    private static readonly MonitorReply Gone = new MonitorReply.Failed(BrokerView.Unreachable, "Connection refused");

    private readonly FakeTimeProvider _time = new();
    private readonly StallRecord _stalls = new();
    private readonly LogLines _log = new();
    private readonly HealthRoundTrip _health;
    private TaskCompletionSource<MonitorReply> _reply = NewReply();
    private CancellationToken _asked;

    public HealthRoundTripTests()
    {
        var clock = new ProberClock(_time);
        // The watch itself has ended; what it would have seen of the prober, the test writes down.
        var watch = new StallWatch(clock, _stalls);
        watch.Dispose();
        _stalls.Woke(LongAgo);
        _health = new HealthRoundTrip(new LinkIdentity("c", "n1", "endpoint"), AskAsync, Timeout, watch, clock, _time, _log);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static TaskCompletionSource<MonitorReply> NewReply() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task<MonitorReply> AskAsync(CancellationToken stop)
    {
        _asked = stop;
        _reply = NewReply();
        return _reply.Task.WaitAsync(stop);
    }

    private Task<TickResult> AnsweredAsync(MonitorReply reply, TimeSpan after)
    {
        var tick = _health.RunAsync(Stop);
        _time.Advance(after);
        _reply.SetResult(reply);
        return tick;
    }

    private Task<TickResult> UnansweredAsync(TimeSpan slept = default)
    {
        var tick = _health.RunAsync(Stop);
        if (slept > TimeSpan.Zero)
            Sleep(slept);
        // Three timeouts are the most that a tick takes, however long it slept.
        _time.Advance(slept > TimeSpan.Zero ? Timeout * 3 : Timeout);
        return tick;
    }

    /// <summary>The prober sleeps from now on.</summary>
    private void Sleep(TimeSpan slept)
    {
        var now = _time.GetUtcNow() - _time.Start;
        _stalls.Add(StallKind.Scheduler, now, now + slept);
    }

    [Fact]
    public async Task A_broker_that_is_well_is_a_success_and_its_time()
    {
        Assert.Equal(new TickResult(Outcome.Success, Soon), await AnsweredAsync(Ok, Soon));

        Assert.Equal(new BrokerWord(BrokerView.Healthy, ""), _health.Latest);
        Assert.Empty(_log.Lines); // no news
    }

    [Fact]
    public async Task The_brokers_word_and_the_want_of_one_are_told_apart()
    {
        Assert.Equal(new TickResult(Outcome.Unhealthy, Detail: "draining"), await AnsweredAsync(Draining, Soon));
        Assert.Equal(new BrokerWord(BrokerView.Unhealthy, "draining"), _health.Latest);

        Assert.Equal(new TickResult(Outcome.Unreachable, Detail: "Connection refused"), await AnsweredAsync(Gone, Soon));
        Assert.Equal(BrokerView.Unreachable, _health.Latest.View);
    }

    [Fact]
    public async Task Silence_is_a_timeout_and_the_question_is_taken_back()
    {
        var result = await UnansweredAsync();

        Assert.Equal(new TickResult(Outcome.Timeout, Detail: "no whole answer within 2000 ms"), result);
        Assert.Equal(BrokerView.Timeout, _health.Latest.View);
        Assert.True(_asked.IsCancellationRequested);
    }

    [Fact]
    public async Task Silence_while_the_prober_slept_changes_nothing_that_is_known()
    {
        await AnsweredAsync(Ok, Soon);

        Assert.Equal(new TickResult(Outcome.Indeterminate), await UnansweredAsync(slept: Timeout * 2.9));

        Assert.Equal(BrokerView.Healthy, _health.Latest.View);
    }

    [Fact]
    public async Task A_prober_that_sleeps_for_ever_is_believed_four_times()
    {
        for (var i = 0; i < 4; i++)
            Assert.Equal(Outcome.Indeterminate, (await UnansweredAsync(slept: Timeout * 2.9)).Outcome);

        Assert.Equal(Outcome.Timeout, (await UnansweredAsync(slept: Timeout * 2.9)).Outcome);
    }

    [Fact]
    public async Task What_was_said_while_we_slept_was_said_and_is_no_measurement()
    {
        var tick = _health.RunAsync(Stop);
        Sleep(Timeout * 0.8);
        _time.Advance(Timeout * 0.9);
        _reply.SetResult(Ok);

        Assert.Equal(new TickResult(Outcome.Indeterminate), await tick);
        Assert.Equal(BrokerView.Healthy, _health.Latest.View);
    }

    [Fact]
    public async Task The_end_of_the_prober_is_no_outcome()
    {
        using var end = new CancellationTokenSource();
        var tick = _health.RunAsync(end.Token);

        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tick);
        Assert.Equal(BrokerWord.None, _health.Latest);
    }

    [Fact]
    public async Task Every_change_is_told_once_and_as_whose_word_it_is()
    {
        foreach (var reply in (MonitorReply[])[Ok, Draining, Draining, Gone, Gone, Ok, Ok])
            await AnsweredAsync(reply, Soon);

        Assert.Equal(
            [
                "Warning c/n1 the broker says that it is not healthy: draining",
                "Warning c/n1 nobody gives the broker's word for its health, which says nothing about the broker, unreachable: Connection refused",
                "Information c/n1 the broker says that it is healthy (was unreachable)",
            ],
            _log.Lines);
    }

    private sealed class LogLines : ILogger<HealthRoundTrip>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel} {formatter(state, exception)}");
    }
}
