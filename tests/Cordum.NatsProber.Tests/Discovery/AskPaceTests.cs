using Cordum.NatsProber.Discovery;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Discovery;

public sealed class AskPaceTests
{
    private static readonly Gen<double> AnyJitter =
        Gen.OneOf(Gen.Elements(0.0, Math.BitDecrement(1.0)), Gen.Choose(0, 999_999).Select(millionths => millionths / 1e6));

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 5)]
    [InlineData(5, 5)]
    [InlineData(30, 30)]
    [InlineData(299, 299)]
    [InlineData(86_400, 300)]
    [InlineData(int.MaxValue, 300)]
    [InlineData(int.MinValue, 5)] // the highest of the 32 bits set
    [InlineData(-1, 5)]
    public void An_answer_holds_for_its_time_to_live_within_bounds(int ttl, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), AskPace.Hold(AskPace.Ttl(ttl)));

    [Theory]
    [InlineData(1, 0.75)]
    [InlineData(2, 1.5)]
    [InlineData(3, 3)]
    [InlineData(5, 12)]
    [InlineData(6, 22.5)]
    [InlineData(1000, 22.5)]
    public void The_wait_doubles_up_to_its_bound(int failures, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), AskPace.AfterFailure(failures, 0));

    [Property(MaxTest = 1000)]
    public Property No_wait_is_over_in_less_than_three_quarters_of_a_second_or_takes_longer_than_the_longest() =>
        Prop.ForAll(Gen.OneOf(Gen.Choose(1, 12), Gen.Choose(1, int.MaxValue)).ToArbitrary(), AnyJitter.ToArbitrary(), (failures, jitter) =>
            Assert.InRange(AskPace.AfterFailure(failures, jitter), TimeSpan.FromSeconds(0.75), AskPace.LongestRetry));

    [Property(MaxTest = 200)]
    public Property Probers_that_lost_the_same_server_do_not_come_back_at_once() => Prop.ForAll(Gen.Choose(1, 100).ToArbitrary(), failures =>
    {
        var waits = Enumerable.Range(0, 100).Select(i => AskPace.AfterFailure(failures, i / 100.0)).ToList();

        Assert.Equal(100, waits.Distinct().Count());
        Assert.True(waits.Max() > waits.Min() * 1.2, $"{waits.Min()} to {waits.Max()} is no jitter to speak of");
    });
}
