using Cordum.NatsProber.Links;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>The promises of the pace, for any age and any jitter, and for whole rows of dials as <c>LinkKeeper</c> makes them.</summary>
public sealed class DialPaceTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Any value of a random source, its ends included.</summary>
    private static readonly Gen<double> AnyJitter =
        Gen.OneOf(Gen.Elements(0.0, Math.BitDecrement(1.0)), Gen.Choose(0, 999_999).Select(millionths => millionths / 1e6));

    private static Gen<(TimeSpan Age, double Jitter)> At(TimeSpan youngest, TimeSpan oldest) =>
        from ms in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, (int)(oldest - youngest).TotalMilliseconds))
        from jitter in AnyJitter
        select (youngest + TimeSpan.FromMilliseconds(ms), jitter);

    [Property(MaxTest = 2000)]
    public Property No_gap_is_shorter_than_50_ms() => Prop.ForAll(At(TimeSpan.Zero, TimeSpan.FromDays(3)).ToArbitrary(), at =>
        Assert.True(DialPace.Gap(at.Age, at.Jitter) >= TimeSpan.FromMilliseconds(50)));

    [Property(MaxTest = 2000)]
    public Property From_one_minute_on_no_gap_is_shorter_than_500_ms() => Prop.ForAll(At(Minute, TimeSpan.FromDays(3)).ToArbitrary(), at =>
        Assert.InRange(DialPace.Gap(at.Age, at.Jitter), TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(600)));

    [Property(MaxTest = 2000)]
    public Property Within_the_first_minute_no_gap_is_longer_than_1_percent_of_the_age_or_50_ms() =>
        Prop.ForAll(At(TimeSpan.Zero, Minute).ToArbitrary(), at =>
        {
            var percent = at.Age * 0.01;
            var most = percent > DialPace.Shortest ? percent : DialPace.Shortest;
            Assert.True(DialPace.Gap(at.Age, at.Jitter) <= most);
        });

    [Property(MaxTest = 2000)]
    public Property From_5_s_to_60_s_no_gap_is_longer_than_1_percent_of_the_age() =>
        Prop.ForAll(At(TimeSpan.FromSeconds(5), Minute).ToArbitrary(), at => Assert.True(DialPace.Gap(at.Age, at.Jitter) <= at.Age * 0.01));

    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    [InlineData(3600)]
    public void Two_probers_with_different_jitter_wait_differently(int ageInSeconds)
    {
        var age = TimeSpan.FromSeconds(ageInSeconds);
        var gaps = Enumerable.Range(0, 100).Select(i => DialPace.Gap(age, i / 100.0)).ToList();

        Assert.Equal(100, gaps.Distinct().Count());
        Assert.True(gaps.Max() > gaps.Min() * 1.1, $"{gaps.Min()} to {gaps.Max()} is no jitter to speak of");
    }

    [Property(MaxTest = 500)]
    public Property The_first_wait_is_less_than_the_shortest_gap_and_follows_the_jitter() => Prop.ForAll(AnyJitter.ToArbitrary(), jitter =>
    {
        var wait = DialPace.FirstWait(jitter);

        Assert.InRange(wait, TimeSpan.Zero, DialPace.Shortest);
        Assert.Equal(50 * jitter, wait.TotalMilliseconds, 0.001);
    });

    /// <summary>Each dial takes from nothing (refused at once) to the whole dial timeout (a hung broker).</summary>
    [Property(MaxTest = 200)]
    public Property No_second_of_an_outage_holds_more_than_20_dials_and_none_after_a_minute_more_than_2() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), Gen.Elements(0, 1, 40, 300, 2000).ToArbitrary(), (seed, longestDialInMs) =>
        {
            var dials = Dials(new System.Random(seed), TimeSpan.FromMilliseconds(longestDialInMs), until: TimeSpan.FromMinutes(2));

            for (var i = 0; i < dials.Count; i++)
            {
                var within = dials.Skip(i).TakeWhile(dial => dial < dials[i] + TimeSpan.FromSeconds(1)).Count();
                Assert.True(within <= 20, $"{within} dials in the second from {dials[i]}");
                Assert.True(dials[i] < Minute || within <= 2, $"{within} dials in the second from {dials[i]}");
            }
        });

    private static List<TimeSpan> Dials(System.Random random, TimeSpan longestDial, TimeSpan until)
    {
        var dials = new List<TimeSpan>();
        for (var began = DialPace.FirstWait(random.NextDouble()); began < until;)
        {
            dials.Add(began);
            var gap = DialPace.Gap(began, random.NextDouble());
            var took = longestDial * random.NextDouble();
            began += took > gap ? took : gap;
        }

        return dials;
    }
}
