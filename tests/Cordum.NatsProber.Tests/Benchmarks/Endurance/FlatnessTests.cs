using Cordum.NatsProber.Benchmarks.Endurance;

namespace Cordum.NatsProber.Tests.Benchmarks.Endurance;

public sealed class FlatnessTests
{
    private static readonly Slack Tenth = new(0.1, 0);

    [Fact]
    public void The_medians_of_the_first_and_the_last_quarter_are_compared()
    {
        var flat = Flatness.Of("x", [1, 2, 9, 0, 0, 0, 0, 0, 0, 5, 6, 7], new(0.5, 1));

        Assert.Equal((2, 6, 4), (flat.First, flat.Last, flat.Most));
        Assert.False(flat.IsFlat);
    }

    [Theory]
    [InlineData(100, 110, true)]
    [InlineData(100, 110.5, false)]
    [InlineData(100, 20, true)]
    public void What_grows_by_no_more_than_it_may_is_flat(double first, double last, bool expected) =>
        Assert.Equal(expected, Flatness.Of("x", [first, 0, 0, last], Tenth).IsFlat);

    [Fact]
    public void One_spike_is_no_growth() => Assert.True(Flatness.Of("x", [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 50, 1], Tenth).IsFlat);

    [Fact]
    public void Three_values_have_no_quarters() => Assert.Throws<ArgumentException>(() => Flatness.Of("x", [1, 2, 3], Tenth));
}
