using Cordum.NatsProber.Links;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Links;

public sealed class ExpiryWatchTests
{
    private static readonly DateTimeOffset End = new(2030, 1, 31, 0, 0, 0, TimeSpan.Zero);

    private readonly ExpiryWatch _watch = new();

    [Theory]
    [InlineData("30.00:00:01", null)]
    [InlineData("30.00:00:00", ExpiryNotice.ThirtyDays)]
    [InlineData("7.00:00:01", ExpiryNotice.ThirtyDays)]
    [InlineData("7.00:00:00", ExpiryNotice.SevenDays)]
    [InlineData("1.00:00:00", ExpiryNotice.OneDay)]
    [InlineData("0.01:00:00", ExpiryNotice.OneHour)]
    [InlineData("0.00:00:01", ExpiryNotice.OneHour)]
    [InlineData("0.00:00:00", ExpiryNotice.Expired)]
    [InlineData("-100.00:00:00", ExpiryNotice.Expired)]
    internal void The_first_look_tells_the_most_urgent_only_and_once(string left, ExpiryNotice? notice)
    {
        var now = End - TimeSpan.Parse(left, null);

        Assert.Equal(notice, _watch.Due(End, now));
        Assert.Null(_watch.Due(End, now));
    }

    [Fact]
    public void Each_threshold_is_told_once_on_the_way_to_the_end()
    {
        var told = new List<ExpiryNotice?>();
        for (var now = End.AddDays(-40); now < End.AddDays(2); now += TimeSpan.FromMinutes(30))
        {
            if (_watch.Due(End, now) is { } notice)
                told.Add(notice);
        }

        Assert.Equal([ExpiryNotice.ThirtyDays, ExpiryNotice.SevenDays, ExpiryNotice.OneDay, ExpiryNotice.OneHour, ExpiryNotice.Expired], told);
    }

    [Fact]
    public void A_new_one_begins_anew()
    {
        Assert.Equal(ExpiryNotice.OneHour, _watch.Due(End, End.AddMinutes(-30)));

        var renewed = End.AddDays(90);
        Assert.Null(_watch.Due(renewed, End.AddMinutes(-29)));
        Assert.Equal(ExpiryNotice.ThirtyDays, _watch.Due(renewed, renewed.AddDays(-30)));
        Assert.Equal(ExpiryNotice.OneHour, _watch.Due(renewed, renewed.AddMinutes(-30)));
    }

    [Fact]
    public void One_that_cannot_be_read_for_a_moment_is_not_told_of_again()
    {
        Assert.Equal(ExpiryNotice.OneDay, _watch.Due(End, End.AddHours(-5)));
        Assert.Null(_watch.Due(null, End.AddHours(-4)));
        Assert.Null(_watch.Due(End, End.AddHours(-3)));
    }

    [Fact]
    public void A_clock_that_is_set_back_tells_nothing_twice()
    {
        Assert.Equal(ExpiryNotice.OneHour, _watch.Due(End, End.AddMinutes(-5)));
        Assert.Null(_watch.Due(End, End.AddDays(-5)));
        Assert.Null(_watch.Due(End, End.AddMinutes(-5)));
        Assert.Equal(ExpiryNotice.Expired, _watch.Due(End, End));
    }

    [Fact]
    public void What_never_expires_is_never_told_of() => Assert.Null(_watch.Due(null, End));

    /// <summary>However often and irregularly somebody asks: what is told becomes only more urgent.</summary>
    [Property(MaxTest = 300)]
    public void Notices_only_become_more_urgent(uint[] minutesBetween)
    {
        var watch = new ExpiryWatch();
        var now = End.AddDays(-35);
        ExpiryNotice? last = null;
        foreach (var minutes in minutesBetween)
        {
            now = now.AddMinutes(minutes % 20_000);
            if (watch.Due(End, now) is not { } notice)
                continue;
            Assert.True(last is null || notice > last);
            last = notice;
        }
    }
}
