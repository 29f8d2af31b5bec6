using Cordum.NatsProber.RoundTrips;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.RoundTrips;

public sealed class RoutePlanTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private static string[] Brokers(int count, string prefix = "n") => [.. Enumerable.Range(0, count).Select(i => $"{prefix}{i:00}")];

    private static IReadOnlyList<(string From, string To)> Pairs(int own, int others, int most, DateTimeOffset? now = null) =>
        RoutePlan.Pairs(Brokers(own), Brokers(others, "x"), most, now ?? Noon);

    [Theory]
    [InlineData(0, 0, 64, 0)]
    [InlineData(1, 0, 64, 0)]
    [InlineData(0, 3, 64, 0)]
    [InlineData(2, 0, 64, 2)]
    [InlineData(3, 0, 64, 6)]
    [InlineData(1, 3, 64, 3)]
    [InlineData(3, 2, 64, 12)]
    [InlineData(8, 0, 56, 56)]
    [InlineData(9, 0, 64, 64)]
    [InlineData(9, 0, 1, 1)]
    public void As_many_as_there_are_or_may_be(int own, int others, int most, int count) => Assert.Equal(count, Pairs(own, others, most).Count);

    [Fact]
    public void Three_brokers_ask_each_other_both_ways() => Assert.Equal(
        [("n00", "n01"), ("n00", "n02"), ("n01", "n00"), ("n01", "n02"), ("n02", "n00"), ("n02", "n01")], Pairs(3, 0, 64).Order());

    [Property]
    public Property Pairs_are_different_go_to_somebody_else_and_begin_at_home() => Prop.ForAll(
        Gen.Choose(0, 12).Four().ToArbitrary(),
        numbers =>
        {
            var (own, others, most, hours) = numbers;
            var pairs = Pairs(own, others, most + 1, Noon.AddHours(hours));

            Assert.Equal(pairs.Count, pairs.Distinct().Count());
            Assert.DoesNotContain(pairs, pair => pair.From == pair.To);
            Assert.DoesNotContain(pairs, pair => pair.From[0] == 'x');
        });

    [Theory]
    [InlineData(10, 30)]
    [InlineData(16, 64)]
    [InlineData(33, 64)]
    [InlineData(100, 64)]
    public void A_sample_asks_and_is_asked_evenly(int brokers, int most)
    {
        for (var hour = 0; hour < 48; hour++)
        {
            var pairs = Pairs(brokers, 0, most, Noon.AddHours(hour));

            foreach (var ends in (IEnumerable<string>[])[pairs.Select(pair => pair.From), pairs.Select(pair => pair.To)])
            {
                var counts = Brokers(brokers).Select(broker => ends.Count(end => end == broker)).ToList();
                Assert.InRange(counts.Max() - counts.Min(), 0, 2);
            }
        }
    }

    [Fact]
    public void A_sample_stands_for_its_hour_and_then_keeps_most_of_itself()
    {
        var now = Pairs(20, 0, 64);

        Assert.Equal(now, Pairs(20, 0, 64, Noon.AddMinutes(59)));
        Assert.Equal(64 - 8, now.Intersect(Pairs(20, 0, 64, Noon.AddMinutes(60))).Count());
    }

    [Theory]
    [InlineData(9, 0, 64)]
    [InlineData(20, 0, 64)]
    [InlineData(20, 0, 4)]
    [InlineData(7, 6, 10)]
    public void In_time_every_pair_has_its_turn(int own, int others, int most)
    {
        var all = own * (own + others - 1);
        var rotations = (all / Math.Max(1, most / 8)) + 1;

        Assert.Equal(all, Enumerable.Range(0, rotations).SelectMany(hour => Pairs(own, others, most, Noon.AddHours(hour))).Distinct().Count());
    }
}
