using System.Globalization;
using Cordum.NatsProber.Benchmarks.Harness;

namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>The clusters, all who watch them, and what is to be done to them.</summary>
internal sealed class TruthField : IAsyncDisposable
{
    /// <summary>How far off an outage may be told and still be taken for this fault's; an endpoint is left in peace for much longer.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly FaultLengths CutLengths = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));

    /// <summary>How often the blackbox exporter is asked, in two jobs side by side.</summary>
    private static readonly (string Name, TimeSpan Interval)[] Jobs = [("blackbox-1s", TimeSpan.FromSeconds(1)), ("blackbox-15s", TimeSpan.FromSeconds(15))];

    private readonly BenchClock _clock = new();
    private readonly List<TruthCluster> _clusters = [];
    private readonly List<FaultSeries> _random = [];
    private readonly List<FaultSeries> _cuts = [];
    private readonly List<FaultSeries> _long = [];
    private readonly BenchmarkSetting _setting;
    private readonly int _seed;
    private ProberUnderTest? _prober;
    private BlackboxMonitoring? _monitoring;

    private TruthField(BenchmarkSetting setting, int seed) => (_setting, _seed) = (setting, seed);

    /// <summary>How long faults are made in either company.</summary>
    private TimeSpan Round => _setting.Choose(TimeSpan.FromSeconds(465), TimeSpan.FromSeconds(30));

    /// <summary>Longer than the slowest scrape: every instrument has seen the end of the last fault.</summary>
    private TimeSpan Settling => _setting.Choose(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(5));

    /// <summary>How many short cuts there are for each cluster that has them, in either company.</summary>
    private int Cuts => _setting.Choose(50, 8);

