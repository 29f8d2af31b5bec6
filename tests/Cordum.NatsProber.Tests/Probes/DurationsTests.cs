using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Tests.Probes;

public class DurationsTests
{
    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("1s", 1)]
    [InlineData("1.5s", 1.5)]
    [InlineData("5m", 300)]
    [InlineData("1h", 3600)]
    [InlineData("30d", 2592000)]
    [InlineData("0s", 0)]
    public void Parses(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Durations.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("1")]
    [InlineData("-1s")]
    [InlineData("1 s")]
    [InlineData("1.s")]
    [InlineData(".5s")]
    [InlineData("1S")]
    [InlineData("1s\n")]
    [InlineData("1m30s")]
    [InlineData("1sm")]
    [InlineData("١s")]
    [InlineData("1e3s")]
    public void Refuses(string text) => Assert.Null(Durations.Parse(text));

    [Theory]
    [InlineData("500ms", "500ms")]
    [InlineData("1.5s", "1500ms")]
    [InlineData("90s", "90s")]
    [InlineData("60s", "1m")]
    [InlineData("24h", "1d")]
    [InlineData("0.5ms", "0.5ms")]
    [InlineData("0s", "0ms")]
    public void Formats_in_the_longest_unit_that_needs_no_fraction(string text, string formatted) =>
        Assert.Equal(formatted, Durations.Format(Durations.Parse(text)!.Value));

    [Fact]
    public void Too_long_for_a_time_span_is_cut() => Assert.Equal(TimeSpan.MaxValue, Durations.Parse("999999999d"));
}
