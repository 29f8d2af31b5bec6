using Cordum.NatsProber.Slo;
using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>The series of one cluster's objective. They belong to the probe that measures it, come and go with it, and are written by it alone.</summary>
internal sealed class SloSeries
{
    private readonly LatencyLevel? _latency;
    private readonly Series[] _told;
    private readonly Counter? _slow;
    private long _slowTicks;

    public SloSeries(ProberMetrics all, string cluster, ServiceLevel level)
    {
        _latency = level.Latency;
        _told = [Told(all.Slo.ErrorBudget, (double)level.Budget.Ratio), Told(all.Slo.Window, level.Window.TotalSeconds)];
        if (_latency is null)
            return;
        _told = [.. _told, Told(all.Slo.LatencyErrorBudget, (double)_latency.Budget.Ratio), Told(all.Slo.LatencyThreshold, _latency.Threshold.TotalSeconds)];
        _slow = all.Slo.Slow.WithLabels(cluster);

        Gauge Told(GaugeFamily family, double value)
        {
            var series = family.WithLabels(cluster);
            series.Set(value);
            return series;
        }
    }

    /// <summary>A request has succeeded. Under the lock of the probe's ticks.</summary>
    public void Succeeded(TimeSpan took)
    {
        if (_latency?.IsSlow(took) == true)
            _slowTicks++;
    }

    /// <summary>Shows what was counted. Called by the scrape, alone, under the lock of the probe's ticks.</summary>
    public void Publish() => _slow?.IncTo(_slowTicks);

    /// <summary>Unpublishes them. Not while a scrape is under way.</summary>
    public void Remove()
    {
        foreach (var series in _told)
            series.Remove();
        _slow?.Remove();
    }
}
