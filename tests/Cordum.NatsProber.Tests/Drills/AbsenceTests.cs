using System.Globalization;
using Cordum.NatsProber.Drills;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;
using static Cordum.NatsProber.Tests.Drills.Readings;

namespace Cordum.NatsProber.Tests.Drills;

public sealed class AbsenceTests
{
    [Theory]
    [InlineData(0.01, 10)]
    [InlineData(2, 10)]
    [InlineData(3, 15)]
    [InlineData(60, 300)]
    public void The_limit_grows_with_the_clients_own_wait(double wait, double limit) =>
        Assert.Equal(limit, Absence.Limit(new FailoverSettings { ReconnectWait = TimeSpan.FromSeconds(wait) }).TotalSeconds);

    /// <summary>The failing-over link is away from 10 to 30. A letter and a minus: lost at; a plus: back at.</summary>
    [Theory]
    [InlineData("", 20)]
    [InlineData("a-10 a+28", 20)]                   // b is up
    [InlineData("a-10 b-15 a+28 b+29", 7)]          // none from 15 to 28
    [InlineData("a-5 b-8 a+28", 2)]                 // none since before it was lost
    [InlineData("a-10 b-15", 5)]                    // none up to the end, and later
    [InlineData("a-10 b-12 b+14 b-16 a+20", 14)]    // twice none
    [InlineData("a-1 b-2 b+3 a+4", 20)]             // long before
    [InlineData("a-10 b-10 d+11 a+30", 0)]          // of another cluster
    public void Only_the_time_counts_for_which_a_broker_was_up(string pinned, double judged)
    {
        var lines = pinned.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one =>
        {
            var link = one[0] == 'a' ? A : one[0] == 'b' ? B : new LinkKey("d", "a");
            return (one[1] == '-' ? Disconnected(link) : Reconnected(link)) with { At = TimeSpan.FromSeconds(double.Parse(one[2..], CultureInfo.InvariantCulture)) };
        }).Append(Reconnected(Whole, 20) with { At = TimeSpan.FromSeconds(30) }).ToList();

        Assert.Equal([new Absence(20, judged)], Absence.Of(Whole, AllWell, lines));
    }

    [Fact]
    public void A_broker_that_was_down_from_the_start_is_up_from_its_first_connection_on()
    {
        var before = AllWell.With(A, Well with { Connected = false }).With(B, Well with { Connected = false });
        LinkLine[] lines = [new(LinkLogEvents.Connected, A, "x") { At = TimeSpan.FromSeconds(25) }, Reconnected(Whole, 20) with { At = TimeSpan.FromSeconds(30) }];

        Assert.Equal([new Absence(20, 5)], Absence.Of(Whole, before, lines));
    }

    [Fact]
    public void A_return_that_does_not_say_how_long_it_took_excuses_nothing() =>
        Assert.Equal([new Absence(double.PositiveInfinity, double.PositiveInfinity)], Absence.Of(Whole, AllWell, [Reconnected(Whole) with { AfterSeconds = null }]));
}
