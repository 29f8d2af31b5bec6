using Cordum.NatsProber.Timing;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Timing;

public sealed class StallRecordTests
{
    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    private static StallRecord Of(params (StallKind Kind, int From, int To)[] stalls)
    {
        var record = new StallRecord();
        foreach (var (kind, from, to) in stalls)
            record.Add(kind, Ms(from), Ms(to));
        return record;
    }

    [Theory]
    [InlineData(0, 50, 0)]
    [InlineData(0, 100, 0)]
    [InlineData(0, 120, 20)]
    [InlineData(120, 150, 30)]
    [InlineData(180, 500, 20)]
    [InlineData(200, 500, 0)]
    [InlineData(0, 500, 100)]
    [InlineData(150, 150, 0)]
    [InlineData(160, 140, 0)]
    public void An_interval_lost_what_it_shares_with_a_stall(int from, int to, int lost) =>
        Assert.Equal(Ms(lost), Of((StallKind.Gc, 100, 200)).Overlap(Ms(from), Ms(to)));

    [Fact]
    public void An_instant_stays_with_the_kind_that_wrote_it_down_first()
    {
        var record = Of((StallKind.Scheduler, 100, 200), (StallKind.Threadpool, 150, 250));

        Assert.Equal(Ms(100), record.Total(StallKind.Scheduler));
        Assert.Equal(Ms(50), record.Total(StallKind.Threadpool));
        Assert.Equal(Ms(150), record.Overlap(Ms(0), Ms(1000)));
    }

    /// <summary>The pool is held up for seconds, and the collector pauses for a moment near the end: the seconds are not forgotten for the moment.</summary>
    [Fact]
    public void A_long_stall_around_a_short_one_keeps_both_its_sides()
    {
        var record = Of((StallKind.Gc, 5000, 5030), (StallKind.Threadpool, 0, 5100));

        Assert.Equal(Ms(30), record.Total(StallKind.Gc));
        Assert.Equal(Ms(5070), record.Total(StallKind.Threadpool));
        Assert.Equal(Ms(1000), record.Overlap(Ms(2000), Ms(3000)));
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(100, 90)]
    public void A_stall_without_length_is_none(int from, int to) => Assert.Equal(Ms(0), Of((StallKind.Gc, from, to)).Total(StallKind.Gc));

    /// <summary>Against the plain truth: each millisecond belongs to the kind that claimed it first, and to no other.</summary>
    [Property(MaxTest = 2000)]
    public Property No_instant_is_counted_twice_and_none_is_forgotten()
    {
        var stall =
            from kind in Gen.Elements(Enum.GetValues<StallKind>())
            from start in Gen.Choose(0, 300)
            from length in Gen.Choose(-5, 60)
            select (Kind: kind, From: start, To: start + length);
        var interval =
            from start in Gen.Choose(-10, 350)
            from length in Gen.Choose(-5, 400)
            select (From: start, To: start + length);
        return Prop.ForAll(stall.ArrayOf().ToArbitrary(), interval.ToArbitrary(), (stalls, asked) =>
        {
            var record = Of(stalls);
            var owner = new Dictionary<int, StallKind>();
            foreach (var (kind, start, end) in stalls)
            {
                for (var ms = start; ms < end; ms++)
                    owner.TryAdd(ms, kind);
            }

            foreach (var kind in Enum.GetValues<StallKind>())
                Assert.Equal(Ms(owner.Values.Count(owned => owned == kind)), record.Total(kind));
            Assert.Equal(Ms(owner.Keys.Count(ms => ms >= asked.From && ms < asked.To)), record.Overlap(Ms(asked.From), Ms(asked.To)));
        });
    }

    /// <summary>What is remembered of single stalls is bounded; totals are not, and what was forgotten is not counted again.</summary>
    [Fact]
    public void Totals_outlast_the_memory_of_single_stalls()
    {
        var record = new StallRecord();
        for (var i = 0; i < 1000; i++)
            record.Add(StallKind.Scheduler, Ms(100 * i), Ms((100 * i) + 30));

        record.Add(StallKind.Threadpool, Ms(0), Ms(100_000));

        Assert.Equal(Ms(30_000), record.Total(StallKind.Scheduler));
        Assert.True(record.Total(StallKind.Threadpool) <= Ms(70_000), $"{record.Total(StallKind.Threadpool)} of 70 s");
        Assert.Equal(Ms(0), record.Overlap(Ms(0), Ms(30)));
        Assert.Equal(Ms(100), record.Overlap(Ms(99_800), Ms(99_900)));
    }

    [Fact]
    public void The_latest_beat_is_the_latest()
    {
        var record = new StallRecord();
        record.Woke(Ms(20));
        record.Woke(Ms(41));

        Assert.Equal(Ms(41), record.LatestBeat);
    }
}
