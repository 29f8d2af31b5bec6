using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>How finely histograms tell sizes apart.</summary>
public enum BucketDetail
{
    /// <summary>As finely as dashboards can use: some 20 series for each histogram.</summary>
    All,

    /// <summary>By powers of ten: 7 series for each histogram. For thousands of endpoints. Sums and counts, and so means, stay exact.</summary>
    Few,
}

/// <summary>Makes families of series on one page, with the buckets that were asked for.</summary>
/// <param name="page">The page.</param>
/// <param name="detail">Which buckets.</param>
internal sealed class SeriesMaker(MetricPage page, BucketDetail detail)
{
    /// <summary>From the fastest reconnect on loopback to outages that last a working day. Seconds.</summary>
    public double[] DowntimeBuckets { get; } = detail == BucketDetail.Few
        ? [0.1, 1, 10, 300]
        : [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 28800];

    /// <summary>From a round trip on loopback to the longest timeout that is of use. Seconds.</summary>
    public double[] RoundTripBuckets { get; } = detail == BucketDetail.Few
        ? [0.001, 0.01, 0.1, 1]
        : [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    public CounterFamily Counter(string name, string help, params string[] labels) => page.Counter(name, help, labels);

    public GaugeFamily Gauge(string name, string help, params string[] labels) => page.Gauge(name, help, labels);

    public HistogramFamily Histogram(string name, string help, double[] bounds, params string[] labels) => page.Histogram(name, help, bounds, labels);
}
