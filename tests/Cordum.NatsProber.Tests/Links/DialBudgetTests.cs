using System.Collections.Concurrent;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Time.Testing;

namespace Cordum.NatsProber.Tests.Links;

public sealed class DialBudgetTests
{
    private readonly ProberClock _clock = new(TimeProvider.System);
    private readonly DialBudget _budget;

    public DialBudgetTests() => _budget = new(_clock, TimeProvider.System);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_comes_alone_does_not_wait()
    {
        for (var i = 0; i < 20; i++)
        {
            var place = _budget.TakeAsync(wasSilent: false, Stop);
            Assert.True(place.IsCompletedSuccessfully);
            Assert.True(_budget.HasRoom(wasSilent: false));
            (await place).Dispose();
            await Task.Delay(2, Stop); // longer than the gap between two dials: what is tested is that this suffices
        }
    }

    [Fact]
    public async Task A_region_that_goes_at_once_is_dialled_in_the_order_of_asking_and_no_faster_than_it_may()
    {
        const int Links = 500;
        var order = new ConcurrentQueue<int>();
        var began = _clock.Now;

        await Task.WhenAll(Enumerable.Range(0, Links).Select(async i =>
        {
            using var place = await _budget.TakeAsync(wasSilent: false, Stop);
            order.Enqueue(i);
        }));

        Assert.True(_clock.Now - began >= (TimeSpan.FromSeconds(1) * (Links - 1) / DialRow.PerSecond) - (DialRow.Slack * 2));
        // Places are given in order; what runs next of two that have theirs is the pool's to say.
        Assert.All(order.Select((link, place) => Math.Abs(link - place)), distance => Assert.True(distance < 50));
    }

    [Fact]
    public async Task There_is_no_room_beside_the_row_while_somebody_waits()
    {
        var places = Enumerable.Range(0, 200).Select(_ => _budget.TakeAsync(wasSilent: false, Stop)).ToList();

        Assert.False(_budget.HasRoom(wasSilent: false));
        foreach (var place in places)
            (await place).Dispose();
        Assert.True(_budget.HasRoom(wasSilent: false));
    }

    [Fact]
    public async Task Dials_that_take_long_hold_the_row_up_and_those_that_are_silent_do_so_for_a_while()
    {
        var time = new FakeTimeProvider();
        var budget = new DialBudget(new ProberClock(time), time);
        await FillAsync(budget, time);

        time.Advance(TimeSpan.FromMilliseconds(100));
        var waits = budget.TakeAsync(wasSilent: false, Stop);
        Assert.False(waits.IsCompleted);
        Assert.False(budget.HasRoom(wasSilent: false));

        time.Advance(DialRow.Patience);
        using var place = await waits;
        Assert.True(budget.HasRoom(wasSilent: false));
    }

    [Fact]
    public async Task Who_was_met_by_silence_keeps_nobody_else_waiting()
    {
        var time = new FakeTimeProvider();
        var budget = new DialBudget(new ProberClock(time), time);
        for (var i = 0; i < DialBudget.SilentAtOnce; i++)
        {
            if (i % 10 == 0)
                time.Advance(TimeSpan.FromMilliseconds(1)); // all within the time for which a silent one counts
            _ = budget.TakeAsync(wasSilent: true, Stop);
        }

        _ = budget.TakeAsync(wasSilent: true, Stop);
        Assert.False(budget.HasRoom(wasSilent: true));

        Assert.True(budget.TakeAsync(wasSilent: false, Stop).IsCompletedSuccessfully);
        Assert.True(budget.HasRoom(wasSilent: false));
    }

    [Fact]
    public async Task A_place_is_given_back_once()
    {
        var time = new FakeTimeProvider();
        var budget = new DialBudget(new ProberClock(time), time);
        for (var i = 0; i < 3; i++)
        {
            var place = await budget.TakeAsync(wasSilent: false, Stop);
            time.Advance(DialRow.Patience);
            place.Dispose();
            place.Dispose();
        }

        await FillAsync(budget, time);

        Assert.False(budget.TakeAsync(wasSilent: false, Stop).IsCompleted);
    }

    [Fact]
    public async Task Who_gives_up_makes_room()
    {
        using var gone = new CancellationTokenSource();
        var first = Enumerable.Range(0, 100).Select(_ => _budget.TakeAsync(wasSilent: false, Stop)).ToList();
        var leaving = _budget.TakeAsync(wasSilent: false, gone.Token);
        var last = _budget.TakeAsync(wasSilent: false, Stop);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        foreach (var place in first.Append(last))
            (await place).Dispose();
        Assert.True(_budget.HasRoom(wasSilent: false));
    }

    /// <summary>As many dials are under way as may be, and none of them for as long as a silent one counts.</summary>
    private static async Task FillAsync(DialBudget budget, FakeTimeProvider time)
    {
        for (var i = 0; i < DialBudget.AtOnce; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(2));
            await budget.TakeAsync(wasSilent: false, Stop);
        }
    }
}
