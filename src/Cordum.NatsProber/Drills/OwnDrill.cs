using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Drills;

/// <summary>The drill on brokers that are somebody's own: that somebody makes the turbulence, and the drill waits until it was seen and is over.</summary>
/// <param name="prober">The prober.</param>
/// <param name="files">Its clusters.</param>
/// <param name="wanted">The links that have to be lost and come back.</param>
/// <param name="wait">How long to wait.</param>
/// <param name="time">The clock.</param>
/// <param name="progress">Where people are told what to do, and what has happened so far.</param>
internal sealed class OwnDrill(
    DrillProber prober, IReadOnlyList<ProbeFile> files, IReadOnlyList<LinkKey> wanted, TimeSpan wait, TimeProvider time, TextWriter progress)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    /// <summary>Where nothing happens for so long, it is said once more what is waited for.</summary>
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    /// <summary>The steps.</summary>
    public IEnumerable<DrillAct> Acts => [new($"Turbulence: {Names.Of(wanted)} lost, and back, within {Durations.Format(wait)}", WaitAsync)];

    private LinkNames Names => prober.Latest.Names;

    private async Task<bool> WaitAsync(ICollection<Finding> findings, CancellationToken stop)
    {
        await progress.WriteLineAsync(
            $"""
               make turbulence now: restart {Names.Of(wanted)} in whatever way you want to see proven, such as
                 kubectl rollout restart statefulset/nats
               waiting for up to {Durations.Format(wait)}
             """).ConfigureAwait(false);
        var (before, linesBefore, since) = (prober.Latest, prober.Lines.Count, time.GetTimestamp());
        var (told, toldAt) = (linesBefore, since);
        try
        {
            await prober.UntilAsync(IsOver, Every, wait, stop).ConfigureAwait(false);
        }
        finally
        {
            // Also of a wait that was interrupted it is told what was seen; what had not begun by then has not failed.
            var now = prober.Latest;
            var judged = stop.IsCancellationRequested ? [.. TurbulenceChecks.Begun(wanted, before, now)] : wanted;
            var lines = prober.Lines.Skip(linesBefore).ToList();
            foreach (var finding in judged.SelectMany(link => TurbulenceChecks.Of(link, before, now, lines, time.GetElapsedTime(since))))
                findings.Add(finding);
            foreach (var file in files.Where(file => judged.Any(one => one.Cluster == file.Cluster)).OrderBy(file => file.Cluster, StringComparer.Ordinal))
            {
                var failover = new LinkKey(file.Cluster, ClusterAccess.FailoverEndpoint);
                findings.Add(FaultChecks.FailedOver(failover, before, now, lines, (0, int.MaxValue), Absence.Limit(file.Failover)));
            }

            if (judged.Count > 0)
                findings.Add(prober.Scrapes.Take());
        }

        return true;

        bool IsOver(Reading now)
        {
            var lines = prober.Lines;
            foreach (var line in lines.Skip(told).Where(line => line.Event is LinkLogEvents.Disconnected or LinkLogEvents.Reconnected))
                progress.WriteLine($"  {line.Text}");
            var ofThisStep = lines.Skip(linesBefore).ToList();
            var waiting = wanted.Where(link => !TurbulenceChecks.IsOver(link, before, now, ofThisStep)).ToList();
            if (lines.Count > told)
                toldAt = time.GetTimestamp();
            told = lines.Count;
            if (waiting.Count > 0 && time.GetElapsedTime(toldAt) > Reminder)
            {
                progress.WriteLine($"  still to be lost and to come back: {Names.Of(waiting)}; {Durations.Format(TimeSpan.FromSeconds(Math.Ceiling((wait - time.GetElapsedTime(since)).TotalSeconds)))} left");
                toldAt = time.GetTimestamp();
            }

            // A link that is lost once more while the others are waited for has to be back as well.
            return waiting.Count == 0 && now.AllConnected;
        }
    }
}
