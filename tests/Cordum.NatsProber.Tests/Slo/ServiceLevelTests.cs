using Cordum.NatsProber.Probes;
using Cordum.NatsProber.Slo;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Slo;

public sealed class ServiceLevelTests
{
    private static readonly TimeSpan Threshold = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData(99.95, "0.0005")]
    [InlineData(99.9, "0.001")]
    [InlineData(99.999, "0.00001")]
    [InlineData(99.99999999999, "0.0000000000001")]
    [InlineData(70.3, "0.297")]
    [InlineData(50, "0.5")]
    [InlineData(0.1, "0.999")]
    public void A_budget_is_exactly_what_the_objective_leaves(double percent, string ratio)
    {
        Assert.Equal(decimal.Parse(ratio, System.Globalization.CultureInfo.InvariantCulture), ErrorBudget.Of(percent).Ratio);
        // And so is the number that is exported, although 1 - 0.9995 is not 0.0005 in floating point.
        Assert.Equal(double.Parse(ratio, System.Globalization.CultureInfo.InvariantCulture), (double)ErrorBudget.Of(percent).Ratio);
    }

    [Property]
    public void Objective_and_budget_are_the_whole(ushort thousandths)
    {
        var percent = Math.Clamp((int)thousandths, 1, 99_999) / 1000m;

        Assert.Equal(1, ErrorBudget.Of((double)percent).Ratio + (percent / 100));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(499_999, false)]
    [InlineData(500_000, true)] // exactly as long: it was promised to be faster
    [InlineData(500_001, true)]
    [InlineData(10_000_000, true)]
    public void What_is_not_faster_than_the_threshold_is_slow(long ticks, bool isSlow) =>
        Assert.Equal(isSlow, new LatencyLevel(ErrorBudget.Of(99), Threshold).IsSlow(TimeSpan.FromTicks(ticks)));

    [Fact]
    public void An_objective_is_told_whole()
    {
        var level = ServiceLevel.Of(new Objective(99.95, TimeSpan.FromDays(7), new LatencyObjective(Threshold, 99)));

        Assert.Equal(new ServiceLevel(new ErrorBudget(0.0005m), TimeSpan.FromDays(7), new LatencyLevel(new ErrorBudget(0.01m), Threshold)), level);
        Assert.Null(ServiceLevel.Of(new Objective(99.95, TimeSpan.FromDays(7), null)).Latency);
    }

    [Theory]
    [InlineData(99.95, 30, 1, "1296")]
    [InlineData(99.9, 1, 60, "1.44")]
    public void A_budget_is_so_many_ticks(double percent, int days, int everySeconds, string ticks) => Assert.Equal(
        decimal.Parse(ticks, System.Globalization.CultureInfo.InvariantCulture), ErrorBudget.Of(percent).Ticks(TimeSpan.FromDays(days), TimeSpan.FromSeconds(everySeconds)));
}
