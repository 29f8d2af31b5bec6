using Cordum.NatsProber.Benchmarks.Scale;

namespace Cordum.NatsProber.Tests.Benchmarks.Scale;

public sealed class LeastSquaresTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0.5)]
    [InlineData(-7, 1.25)]
    public void Points_on_a_line_give_that_line(double intercept, double slope)
    {
        var line = LeastSquares.Of([.. new[] { 10.0, 100, 1000, 5000 }.Select(x => (x, intercept + (slope * x)))]);

        Assert.Equal(intercept, line.Intercept, 9);
        Assert.Equal(slope, line.Slope, 12);
    }

    [Fact]
    public void Of_points_beside_a_line_the_squares_of_what_they_are_off_are_least()
    {
        // By hand: the means are 2 and 3, the slope is (1*2 + 0 + 1*1) / 2.
        var line = LeastSquares.Of([(1, 1), (2, 4), (3, 4)]);

        Assert.Equal(1.5, line.Slope, 12);
        Assert.Equal(0, line.Intercept, 12);
        Assert.Equal(4.5, line.At(3), 12);
    }

    [Fact]
    public void One_place_has_no_line() => Assert.Throws<ArgumentException>(() => LeastSquares.Of([(5, 1), (5, 2)]));
}