    /// <summary>Starts everything.</summary>
    public static async Task<TruthField> StartAsync(BenchmarkSetting setting, int seed, CancellationToken stop)
    {
        var field = new TruthField(setting, seed);
        try
        {
            await field.StartAsync(stop);
            return field;
        }
        catch
        {
            await field.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the faults, and asks everybody about them.</summary>
    public async Task<TruthResult> RunAsync(CancellationToken stop)
    {
        var faults = new List<Fault>();
        var cuts = new List<CountedCuts>();
        var lasting = AllAsync(_long, Load.Mixed, _clock.Now + ((Round + Settling) * 2), int.MaxValue, stop);
        foreach (var load in new[] { Load.Idle, Load.Busy })
        {
            var (disconnects, stalled) = await CountersAsync(stop);
            var (made, short20) = await RoundAsync(load, stop);
            await Task.Delay(Settling, stop);
            var after = await CountersAsync(stop);
            cuts.Add(new(load, short20.Count, after.Disconnects - disconnects) { Stalled = TimeSpan.FromSeconds(after.StalledSeconds - stalled) });
            faults.AddRange(made);
            faults.AddRange(short20);
            Progress.Say($"{faults.Count} faults made, {Words.Of(load)} done");
        }

        faults.AddRange(await lasting);
        await Task.Delay(Settling, stop);

        var drift = _clock.WallDrift;
        var samples = SampledTarget.Read(await _monitoring!.QueryAsync("probe_success[2h]", stop));
        return new(
            _seed,
            Matched("natsprober", ProberTale.Of(_prober!.Log, _clock.Of)),
            [
                .. Jobs.Select(job => Matched(
                    string.Create(CultureInfo.InvariantCulture, $"blackbox exporter each {job.Interval.TotalSeconds:0} s"),
                    samples.Where(target => target.Job == job.Name).SelectMany(target => SampledOutages.Of(target, job.Interval, _clock.Of)))),
                Matched("application's counter", _clusters.SelectMany(cluster => cluster.Application.Outages(_clock))),
            ],
            cuts,
            drift);

        Instrument Matched(string name, IEnumerable<ToldOutage> told) => new(name, FaultMatching.Of(faults, told, Slack));
    }

    public async ValueTask DisposeAsync()
    {
        if (_prober is not null)
            await _prober.DisposeAsync();
        if (_monitoring is not null)
            await _monitoring.DisposeAsync();
        foreach (var cluster in _clusters)
            await cluster.DisposeAsync();
    }

    private static async Task<IReadOnlyList<Fault>> AllAsync(IEnumerable<FaultSeries> series, Load load, TimeSpan deadline, int most, CancellationToken stop) =>
        [.. (await Task.WhenAll(series.Select(one => one.RunAsync(load, deadline, most, stop)))).SelectMany(made => made)];

    private async Task StartAsync(CancellationToken stop)
    {
        var (least, most) = (TimeSpan.FromMilliseconds(20), _setting.Choose(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)));
        FaultKind[] signals = [FaultKind.Kill, FaultKind.Terminate, FaultKind.Suspend];
        for (var i = 1; i <= _setting.Choose(3, 1); i++)
            await AddAsync(_random, $"signals-{i}", signals, new(least, most), stop);
        await AddAsync(_random, "packets", [FaultKind.Drop], new(least, most), stop);
        for (var i = 1; i <= _setting.Choose(2, 1); i++)
            await AddAsync(_cuts, $"cuts-{i}", [FaultKind.Cut], CutLengths, stop);
        if (!_setting.IsBrief)
        {
            var (minute, tenMinutes) = (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
            await AddAsync(_long, "long-1", [FaultKind.Kill], new(minute * 5, tenMinutes), stop);
            await AddAsync(_long, "long-2", signals, new(minute, tenMinutes), stop);
            await AddAsync(_long, "long-3", signals, new(minute, minute * 4), stop);
            await AddAsync(_long, "long-4", [FaultKind.Drop], new(minute, tenMinutes), stop);
        }

        _prober = await ProberUnderTest.StartAsync([.. _clusters.Select(cluster => cluster.ProbeFile)], stop: stop);
        _monitoring = await BlackboxMonitoring.StartAsync(_setting.Tools, stop);
        var targets = _clusters.SelectMany(cluster => cluster.Endpoints)
            .Select(endpoint => $"{{ targets: [\"{endpoint.Url.Authority}\"], labels: {{ cluster: {endpoint.Cluster}, endpoint: {endpoint.Broker.Name} }} }}")
            .ToList();
        await _monitoring.ScrapeAsync([.. Jobs.Select(job => _monitoring.Probing(job.Name, job.Interval, targets))], stop);
        await _prober.UntilConnectedAsync(StartLimit, stop);
        await Task.Delay(Settling, stop);
        Progress.Say($"{_clusters.Count} clusters are watched");
    }

    private async Task AddAsync(List<FaultSeries> to, string name, FaultKind[] kinds, FaultLengths lengths, CancellationToken stop)
    {
        var isProxied = kinds.Any(kind => kind is FaultKind.Drop or FaultKind.Cut);
        var cluster = await TruthCluster.StartAsync(name, isProxied, _setting.Tools.NatsServer, stop);
        _clusters.Add(cluster);
        var peace = _setting.Choose(TimeSpan.FromSeconds(18), TimeSpan.FromSeconds(6));
        to.Add(new(cluster, [.. kinds], lengths, peace, new Random(unchecked(_seed + _clusters.Count)), _clock));
    }

    private async Task<(IReadOnlyList<Fault> Made, IReadOnlyList<Fault> Cuts)> RoundAsync(Load load, CancellationToken stop)
    {
        using var busy = load == Load.Busy ? new Burners(perProcessor: 1, nice: 0) : null;
        var deadline = _clock.Now + Round;
        var made = AllAsync(_random, load, deadline, int.MaxValue, stop);
        var cuts = AllAsync(_cuts, load, deadline, Cuts, stop);
        return (await made, await cuts);
    }

    /// <summary>How many disconnects are counted of the links to the brokers that are cut off for a moment, and suffer nothing else; and how long the prober was held up.</summary>
    private async Task<(double Disconnects, double StalledSeconds)> CountersAsync(CancellationToken stop)
    {
        var page = await _prober!.ScrapeAsync(stop);
        return (
            _cuts.Sum(series => page.Sum("cordum_nats_disconnect_total", ("cluster", series.Cluster), ("scope", "endpoint"))),
            page.Sum("cordum_nats_prober_stall_seconds_total"));
    }
}
