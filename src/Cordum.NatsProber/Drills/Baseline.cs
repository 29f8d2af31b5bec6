using System.Globalization;
using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Drills;

/// <summary>The first step of every drill: all is well, and nothing is counted while nothing happens.</summary>
internal sealed class Baseline(DrillProber prober, IReadOnlyList<ProbeFile> files, TimeProvider time)
{
    public const string Title = "Baseline: all is well, and nothing is counted while nothing happens";

    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    /// <summary>The step.</summary>
    public DrillAct Act => new(Title, RunAsync);

    private async Task<bool> RunAsync(ICollection<Finding> findings, CancellationToken stop)
    {
        findings.Add(Born(await prober.ReadAsync(stop).ConfigureAwait(false), Configured()));

        // As long as a link's first request has not come back, an outage of it would have no certain beginning.
        var well = await prober.UntilAsync(IsWell, Every, OpenLimit, stop).ConfigureAwait(false);
        findings.Add(Well(well, prober.Lines));
        if (!IsWell(well))
        {
            findings.Add(prober.Scrapes.Take());
            return false;
        }

        await Task.Delay(Quiet, time, stop).ConfigureAwait(false);
        findings.Add(Calm(well, await prober.ReadAsync(stop).ConfigureAwait(false)));
        findings.Add(prober.Scrapes.Take());
        return true;
    }

    /// <summary>The finding that all series are there in the first scrape.</summary>
    internal static Finding Born(Reading first, IReadOnlyCollection<LinkKey> configured)
    {
        var missing = configured.Where(link => !first.Links.ContainsKey(link)).Order().ToList();
        var names = new LinkNames(configured);
        return new(
            $"the first scrape has the series of {names.Of(configured)}, before anything happens to them",
            missing.Count == 0 ? string.Create(CultureInfo.InvariantCulture, $"{first.Series} samples, those of {first.Links.Count} links among them") : $"none of {names.Of(missing)}",
            missing.Count == 0);
    }

    /// <summary>Whether every link is open and answers.</summary>
    internal static bool IsWell(Reading reading) => reading.AllConnected && reading.Links.Keys.Any(link => !link.IsFailover) && reading.Links.Values.All(link => link.Answered >= 1);

    /// <summary>The finding that every link is open and answers.</summary>
    internal static Finding Well(Reading reading, IReadOnlyList<LinkLine> lines)
    {
        var ill = reading.Links.Where(one => !one.Value.Connected || one.Value.Answered < 1).OrderBy(one => one.Key).Select(one => one.Value.Connected
            ? $"{one.Key} is open, but answers no request{DenialOf(one.Key)}"
            : $"{one.Key} is down{CauseOf(one.Key)}").ToList();
        var seen = ill.Count > 0 ? string.Join("; ", ill) : reading.Links.Keys.All(link => link.IsFailover) ? "no endpoints" : reading.Names.Of(reading.Links.Keys);
        return new("every link is open, and a request over it was answered", seen, IsWell(reading));

        string DenialOf(LinkKey link) => lines.LastOrDefault(line => line.Link == link && line.Denial is not null) is { Denial: { } denial } line
            ? $": {Printable.Of(denial)}; grant the prober's user publish and subscribe on `{line.Grant}`, or give with --prober the NAME of a prober that is granted its own"
            : "";

        string CauseOf(LinkKey link) => lines.LastOrDefault(line => line.Link == link && line.Event == LinkLogEvents.Disconnected)?.Cause is { } cause ? $" (cause {cause})" : "";
    }

    /// <summary>The finding that nothing was counted.</summary>
    internal static Finding Calm(Reading before, Reading after) =>
        FaultChecks.Untouched([.. before.Links.Keys], before, after) with { Expected = $"{FaultChecks.Seconds(Quiet.TotalSeconds)} of quiet: no disconnect is counted" };

    private List<LinkKey> Configured() =>
        [.. files.SelectMany(file => file.Endpoints.Select(endpoint => endpoint.Name).Append(ClusterAccess.FailoverEndpoint).Select(name => new LinkKey(file.Cluster, name)))];
}
