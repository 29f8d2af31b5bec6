using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Metrics;

/// <summary>The series of the verdicts on one link's disconnects, and of how long each took to be seen.</summary>
internal sealed class VerdictSeries
{
    private readonly Counter[] _verdicts;
    private readonly Gauge _pending;
    private readonly Histogram _gap;

    public VerdictSeries(ProberMetrics all, LinkIdentity link)
    {
        string[] labels = ["natsprober", link.Cluster, link.Endpoint, link.Scope];
        _verdicts = [.. Enum.GetValues<Verdict>().Select(verdict => all.Verdicts.Verdicts.WithLabels([.. labels, SnakeCase.Of(verdict)]))];
        _pending = all.Verdicts.Pending.WithLabels(labels);
        _gap = all.Verdicts.DetectionGap.WithLabels(labels);
    }

    /// <summary>The link was lost.</summary>
    public void Lost(LinkLoss loss)
    {
        if (loss.LastGood is { } lastGood)
            _gap.Observe((loss.At - lastGood).TotalSeconds);
    }

    /// <summary>Copies the counts. Called by the scrape, alone.</summary>
    /// <param name="counts">By verdict; read before the disconnects, so that there are never more of them.</param>
    /// <param name="disconnects">The link's disconnects, as the scrape shows them.</param>
    public void Publish(IReadOnlyList<long> counts, long disconnects)
    {
        for (var i = 0; i < _verdicts.Length; i++)
            _verdicts[i].IncTo(counts[i]);
        _pending.Set(disconnects - counts.Sum());
    }

    /// <summary>Unpublishes them. Not while a scrape is under way.</summary>
    public void Remove()
    {
        foreach (var series in (Series[])[.. _verdicts, _pending, _gap])
            series.Remove();
    }
}
