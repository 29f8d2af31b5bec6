using System.Globalization;
using System.Runtime.InteropServices;
using Cordum.NatsProber.Alerts;
using Cordum.NatsProber.Lab;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Drills;

/// <summary>One drill: its brokers, if they are its own, its prober, and its steps.</summary>
internal sealed class Drill : IAsyncDisposable
{
    /// <summary>A lab has a few links and minutes; somebody's own clusters may have hundreds, and take an hour.</summary>
    private static readonly (TimeSpan Lab, TimeSpan Own) ScrapeEvery = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));

    private readonly DrillOrder _order;
    private readonly LabCluster? _lab;
    private readonly IReadOnlyList<ProbeFile> _files;
    private readonly DrillProber _prober;
    private readonly TimeProvider _time;
    private readonly TextWriter _progress;
    private readonly PrometheusApi? _prometheus;
    private readonly AlertmanagerApi? _alertmanager;
    private readonly Monitoring _monitoring;

    private Drill(DrillOrder order, LabCluster? lab, IReadOnlyList<ProbeFile> files, DrillProber prober, TimeProvider time, TextWriter progress)
    {
        (_order, _lab, _files, _prober, _time, _progress) = (order, lab, files, prober, time, progress);
        _prometheus = order.Prometheus is { } prometheus ? new PrometheusApi(prometheus) : null;
        _alertmanager = order.Alertmanager is { } alertmanager ? new AlertmanagerApi(alertmanager) : null;
        _monitoring = new Monitoring(_prometheus, _alertmanager, prober, files, mustBeScraped: lab is not null, time, progress);
    }

    /// <summary>Starts brokers, if they are its own, and the prober.</summary>
    /// <exception cref="LabException">The brokers cannot be started.</exception>
    /// <exception cref="IOException">The prober's address is in use.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">There is no such address on this machine.</exception>
    public static async Task<Drill> StartAsync(DrillOrder order, TimeProvider time, TextWriter progress, CancellationToken stop)
    {
        var lab = order.Files is null
            ? await LabCluster.StartAsync(new LabOptions { Brokers = order.Brokers, ClusterName = order.Cluster, NatsServer = order.NatsServer }, stop).ConfigureAwait(false)
            : null;
        try
        {
            var files = order.Files is { } own ? [.. own.Select(LinksOnly)] : new[] { FileOf(lab!) };
            var prober = await DrillProber.StartAsync(order.Settings, files, lab is null ? ScrapeEvery.Own : ScrapeEvery.Lab, time, stop).ConfigureAwait(false);
            await progress.WriteLineAsync($"prober {prober.Name} serves {prober.Metrics}").ConfigureAwait(false);
            return new Drill(order, lab, files, prober, time, progress);
        }
        catch
        {
            if (lab is not null)
                await lab.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Does all steps, or those for which there is time until <paramref name="stop"/>.</summary>
    public async Task<DrillReport> RunAsync(CancellationToken stop)
    {
        var (began, since) = (_time.GetUtcNow(), _time.GetTimestamp());
        var notes = new DrillNotes(_time, _progress);
        var versions = await _monitoring.VersionsAsync(stop).ConfigureAwait(false);
        var interrupted = await notes.RunAsync(Acts(), stop).ConfigureAwait(false);
        return new DrillReport
        {
            Began = began,
            Took = _time.GetElapsedTime(since),
            Facts = [.. Facts(), .. versions],
            Steps = notes.Steps,
            Log = [.. _prober.Lines.Select(line => line.Text)],
            Interrupted = interrupted,
        };
    }

    /// <summary>Ends the prober and the brokers that are its own, and removes their files.</summary>
    public async ValueTask DisposeAsync()
    {
        _prometheus?.Dispose();
        _alertmanager?.Dispose();
        await _prober.DisposeAsync().ConfigureAwait(false);
        if (_lab is not null)
            await _lab.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A drill is about links. The other probes would leave things behind in the cluster, or only add to its load.</summary>
    private static ProbeFile LinksOnly(ProbeFile file) => file with { Probes = new ProbeSet { Request = file.Probes.Request } };

    private static ProbeFile FileOf(LabCluster lab) => new(
        Path: "(lab)",
        Cluster: lab.ClusterName,
        Endpoints: [.. lab.Brokers.Select(broker => new ProbedEndpoint(broker.Name, new Uri(broker.Url), Monitor: null, ServerName: broker.Name))],
        Discover: null,
        Auth: null,
        Tls: null,
        Probes: new ProbeSet(),
        Objective: null);

    private IEnumerable<DrillAct> Acts()
    {
        yield return new Baseline(_prober, _files, _time).Act;
        foreach (var act in _monitoring.Before)
            yield return act;
        // What discovery has found is known after the baseline.
        var wanted = _order.Wanted(_prober.Latest.Links.Keys);
        if (_lab is not null)
        {
            foreach (var act in new LabDrill(_lab, _prober, _files[0], _time).Acts.Concat(_monitoring.After))
                yield return act;
        }
        else if (_order.Alert is null)
        {
            foreach (var act in new OwnDrill(_prober, _files, wanted, _order.Wait, _time, _progress).Acts.Concat(_monitoring.After))
                yield return act;
        }

        if (_order.Alert is { } alert && _prometheus is not null)
        {
            var breaker = _lab is not null
                ? Breaker.Of(_lab, _files[0].Cluster)
                : Breaker.OfPeople(_prober, wanted, alert, _order.Wait, _progress);
            foreach (var act in new AlertDrill(_prometheus, _alertmanager, _prober, breaker, alert, _order.Wait, _time, _progress).Acts)
                yield return act with { NotDone = _monitoring.Blind };
        }
    }

    private IEnumerable<KeyValuePair<string, string>> Facts()
    {
        yield return new("prober", $"natsprober {ProberMetrics.Version}, `prober=\"{_prober.Name}\"`, {_prober.Metrics}");
        yield return new("on", $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)} processors");
        yield return new("brokers", _lab is null ? $"of {string.Join(", ", _files.Select(file => Printable.Of(file.Path)))}" : "started for this drill");
        foreach (var file in _files)
        {
            var endpoints = file.Discover is { } discover
                ? $"{string.Join(", ", _prober.Latest.Links.Keys.Where(link => link.Cluster == file.Cluster && !link.IsFailover).Order().Select(link => link.Endpoint))}, found in {discover.Dns}"
                : string.Join(", ", file.Endpoints.Select(endpoint => $"{endpoint.Name} ({endpoint.Url.Authority})"));
            var versions = _prober.Lines.Where(line => line.Link.Cluster == file.Cluster).Select(line => line.Version).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
            yield return new($"cluster {file.Cluster}", $"{endpoints}; nats-server {(versions.Count > 0 ? string.Join(", ", versions) : "of unknown version")}");
            yield return new("requests", $"every {Durations.Format(file.Probes.Request.Every)}, timeout {Durations.Format(file.Probes.Request.Timeout)}");
        }

        // The rules remember for hours who has reported, except a drill that goes by its usual name.
        if (_prometheus is not null && _prober.Name != ProberRules.DrillProber)
        {
            var absent = _lab is null ? "" : $" and `CordumNatsProberAbsent` for `cluster=\"{_lab.ClusterName}\"`";
            yield return new("afterwards", $"if `{_prober.Name}` was scraped: `CordumNatsProberLost` for `prober=\"{_prober.Name}\"`{absent} until the rules have forgotten this drill; silence it");
        }
    }
}
