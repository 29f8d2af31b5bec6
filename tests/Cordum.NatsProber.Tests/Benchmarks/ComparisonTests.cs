using Cordum.NatsProber.Benchmarks.Overhead;

namespace Cordum.NatsProber.Tests.Benchmarks;

public sealed class ComparisonTests
{
    [Fact]
    public void Ratios_are_taken_within_rounds_so_that_a_slow_round_is_slow_for_all()
    {
        var compared = new Comparison(Way.Request);
        foreach (var (product, raw) in new[] { (12.0, 10.0), (130.0, 100.0), (22.0, 20.0) })
        {
            compared.Add(Way.Product, [product]);
            compared.Add(Way.Request, [raw]);
        }

        Assert.Equal(1.2, compared.Ratio(Way.Product, 50), 6);
        Assert.Equal((22, 20), (compared.Percentile(Way.Product, 50), compared.Percentile(Way.Request, 50)));
    }

    [Fact]
    public void A_percentile_is_one_of_each_round_and_the_median_of_those()
    {
        var compared = new Comparison(Way.Request);
        foreach (var worst in new[] { 500, 900, 700 })
            compared.Add(Way.Product, [.. Enumerable.Repeat(1.0, 98), worst, worst]);

        Assert.Equal((1, 700), (compared.Percentile(Way.Product, 50), compared.Percentile(Way.Product, 99)));
    }
}
