using Cordum.NatsProber.Benchmarks.Truth;

namespace Cordum.NatsProber.Tests.Benchmarks;

/// <summary>Outages read out of what Prometheus answers.</summary>
public sealed class SampledOutagesTests
{
    private const string Answer = """
        {"status":"success","data":{"resultType":"matrix","result":[
          {"metric":{"__name__":"probe_success","job":"j","cluster":"c","endpoint":"n1","instance":"i"},"values":[[1700000000.123,"1"],[1700000001.125,"0"]]},
          {"metric":{"__name__":"probe_success","job":"j","cluster":"c","endpoint":"n2","instance":"i"},"values":[[1700000000.5,"1"]]}]}}
        """;

    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(1_700_000_000);

    /// <summary>Samples a second apart (1 good, 0 failed, a dot one that is missing), and the outages in them: start, end, length, least and most, in seconds.</summary>
    public static TheoryData<string, string> Rows => new()
    {
        { "1111", "" },
        { "1101", "2..2 1 0..2" },
        { "11000111", "2..4 3 2..4" },
        { "100101", "1..2 2 1..3; 4..4 1 0..2" },
        { "10..01", "1..4 2 3..5" },
        { "1..0..1", "3..3 1 0..6" },
        { "0011", "0..1 2 1..?" },
        { "1100", "" },
        { "", "" },
    };

    [Fact]
    public void Prometheus_answer_is_read_target_by_target_to_the_millisecond()
    {
        var targets = SampledTarget.Read(Answer);

        Assert.Equal([("j", "c", "n1"), ("j", "c", "n2")], targets.Select(target => (target.Job, target.Cluster, target.Endpoint)));
        Assert.Equal([(Start.AddMilliseconds(123), true), (Start.AddMilliseconds(1125), false)], targets[0].Samples);
    }

    [Theory]
    [InlineData("""{"status":"error","error":"too many samples"}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[]}}""")]
    public void Any_other_answer_is_refused(string answer) => Assert.Throws<FormatException>(() => SampledTarget.Read(answer));

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_of_failed_samples_is_an_outage_between_the_good_ones(string samples, string outages)
    {
        var target = new SampledTarget("j", "c", "n1", [.. samples.Index().Where(sample => sample.Item != '.').Select(sample => (Start.AddSeconds(sample.Index), sample.Item == '1'))]);

        var found = SampledOutages.Of(target, TimeSpan.FromSeconds(1), wall => wall - Start);

        Assert.Equal(
            outages,
            string.Join("; ", found.Select(one => $"{one.Began.TotalSeconds}..{one.Ended.TotalSeconds} {one.Length.TotalSeconds} {one.Minimum!.Value.TotalSeconds}..{one.Maximum?.TotalSeconds.ToString() ?? "?"}")));
    }
}
