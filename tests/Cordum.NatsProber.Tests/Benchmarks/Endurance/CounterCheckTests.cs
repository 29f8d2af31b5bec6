using System.Diagnostics;
using Cordum.NatsProber.Benchmarks.Endurance;
using Cordum.NatsProber.Benchmarks.Scale;

namespace Cordum.NatsProber.Tests.Benchmarks.Endurance;

public sealed class CounterCheckTests
{
    private const int Seconds = 100;
    private readonly Fleet _fleet = new(20);
    private readonly FaultLog _log = new();

    public CounterCheckTests()
    {
        Fault(3, EnduranceFault.Kill);
        Fault(3, EnduranceFault.Suspend);
        Fault(7, EnduranceFault.Terminate);
    }

    [Fact]
    public void Each_fault_is_expected_of_its_own_broker_alone()
    {
        Assert.Equal(new ExpectedCounters(2, 1), _log.Expected(3));
        Assert.Equal(new ExpectedCounters(1, 0), _log.Expected(7));
        Assert.Equal(default, _log.Expected(0));
    }

    [Fact]
    public void Exact_counters_break_nothing() => Assert.Empty(Check(_ => { }));

    [Fact]
    public void What_was_counted_before_is_not_counted_again()
    {
        var (before, after) = (Page(0), Exact());
        for (var link = 0; link < _fleet.Links; link++)
        {
            before.Disconnects[link] = before.Reconnects[link] = 4;
            after.Disconnects[link] += 4;
            after.Reconnects[link] += 4;
        }

        Assert.Empty(CounterCheck.Breaches(_fleet, before, after, _log));
    }

    public static TheoryData<string, int, string> Wrong => new()
    {
        { "Disconnects", 3, "c0/e3: 3 disconnects were counted, 2 were made" },
        { "Reconnects", 3, "c0/e3: 3 reconnects were counted, 2 were made" },
        { "Outages", 0, "c0/e0: 1 outages were counted, 0 were made" },
        { "Silences", 7, "c0/e7: 1 disconnects with cause timeout were counted, 0 were made" },
        { "Disconnects", Fleet.Brokers, "c0/_cluster: 1 disconnects, 0 reconnects" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_counter_that_is_one_off_is_told(string counter, int link, string expected) => Assert.Equal([expected], Check(page => (counter switch
    {
        "Disconnects" => page.Disconnects,
        "Reconnects" => page.Reconnects,
        "Outages" => page.Outages,
        _ => page.Silences,
    })[link]++));

    [Theory]
    [InlineData(1, true)]
    [InlineData(-1, true)]
    [InlineData(2, false)]
    [InlineData(-2, false)]
    public void Ticks_are_as_many_as_seconds_but_for_one(int off, bool isFine) => Assert.Equal(isFine, !Check(page => page.Ticks[5] += off).Any());

    [Fact]
    public void The_link_that_fails_over_may_have_gone_and_come() => Assert.Empty(Check(page =>
    {
        page.Disconnects[Fleet.Brokers]++;
        page.Reconnects[Fleet.Brokers]++;
    }));

    private IEnumerable<string> Check(Action<FleetPage> wrong)
    {
        var after = Exact();
        wrong(after);
        return CounterCheck.Breaches(_fleet, Page(0), after, _log);
    }

    private FleetPage Exact()
    {
        var page = Page(Seconds);
        for (var link = 0; link < _fleet.Links; link++)
        {
            page.Ticks[link] = Seconds;
            if (!Fleet.IsPinned(link))
                continue;
            var faults = Fleet.BrokerOf(link) switch { 3 => 2, 7 => 1, _ => 0 };
            page.Disconnects[link] = page.Reconnects[link] = page.Outages[link] = faults;
            page.Silences[link] = Fleet.BrokerOf(link) == 3 ? 1 : 0;
        }

        return page;
    }

    private FleetPage Page(int second) => new(_fleet) { AskedAt = second * Stopwatch.Frequency };

    private void Fault(int broker, EnduranceFault kind) => _log.Add(new(broker, kind, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(4)));
}
