using Cordum.NatsProber.Brokers;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>Durations as Go writes them.</summary>
public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("997µs", 9_970)] // U+00B5, as Go writes it
    [InlineData("997μs", 9_970)] // U+03BC, as Go reads it, too
    [InlineData("997us", 9_970)]
    [InlineData("975µs", 9_750)]
    [InlineData("1.043093ms", 10_431)]
    [InlineData("1.5ms", 15_000)]
    [InlineData("250ns", 3)] // to the tick
    [InlineData("3s", 30_000_000)]
    [InlineData("1m2.25s", 622_500_000)]
    [InlineData("1h0m0.001s", 36_000_010_000)]
    [InlineData("2540h23m11.5s", 91_453_915_000_000)]
    public void A_duration_is_read_to_the_tick(string text, long ticks) => Assert.Equal(TimeSpan.FromTicks(ticks), GoDuration.TryParse(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("ms")]
    [InlineData("-1s")] // Go writes them; a round trip is none
    [InlineData("1 s")]
    [InlineData("1s ")]
    [InlineData("1.2.3s")]
    [InlineData(".s")]
    [InlineData("1d")]
    [InlineData("1S")]
    [InlineData("1e3s")]
    [InlineData("NaNs")]
    [InlineData("1m2")]
    [InlineData("١s")] // a digit, and not one of Go's
    [InlineData("99999999999999999999999999h")]
    public void Anything_else_is_none(string? text) => Assert.Null(GoDuration.TryParse(text));

    [Property(MaxTest = 1000)]
    public Property No_text_makes_it_throw() => Prop.ForAll<string?>(text => GoDuration.TryParse(text) is null or { Ticks: >= 0 });

    [Property(MaxTest = 1000)]
    public Property What_Go_writes_of_milliseconds_comes_back() => Prop.ForAll(Gen.Choose(0, 100_000_000).ToArbitrary(), ms =>
    {
        var length = TimeSpan.FromMilliseconds(ms);
        var written = FormattableString.Invariant($"{(long)length.TotalHours}h{length.Minutes}m{length.Seconds + (length.Milliseconds / 1000m)}s");

        return GoDuration.TryParse(written) == length;
    });
}
