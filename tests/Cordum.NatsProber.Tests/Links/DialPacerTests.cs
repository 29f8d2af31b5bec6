using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>Whatever a broker does, its dials keep their distance.</summary>
public sealed class DialPacerTests
{
    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    /// <summary>Plays a broker that is dead, or that welcomes every dial and hangs up after a while, and notes when it is dialled.</summary>
    private static List<TimeSpan> Dials(TimeSpan lasting, TimeSpan? session, int seed)
    {
        var random = new Random(seed);
        var pacer = new DialPacer();
        var dials = new List<TimeSpan>();
        for (var now = TimeSpan.Zero; now < lasting;)
        {
            dials.Add(now);
            pacer.Began(now, random.NextDouble());
            now += Ms(random.NextDouble() * 3);
            if (session is { } welcome)
            {
                pacer.Opened(now);
                now += welcome;
                now += pacer.Lost(now, random.NextDouble());
            }
            else
            {
                now += pacer.Wait(now);
            }
        }

        return dials;
    }

    private static int MostInAnySecond(List<TimeSpan> dials, TimeSpan from) =>
        dials.Where(start => start >= from).Max(start => dials.Count(dial => dial >= start && dial < start + TimeSpan.FromSeconds(1)));

    /// <summary>How long each session lasts, in milliseconds; below zero: the broker is dead.</summary>
    public static TheoryData<double> Sessions => [-1, 0, 1, 20, 49, 300];

    [Theory]
    [MemberData(nameof(Sessions))]
    public void At_most_twenty_dials_in_any_second_and_after_a_minute_two(double sessionMs)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var dials = Dials(TimeSpan.FromSeconds(75), sessionMs < 0 ? null : Ms(sessionMs), seed);

            Assert.InRange(MostInAnySecond(dials, TimeSpan.Zero), 2, 20);
            // A row of flaps is told from outages of their own only after twenty of them.
            Assert.InRange(MostInAnySecond(dials, TimeSpan.FromSeconds(70)), 1, 2);
        }
    }

    [Fact]
    public void A_session_that_lasted_makes_the_next_loss_a_new_outage()
    {
        var pacer = new DialPacer();
        var now = TimeSpan.Zero;
        for (var i = 0; i < 400; i++)
        {
            pacer.Began(now, 0.5);
            now += pacer.Wait(now);
        }

        Assert.True(pacer.Gap > Ms(400));
        pacer.Began(now, 0.5);
        pacer.Opened(now);
        now += TimeSpan.FromSeconds(5);

        Assert.InRange(pacer.Lost(now, 0.999), TimeSpan.Zero, DialPace.Shortest);
        pacer.Began(now, 0.5);
        Assert.Equal(DialPace.Shortest, pacer.Gap);
    }

    [Fact]
    public void The_first_dial_does_not_wait() => Assert.Equal(TimeSpan.Zero, new DialPacer().Wait(TimeSpan.FromSeconds(9)));
}
