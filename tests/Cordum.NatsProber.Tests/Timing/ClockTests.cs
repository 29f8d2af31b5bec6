using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Time.Testing;

namespace Cordum.NatsProber.Tests.Timing;

/// <summary>The two clocks, on a source whose wall clock can be set apart from the time that passes.</summary>
public sealed class ClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 3, 0, 0, TimeSpan.Zero);

    private sealed class Source : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = Start;

        public long Stamp { get; private set; } = 4_711_000;

        public override long TimestampFrequency => 1_000_000;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Stamp;

        public void Pass(TimeSpan time)
        {
            Wall += time;
            Stamp += time.Ticks / 10;
        }
    }

    private readonly Source _source = new();

    [Theory]
    [InlineData(-3600)]
    [InlineData(0.5)]
    [InlineData(86_400 * 365)]
    public void A_step_of_the_wall_clock_does_not_move_the_schedules_clock(double stepInSeconds)
    {
        var clock = new MonotonicWallClock(_source);
        _source.Pass(TimeSpan.FromSeconds(10));
        _source.Wall += TimeSpan.FromSeconds(stepInSeconds);
        Assert.Equal(Start.AddSeconds(10), clock.GetUtcNow());

        _source.Pass(TimeSpan.FromSeconds(5));

        Assert.Equal(Start.AddSeconds(15), clock.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, clock.GetUtcNow().Offset);
    }

    [Fact]
    public void The_schedules_clock_measures_as_its_source_does()
    {
        var clock = new MonotonicWallClock(_source);
        var before = clock.GetTimestamp();
        _source.Pass(TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(2), clock.GetElapsedTime(before));
    }

    [Fact]
    public void The_schedules_timers_are_its_sources()
    {
        var time = new FakeTimeProvider();
        var fired = 0;
        using var timer = new MonotonicWallClock(time).CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(3, fired);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void A_step_of_the_wall_clock_does_not_move_the_probers_clock(double stepInSeconds)
    {
        var clock = new ProberClock(_source);
        Assert.Equal(TimeSpan.Zero, clock.Now);

        _source.Pass(TimeSpan.FromSeconds(10));
        _source.Wall += TimeSpan.FromSeconds(stepInSeconds);

        Assert.Equal(TimeSpan.FromSeconds(10), clock.Now);
    }

    [Fact]
    public void Wall_time_is_told_as_the_wall_clock_reckons_it_now()
    {
        var clock = new ProberClock(_source);
        _source.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(Start.AddSeconds(4), clock.WallAt(TimeSpan.FromSeconds(4)));

        _source.Wall += TimeSpan.FromHours(1);

        Assert.Equal(Start.AddSeconds(3604), clock.WallAt(TimeSpan.FromSeconds(4)));
    }

    [Theory]
    [InlineData(1, 2, 2)]
    [InlineData(2, 1, 2)]
    [InlineData(-1, -2, -1)]
    public void The_later_instant_is_the_later_one(long a, long b, long later)
    {
        Assert.Equal(TimeSpan.FromTicks(later), Instant.Later(TimeSpan.FromTicks(a), TimeSpan.FromTicks(b)));
        Assert.Equal(TimeSpan.FromTicks(Math.Max(a, 0)), Instant.NotNegative(TimeSpan.FromTicks(a)));
    }
}
