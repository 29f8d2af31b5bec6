using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Tests.Links;

public sealed class DialBudgetTests
{
    private readonly DialBudget _budget = new();

    [Fact]
    public void A_few_at_a_time_do_not_wait()
    {
        for (var second = 0; second < 10; second++)
        {
            for (var dial = 0; dial < 50; dial++)
                Assert.Equal(TimeSpan.Zero, _budget.Take(TimeSpan.FromSeconds(second) + TimeSpan.FromMilliseconds(dial * 20)));
        }
    }

    [Fact]
    public void A_region_that_goes_at_once_is_dialled_at_a_thousand_a_second_in_the_order_of_asking()
    {
        var now = TimeSpan.FromHours(1);
        var places = Enumerable.Range(0, 5000).Select(_ => _budget.Take(now)).ToList();

        Assert.Equal(places.Order(), places);
        Assert.Equal(TimeSpan.Zero, places[0]);
        for (var second = 0; second < 5; second++)
            Assert.Equal(DialBudget.PerSecond, places.Count(place => (int)place.TotalSeconds == second));
    }

    [Fact]
    public void What_was_not_used_is_not_saved_up()
    {
        _budget.Take(TimeSpan.Zero);
        var now = TimeSpan.FromDays(1);

        Assert.Equal(
            [TimeSpan.Zero, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2)],
            (TimeSpan[])[_budget.Take(now), _budget.Take(now), _budget.Take(now)]);
    }

    [Fact]
    public void However_they_ask_no_second_has_more_than_it_may()
    {
        var random = new Random(7);
        var (now, began) = (TimeSpan.Zero, new List<TimeSpan>());
        for (var i = 0; i < 20_000; i++)
        {
            now += TimeSpan.FromMicroseconds(random.Next(0, 2000) * random.Next(0, 2));
            began.Add(now + _budget.Take(now));
        }

        Assert.Equal(began.Order(), began);
        for (var i = 0; i + DialBudget.PerSecond < began.Count; i++)
            Assert.True(began[i + DialBudget.PerSecond] - began[i] >= TimeSpan.FromSeconds(1));
    }
}
