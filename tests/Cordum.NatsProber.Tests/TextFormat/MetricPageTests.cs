using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Tests.TextFormat;

public sealed class MetricPageTests
{
    private readonly MetricPage _page = new("prober", "p");

    [Fact]
    public void A_page_is_the_families_in_the_order_of_their_declaration()
    {
        var gauge = _page.Gauge("b", "B.", "x", "y");
        _page.Counter("a_total", "A.").WithLabels().Inc();
        gauge.WithLabels("1", "2").Set(-1.5);
        gauge.WithLabels("1", "3").Set(3);

        Assert.Equal(
            """
            # HELP b B.
            # TYPE b gauge
            b{x="1",y="2",prober="p"} -1.5
            b{x="1",y="3",prober="p"} 3
            # HELP a_total A.
            # TYPE a_total counter
            a_total{prober="p"} 1

            """,
            Written());
    }

    [Fact]
    public void OpenMetrics_names_counters_without_total_and_bounds_with_a_point()
    {
        _page.Counter("a_total", "A.").WithLabels();
        _page.Histogram("h", "H.", [0.5, 1]).WithLabels().Observe(0.75);

        Assert.Equal(
            """
            # HELP a A.
            # TYPE a counter
            a_total{prober="p"} 0
            # HELP h H.
            # TYPE h histogram
            h_sum{prober="p"} 0.75
            h_count{prober="p"} 1
            h_bucket{prober="p",le="0.5"} 0
            h_bucket{prober="p",le="1.0"} 1
            h_bucket{prober="p",le="+Inf"} 1

            """,
            Written(PageFormat.OpenMetrics));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(-7, "-7")]
    [InlineData(9007199254740991, "9007199254740991")]
    [InlineData(1e300, "1E+300")]
    [InlineData(0.1, "0.1")]
    [InlineData(1764000000.123, "1764000000.123")]
    [InlineData(double.Epsilon, "5E-324")]
    [InlineData(-1.7976931348623157e308, "-1.7976931348623157E+308")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void Numbers_are_written_as_Prometheus_reads_them(double value, string text)
    {
        _page.Gauge("g", "G.").WithLabels().Set(value);

        Assert.EndsWith($"\ng{{prober=\"p\"}} {text}\n", Written(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("ü,}", "ü,}")]
    public void Values_of_labels_are_escaped(string value, string text)
    {
        _page.Gauge("g", "G.", "l").WithLabels(value);

        Assert.Contains($"g{{l=\"{text}\",prober=\"p\"}} 0\n", Written(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.4, 1, 2)]
    [InlineData(0.5, 1, 2)]
    [InlineData(0.6, 0, 2)]
    [InlineData(1.0, 0, 2)]
    [InlineData(1.1, 0, 1)]
    public void A_number_belongs_to_the_first_bucket_whose_bound_it_does_not_exceed(double value, long upToHalf, long upToOne)
    {
        var histogram = _page.Histogram("h", "H.", [0.5, 1]).WithLabels();
        histogram.Observe(value);
        histogram.Observe(0.75);
        var upTo = new long[3];

        Assert.Equal(value + 0.75, histogram.Read(upTo));
        Assert.Equal([upToHalf, upToOne, 2], upTo);
    }

    [Fact]
    public void The_same_labels_are_the_same_series()
    {
        var family = _page.Counter("a_total", "A.", "x", "y");
        family.WithLabels("1", "2").Inc();
        family.WithLabels("1", "2").Inc();

        Assert.Equal(2, family.WithLabels("1", "2").Value);
        Assert.Equal(0, family.WithLabels("2", "1").Value);
    }

    [Fact]
    public void A_series_that_goes_takes_its_labels_with_it_unless_others_have_them()
    {
        var family = _page.Counter("a_total", "A.", "x", "y");
        var (first, second) = (family.WithLabels("1", "2"), family.WithLabels("1", "3"));
        _ = family.WithLabels("1", "2");

        first.Remove();
        first.Remove();
        Assert.DoesNotContain("y=\"2\"", Written(), StringComparison.Ordinal);
        Assert.Contains("x=\"1\",y=\"3\"", Written(), StringComparison.Ordinal);

        second.Remove();
        Assert.Equal("", Written());
        Assert.Equal(0, _page.Labels.Count);
    }

    [Fact]
    public void One_that_was_removed_does_not_take_its_successor_along()
    {
        var family = _page.Counter("a_total", "A.", "x");
        var old = family.WithLabels("1");
        old.Remove();
        var successor = family.WithLabels("1");

        old.Remove();
        successor.Inc();

        Assert.Contains("a_total{x=\"1\",prober=\"p\"} 1\n", Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_counter_only_grows()
    {
        var counter = _page.Counter("a_total", "A.").WithLabels();
        counter.IncTo(5);
        counter.IncTo(3);
        counter.Inc(2);

        Assert.Equal(7, counter.Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => counter.Inc(-1));
    }

    [Fact]
    public void Many_threads_lose_no_count()
    {
        var (counter, histogram) = (_page.Counter("a_total", "A.").WithLabels(), _page.Histogram("h", "H.", [0.5]).WithLabels());
        Parallel.For(0, 20_000, i =>
        {
            counter.Inc();
            histogram.Observe(i % 2);
        });

        Assert.Equal((20_000, 20_000, 10_000), (counter.Value, histogram.Count, histogram.Sum));
    }

    [Fact]
    public void A_page_longer_than_its_pieces_has_every_line_whole()
    {
        var family = _page.Gauge("g", "G.", "x");
        for (var i = 0; i < 50_000; i++)
            family.WithLabels(i.ToString(CultureInfo.InvariantCulture)).Set(i);

        var lines = Written().Split('\n')[2..^1];

        Assert.Equal(Enumerable.Range(0, 50_000).Select(i => $"g{{x=\"{i}\",prober=\"p\"}} {i}"), lines);
    }

    [Fact]
    public void What_no_page_could_show_is_refused()
    {
        _page.Counter("a_total", "A.", "x");

        Assert.Throws<ArgumentException>(() => _page.Counter("a", "A."));
        Assert.Throws<ArgumentException>(() => _page.Gauge("a_total", "A."));
        Assert.Throws<ArgumentException>(() => _page.Gauge("b", "Two\nlines."));
        Assert.Throws<ArgumentException>(() => _page.Gauge("c", "C.", "x").WithLabels());
    }

    private string Written(PageFormat format = PageFormat.Prometheus)
    {
        using var stream = new MemoryStream();
        var writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        _page.Write(writer, format);
        writer.Complete();
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
