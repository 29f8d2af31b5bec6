using Cordum.NatsProber.Scheduling;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Scheduling;

public sealed class TickPhaseTests
{
    /// <summary>The same on every machine, in every version: two probers of one cluster tick together, and a restart moves nothing.</summary>
    [Theory]
    [InlineData("cordum-prod", "nats-0", "request", 1000, 989)]
    [InlineData("cordum-prod", "nats-1", "request", 1000, 517)]
    [InlineData("cordum-prod", "nats-0", "connect", 15_000, 5677)]
    [InlineData("local", "nats-0", "request", 1000, 965)]
    public void The_phase_never_changes(string cluster, string endpoint, string probe, int everyInMs, int phaseInMs) =>
        Assert.Equal(Ms(phaseInMs), TickPhase.Of(cluster, endpoint, probe, Ms(everyInMs)));

    [Fact]
    public void Names_are_not_run_together() =>
        Assert.NotEqual(TickPhase.Of("ab", "c", "request", TimeSpan.FromDays(1)), TickPhase.Of("a", "bc", "request", TimeSpan.FromDays(1)));

    [Fact]
    public void A_thousand_endpoints_are_spread_over_the_second()
    {
        var slots = Enumerable.Range(0, 1000)
            .Select(i => TickPhase.Of("cordum-prod", $"nats-{i}", "request", Ms(1000)))
            .CountBy(phase => (int)(phase.TotalMilliseconds / 10))
            .ToDictionary();

        Assert.True(slots.Values.Max() <= 40, $"{slots.Values.Max()} ticks within 10 ms");
        Assert.True(slots.Count >= 95, $"{100 - slots.Count} of 100 slots are empty");
    }

    [Property(MaxTest = 1000)]
    public Property The_phase_lies_within_the_interval() => Prop.ForAll(AnyInterval.ToArbitrary(), Gen.Choose(0, 9999).ToArbitrary(), (every, endpoint) =>
    {
        var phase = TickPhase.Of("c", $"e{endpoint}", "request", every);

        Assert.True(phase >= TimeSpan.Zero && phase < every, $"{phase} of {every}");
    });

    private static readonly DateTimeOffset[] Days =
    [
        DateTimeOffset.UnixEpoch, new(1999, 12, 31, 23, 59, 59, TimeSpan.Zero), new(2026, 3, 29, 1, 0, 0, TimeSpan.FromHours(2)),
        new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero),
    ];

    /// <summary>A probe file may write 1.0000003s.</summary>
    private static readonly Gen<TimeSpan> AnyInterval = Gen.OneOf(
        Gen.OneOf(Gen.Elements(1, 20, 1000, 15_000, 86_400_000), Gen.Choose(1, 100_000)).Select(ms => Ms(ms)),
        Gen.Choose(10_000, 100_000_000).Select(ticks => TimeSpan.FromTicks(ticks)));

    private static readonly Gen<(DateTimeOffset Now, TimeSpan Every, TimeSpan Phase)> AnyMoment =
        from day in Gen.Elements(Days)
        from ms in Gen.Choose(0, int.MaxValue)
        from ticks in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 9999))
        from every in AnyInterval
        from endpoint in Gen.Choose(0, 9999)
        select (day + Ms(ms) + TimeSpan.FromTicks(ticks), every, TickPhase.Of("c", $"e{endpoint}", "request", every));

    [Property(MaxTest = 2000)]
    public Property The_first_tick_is_after_now_and_no_more_than_an_interval_away() => Prop.ForAll(AnyMoment.ToArbitrary(), moment =>
    {
        var (now, every, phase) = moment;
        var first = TickPhase.FirstAfter(now, phase, every);

        Assert.True(first > now, $"{first:O} is not after {now:O}");
        Assert.True(first - now <= every, $"{first:O} is more than {every} after {now:O}");
    });

    [Property(MaxTest = 2000)]
    public Property The_first_tick_has_the_phase_to_the_tick_of_the_clock() => Prop.ForAll(AnyMoment.ToArbitrary(), moment =>
    {
        var (now, every, phase) = moment;
        var first = TickPhase.FirstAfter(now, phase, every);

        Assert.Equal(phase.Ticks, (first - DateTimeOffset.UnixEpoch).Ticks % every.Ticks);
    });

    [Property(MaxTest = 1000)]
    public Property Whenever_a_prober_starts_its_ticks_fall_on_the_same_grid() => Prop.ForAll(AnyMoment.ToArbitrary(), moment =>
    {
        var (now, every, phase) = moment;
        var first = TickPhase.FirstAfter(now, phase, every);

        Assert.Equal(first + every, TickPhase.FirstAfter(first, phase, every));
        Assert.Equal(first, TickPhase.FirstAfter(first - TimeSpan.FromTicks(1), phase, every));
    });

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);
}
