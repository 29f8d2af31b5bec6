using Prometheus;

namespace Cordum.NatsProber.Metrics;

/// <summary>Makes families of series in one registry, all alike in what they do not say of themselves.</summary>
/// <param name="make">The registry's factory.</param>
internal sealed class SeriesMaker(IMetricFactory make)
{
    /// <summary>From the fastest reconnect on loopback to outages that last a working day. Seconds.</summary>
    public static readonly double[] DowntimeBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 28800];

    /// <summary>From a round trip on loopback to the longest timeout that is of use. Seconds.</summary>
    public static readonly double[] RoundTripBuckets = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    public Counter Counter(string name, string help, params string[] labels) => make.CreateCounter(name, help, new CounterConfiguration
    {
        LabelNames = labels,
        ExemplarBehavior = ExemplarBehavior.NoExemplars(),
    });

    public Gauge Gauge(string name, string help, params string[] labels) => make.CreateGauge(name, help, labels);

    public Histogram Histogram(string name, string help, double[] buckets, params string[] labels) => make.CreateHistogram(name, help, new HistogramConfiguration
    {
        LabelNames = labels,
        Buckets = buckets,
        ExemplarBehavior = ExemplarBehavior.NoExemplars(),
    });
}
