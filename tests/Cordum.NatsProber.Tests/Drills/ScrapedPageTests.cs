using Cordum.NatsProber.Drills;
using Cordum.NatsProber.Tests.Metrics;
using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Tests.Drills;

public sealed class ScrapedPageTests
{
    [Theory]
    [InlineData("up 1", "up", "", 1)]
    [InlineData("up{} 1", "up", "", 1)]
    [InlineData("up{a=\"b\"} 1.5e3", "up", "a=b", 1500)]
    [InlineData("up{a=\"b\",c=\"d\",} -1", "up", "a=b;c=d", -1)]
    [InlineData("up{a=\"b\", c=\"d\"} 2", "up", "a=b;c=d", 2)]
    [InlineData("up{a=\"}, \\\"x\\\" \\\\ \\n=\"} 1", "up", "a=}, \"x\" \\ \n=", 1)]
    [InlineData("up{a=\"\"} 1 1700000000000", "up", "a=", 1)]
    [InlineData("h_bucket{le=\"+Inf\"} +Inf", "h_bucket", "le=+Inf", double.PositiveInfinity)]
    [InlineData("a:b NaN", "a:b", "", double.NaN)]
    [InlineData("\r\n# HELP up x{\n# TYPE up gauge\n\nup 1\r\n", "up", "", 1)]
    public void A_sample_is_read_as_a_scraper_reads_it(string page, string name, string labels, double value)
    {
        var sample = Assert.Single(ScrapedPage.Read(page));

        Assert.Equal((name, labels, value), (sample.Name, string.Join(';', sample.Labels.Select(label => $"{label.Key}={label.Value}")), sample.Value));
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{a=\"b\"} 1")]
    [InlineData("up")]
    [InlineData("up one")]
    [InlineData("up{a=b} 1")]
    [InlineData("up{a=\"b} 1")]
    [InlineData("up{a=\"b\" 1")]
    [InlineData("up{a=\"b\",a=\"c\"} 1")]
    [InlineData("up{a=\"b\"}")]
    public void What_is_no_sample_is_told_with_its_line(string page) =>
        Assert.Equal($"no sample: {page}", Assert.Throws<FormatException>(() => ScrapedPage.Read(page)).Message);

    [Fact]
    public async Task The_probers_own_page_is_read_whole()
    {
        var page = await StartUpPage.ReadAsync(PageFormat.Prometheus);

        var strict = Exposition.Read(page, openMetrics: false).Values.SelectMany(family => family.Samples).ToList();
        var read = ScrapedPage.Read(page);

        Assert.Equal(strict.Select(sample => (sample.Name, sample.Labels.Count, sample.Value)), read.Select(sample => (sample.Name, sample.Labels.Count, sample.Value)));
    }
}
