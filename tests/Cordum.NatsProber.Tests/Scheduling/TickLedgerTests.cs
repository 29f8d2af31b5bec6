using Cordum.NatsProber.Scheduling;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Scheduling;

public sealed class TickLedgerTests
{
    private static readonly DateTimeOffset First = new(2026, 11, 23, 3, 0, 0, 617, TimeSpan.Zero);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly TickLedger _ledger = new(First, Every);

    private static DateTimeOffset Tick(double number) => First + (number * Every);

    /// <param name="number">Which tick is fired.</param>
    /// <param name="after">How many intervals after its time.</param>
    private TickDecision Take(int number, double after = 0) => _ledger.Take(Tick(number), Tick(number + after));

    [Fact]
    public void Ticks_in_time_are_run_and_none_is_missed()
    {
        for (var i = 0; i < 5; i++)
            Assert.Equal(new TickDecision(true, 0), Take(i, 0.01 * i));
    }

    [Fact]
    public void Ticks_that_the_scheduler_left_out_are_missed()
    {
        Take(0);

        Assert.Equal(new TickDecision(true, 3), Take(4));
    }

    [Fact]
    public void Ticks_left_out_at_the_very_start_are_missed() => Assert.Equal(new TickDecision(true, 2), Take(2));

    [Theory]
    [InlineData(0.999, true)]
    [InlineData(1.0, false)]
    [InlineData(60.0, false)]
    public void A_tick_whose_successor_is_due_is_missed(double after, bool run) => Assert.Equal(new TickDecision(run, run ? 0 : 1), Take(0, after));

    [Fact]
    public void A_tick_that_is_fired_a_little_early_is_run() => Assert.Equal(new TickDecision(true, 0), Take(0, -0.005));

    [Fact]
    public void A_tick_that_is_fired_twice_counts_once()
    {
        Take(0);

        Assert.Equal(new TickDecision(false, 0), Take(0, 0.2));
        Assert.Equal(new TickDecision(true, 0), Take(1));
    }

    [Fact]
    public void A_burst_of_late_ticks_is_one_run_and_the_rest_missed()
    {
        var decisions = Enumerable.Range(0, 10).Select(number => _ledger.Take(Tick(number), Tick(9.1))).ToList();

        Assert.Equal(9, decisions.Sum(decision => decision.Missed));
        Assert.True(decisions[9].Run);
        Assert.Single(decisions, decision => decision.Run);
    }

    [Fact]
    public void A_tick_that_was_counted_as_left_out_is_not_run_when_it_comes_after_all()
    {
        Take(0);
        Take(2);

        Assert.Equal(new TickDecision(false, 0), Take(1, 1.1));
    }

    /// <summary>
    /// Any ticks, in any order, fired never, once or twice, early or late, by clocks that are a little off: what was run or missed is what was promised.
    /// </summary>
    [Property(MaxTest = 2000)]
    public Property Run_and_missed_add_up_to_the_ticks_promised()
    {
        var firing =
            from number in Gen.Choose(0, 60)
            from lateInMs in Gen.OneOf(Gen.Choose(-5, 5), Gen.Choose(0, 10_000))
            from jitter in Gen.Choose(-400, 400)
            select (Number: number, Late: TimeSpan.FromMilliseconds(lateInMs), Jitter: TimeSpan.FromMilliseconds(jitter));
        var everyInMs = Gen.Elements(1000, 1500, 15_000);
        return Prop.ForAll(firing.ArrayOf().ToArbitrary(), everyInMs.ToArbitrary(), (firings, ms) =>
        {
            var every = TimeSpan.FromMilliseconds(ms);
            var ledger = new TickLedger(First, every);
            var run = new List<int>();
            long missed = 0;
            foreach (var (number, late, jitter) in firings)
            {
                var due = First + (number * every) + jitter;
                var decision = ledger.Take(due, due + late);
                Assert.True(decision.Missed >= 0);
                Assert.False(decision.Run && late >= every);
                missed += decision.Missed;
                if (decision.Run)
                    run.Add(number);
            }

            Assert.Equal(run.Distinct().Count(), run.Count);
            Assert.Equal(firings.Length == 0 ? 0 : firings.Max(firing => firing.Number) + 1, run.Count + missed);
        });
    }

    [Fact]
    public void Years_of_ticks_are_counted_to_the_last()
    {
        var ledger = new TickLedger(First, TimeSpan.FromMilliseconds(20));
        var number = 10L * 365 * 86_400 * 50;
        var due = First + TimeSpan.FromMilliseconds(number * 20);

        Assert.Equal(new TickDecision(true, number), ledger.Take(due, due));
    }
}
