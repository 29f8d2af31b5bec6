using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NATS.Client.Core;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>Dials of a broker that takes the connection and says nothing. Time is the test's own.</summary>
public sealed class InfoRaceTests
{
    private readonly TimeWithPatience _time = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(ConnectPhase, TimeSpan)> _phases = [];
    private int _calls;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Task<DialResult> DialAsync(FakeBroker broker, bool spokeNats = true, bool mayAsk = true)
    {
        var connector = new PinnedConnector(
            new LinkTarget("127.0.0.1", broker.Port, "natsprober test", () => new PresentedCredentials(NatsAuthOpts.Default, "none"), null),
            new ProberClock(_time),
            _time,
            NullLoggerFactory.Instance,
            spokeNats);
        return connector.DialAsync(_ => null, Timed, DialPace.Longest, Stop, asksAgain: () => mayAsk).WaitAsync(TimeSpan.FromSeconds(20), Stop);

        void Timed(ConnectPhase phase, TimeSpan took)
        {
            _phases.Add((phase, took));
            if (phase == ConnectPhase.Tcp)
                _connected.TrySetResult();
        }
    }

    /// <summary>A broker that plays one script to the first who calls, and another to those after.</summary>
    private FakeBroker Broker(Func<FakeBroker.Caller, Task> first, Func<FakeBroker.Caller, Task> next) => new(async caller =>
    {
        if (Interlocked.Increment(ref _calls) == 1)
        {
            await first(caller);
        }
        else
        {
            _asked.TrySetResult();
            await next(caller);
        }
    });

    [Fact]
    public async Task Who_stays_silent_is_asked_on_a_second_connection_and_the_first_is_given_up_when_that_speaks()
    {
        await using var broker = Broker(caller => caller.HearOutAsync(), FakeBroker.WelcomeAsync);
        var dialling = DialAsync(broker);
        var silent = await broker.NextCallerAsync();
        await _time.WaitsAsync();
        _time.Advance(InfoRace.Patience);

        var opened = Assert.IsType<DialResult.Opened>(await dialling);

        Assert.Equal((TimeSpan.Zero, InfoRace.Patience), (opened.Began, opened.At));
        Assert.Equal("", await silent.WhenGoneAsync());
        Assert.Equal(NatsConnectionState.Open, opened.Session.Connection.ConnectionState);
        // What the prober waited is not how long the broker took.
        Assert.Equal([ConnectPhase.Dns, ConnectPhase.Tcp, ConnectPhase.Info, ConnectPhase.Auth], _phases.Select(one => one.Item1));
        Assert.All(_phases, one => Assert.Equal(TimeSpan.Zero, one.Item2));
        await opened.Session.DisposeAsync();
    }

    /// <summary>A balancer that comes back throws out what it does not know, and serves who comes anew.</summary>
    [Fact]
    public async Task The_end_of_the_first_does_not_end_the_dial_while_the_second_may_speak()
    {
        var firstIsGone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var broker = Broker(
            _ => _asked.Task,
            async caller =>
            {
                await firstIsGone.Task;
                await FakeBroker.WelcomeAsync(caller);
            });
        var dialling = DialAsync(broker);
        var first = await broker.NextCallerAsync();
        await _time.WaitsAsync();
        _time.Advance(InfoRace.Patience);
        await first.WhenGoneAsync();
        firstIsGone.SetResult();

        var opened = Assert.IsType<DialResult.Opened>(await dialling);

        await opened.Session.DisposeAsync();
    }

    [Fact]
    public async Task The_end_of_both_is_told_as_the_first_ended()
    {
        await using var broker = Broker(_ => _asked.Task, _ => Task.CompletedTask);
        var dialling = DialAsync(broker);
        await _time.WaitsAsync();
        _time.Advance(InfoRace.Patience);

        var failed = Assert.IsType<DialResult.Failed>(await dialling);

        Assert.Equal((DisconnectCause.Eof, ConnectPhase.Info), (failed.Cause, failed.Phase));
    }

    /// <summary>A broker that hangs and wakes.</summary>
    [Fact]
    public async Task Who_speaks_on_the_first_after_all_is_held_there_and_the_second_is_given_up()
    {
        await using var broker = Broker(
            async caller =>
            {
                await _asked.Task;
                await FakeBroker.WelcomeAsync(caller);
            },
            caller => caller.HearOutAsync());
        var dialling = DialAsync(broker);
        await broker.NextCallerAsync();
        await _time.WaitsAsync();
        _time.Advance(InfoRace.Patience);

        var opened = Assert.IsType<DialResult.Opened>(await dialling);

        Assert.Equal("", await (await broker.NextCallerAsync()).WhenGoneAsync());
        Assert.Equal(NatsConnectionState.Open, opened.Session.Connection.ConnectionState);
        await opened.Session.DisposeAsync();
    }

    [Fact]
    public async Task What_becomes_of_the_second_does_not_end_the_dial()
    {
        await using var broker = Broker(caller => caller.HearOutAsync(), _ => Task.CompletedTask);
        var dialling = DialAsync(broker);
        await broker.NextCallerAsync();
        await _time.WaitsAsync();
        _time.Advance(InfoRace.Patience);
        await (await broker.NextCallerAsync()).WhenGoneAsync();
        _time.Advance(PinnedConnector.DialTimeout - InfoRace.Patience);

        var failed = Assert.IsType<DialResult.Failed>(await dialling);

        Assert.Equal((DisconnectCause.Timeout, ConnectPhase.Info, PinnedConnector.DialTimeout), (failed.Cause, failed.Phase, failed.At));
    }

    [Fact]
    public async Task Both_silent_is_one_failure_and_nobody_stays_connected()
    {
        await using var broker = Broker(caller => caller.HearOutAsync(), caller => caller.HearOutAsync());
        var dialling = DialAsync(broker);
        await _time.WaitsAsync();
        _time.Advance(InfoRace.Patience);
        await _asked.Task;
        _time.Advance(PinnedConnector.DialTimeout - InfoRace.Patience);

        var failed = Assert.IsType<DialResult.Failed>(await dialling);

        Assert.Equal((DisconnectCause.Timeout, ConnectPhase.Info), (failed.Cause, failed.Phase));
        Assert.Equal("", await (await broker.NextCallerAsync()).WhenGoneAsync());
        Assert.Equal("", await (await broker.NextCallerAsync()).WhenGoneAsync());
    }

    /// <summary>It may be an HTTP server, which is asked for that at the end; a stranger gets no more connections than that takes.</summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Who_has_never_spoken_nats_and_whoever_there_is_no_room_for_is_asked_on_one_connection(bool spokeNats, bool mayAsk)
    {
        await using var broker = Broker(caller => caller.HearOutAsync(), FakeBroker.WelcomeAsync);
        var dialling = DialAsync(broker, spokeNats, mayAsk);
        await _connected.Task;
        while (!dialling.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Stop);
        }

        Assert.IsType<DialResult.Failed>(await dialling);
        await (await broker.NextCallerAsync()).WhenGoneAsync();
        Assert.Equal(1, _calls);
    }

    /// <summary>Tells when somebody waits for the first connection alone.</summary>
    private sealed class TimeWithPatience : FakeTimeProvider
    {
        private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task WaitsAsync() => _waits.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == InfoRace.Patience)
                _waits.TrySetResult();
            return timer;
        }
    }
}
