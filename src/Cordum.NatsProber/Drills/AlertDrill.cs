using System.Globalization;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Drills;

/// <summary>Who takes a broker down, and brings it back.</summary>
/// <param name="BreakAsync">Returns the link that was lost; null if none was, within the time that there was.</param>
/// <param name="MendAsync">Returns when whatever can be done to bring it back is done.</param>
internal sealed record Breaker(Func<CancellationToken, Task<LinkKey?>> BreakAsync, Func<LinkKey, CancellationToken, Task> MendAsync)
{
    /// <summary>Whether people do it: what they have taken down stays down until they are told.</summary>
    public bool ByPeople { get; private init; }

    /// <summary>Kills a broker of the lab, and starts it again.</summary>
    public static Breaker Of(LabCluster lab, string cluster)
    {
        var broker = lab.Brokers[^1];
        return new(
            async stop =>
            {
                broker.Kill();
                await broker.ExitedAsync(stop).ConfigureAwait(false);
                return new LinkKey(cluster, broker.Name);
            },
            (_, stop) => broker.StartAsync(stop));
    }

    /// <summary>Asks people to do it.</summary>
    public static Breaker OfPeople(DrillProber prober, IReadOnlyList<LinkKey> wanted, string alert, TimeSpan wait, TextWriter progress) => new(
        async stop =>
        {
            await progress.WriteLineAsync($"  take one of {prober.Latest.Names.Of(wanted)} down now, and keep it down until it says here that {alert} has fired").ConfigureAwait(false);
            var now = await prober.UntilAsync(reading => wanted.Any(link => !reading[link].Connected), TimeSpan.FromSeconds(1), wait, stop).ConfigureAwait(false);
            return wanted.Where(link => !now[link].Connected).Select(link => (LinkKey?)link).FirstOrDefault();
        },
        (link, _) => progress.WriteLineAsync($"  bring {prober.Latest.Names.Of(link)} back now"))
    {
        ByPeople = true,
    };
}

/// <summary>The drill of one alert, from the loss of a broker to the page, and back: it fires, arrives, and is resolved.</summary>
internal sealed class AlertDrill(
    PrometheusApi prometheus, AlertmanagerApi? alertmanager, DrillProber prober, Breaker breaker, string alert, TimeSpan wait, TimeProvider time, TextWriter progress)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Prometheus sends what it fires within an evaluation, and Alertmanager shows it at once.</summary>
    private static readonly TimeSpan Delivery = TimeSpan.FromSeconds(60);

    /// <summary>The steps.</summary>
    public IEnumerable<DrillAct> Acts => [new($"Alert: a broker stays down until `{alert}` fires, and comes back", RunAsync)];

    private async Task<bool> RunAsync(ICollection<Finding> findings, CancellationToken stop)
    {
        if (await breaker.BreakAsync(stop).ConfigureAwait(false) is not { } link)
        {
            findings.Add(new("an endpoint is lost", "none was", false));
            return true;
        }

        try
        {
            return await RunAsync(link, findings, stop).ConfigureAwait(false);
        }
        finally
        {
            // Interrupted, or broken off in another way: whoever took it down must not wait to be told.
            if (breaker.ByPeople && !findings.Any(finding => finding.Expected == IsBack(link)) && !prober.Latest[link].Connected)
                findings.Add(new(IsBack(link), "still down, and no longer waited for: bring it back now", false));
        }
    }

    private string IsBack(LinkKey link) => $"{prober.Latest.Names.Of(link)} comes back";

    private async Task<bool> RunAsync(LinkKey link, ICollection<Finding> findings, CancellationToken stop)
    {
        await progress.WriteLineAsync($"  {link} is down; waiting for {alert}, up to {wait.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s").ConfigureAwait(false);
        var fired = await ExpectAsync($"`{alert}` fires for {link}", findings, FiringAsync, isThere: true, wait, stop).ConfigureAwait(false);
        var held = false;
        if (alertmanager is not null)
        {
            (held, _) = await UntilAsync(HeldAsync, there: true, fired ? Delivery : TimeSpan.Zero, stop).ConfigureAwait(false);
            findings.Add(MonitoringChecks.Paged(alert, await AlertsAsync(link, stop).ConfigureAwait(false)));
        }

        await breaker.MendAsync(link, stop).ConfigureAwait(false);
        var after = await prober.UntilAsync(reading => reading.AllConnected, TimeSpan.FromMilliseconds(250), wait, stop).ConfigureAwait(false);
        findings.Add(new(IsBack(link), after[link].Connected ? "connected" : "still down", after[link].Connected));
        await ExpectResolvedAsync($"Prometheus resolves `{alert}` for {link}", fired, FiringAsync).ConfigureAwait(false);
        if (alertmanager is not null)
            await ExpectResolvedAsync("Alertmanager resolves it", held, HeldAsync).ConfigureAwait(false);
        findings.Add(prober.Scrapes.Take());
        return after.AllConnected;

        async Task ExpectResolvedAsync(string expected, bool began, Func<Task<Answer<string>>> ask)
        {
            if (began)
                await ExpectAsync(expected, findings, ask, isThere: false, wait, stop).ConfigureAwait(false);
            else
                findings.Add(MonitoringChecks.NeverBegun(expected));
        }

        async Task<Answer<string>> FiringAsync()
        {
            var firing = await prometheus.QueryAsync($"ALERTS{{alertname=\"{alert}\", alertstate=\"firing\"}}", stop).ConfigureAwait(false);
            return firing.Value is { } series ? new(series.Any(one => MonitoringChecks.IsOf(one.Labels, link)) ? "fires" : "", null) : new(null, firing.Problem);
        }

        async Task<Answer<string>> HeldAsync()
        {
            var all = await AlertsAsync(link, stop).ConfigureAwait(false);
            return all.Value is { } alerts ? new(alerts.Count > 0 ? "there" : "", null) : new(null, all.Problem);
        }
    }

    private async Task<Answer<IReadOnlyList<HeldAlert>>> AlertsAsync(LinkKey link, CancellationToken stop)
    {
        var held = await alertmanager!.AlertsAsync(alert, stop).ConfigureAwait(false);
        return held.Value is { } alerts ? new([.. alerts.Where(one => MonitoringChecks.IsOf(one.Labels, link))], null) : held;
    }

    private async Task<bool> ExpectAsync(string expected, ICollection<Finding> findings, Func<Task<Answer<string>>> ask, bool isThere, TimeSpan limit, CancellationToken stop)
    {
        var since = time.GetTimestamp();
        var (asWanted, problem) = await UntilAsync(ask, isThere, limit, stop).ConfigureAwait(false);
        var after = FaultChecks.Seconds(Math.Round(time.GetElapsedTime(since).TotalSeconds, 1));
        findings.Add(new(expected, asWanted ? $"after {after}" : problem ?? $"not within {after}", asWanted));
        await progress.WriteLineAsync($"  {expected}: {(asWanted ? $"after {after}" : "no")}").ConfigureAwait(false);
        return asWanted;
    }

    /// <summary>Asks until the alert is there, or is gone. In a long wait, one question without an answer is no reason to give up.</summary>
    private async Task<(bool AsWanted, string? Problem)> UntilAsync(Func<Task<Answer<string>>> ask, bool there, TimeSpan limit, CancellationToken stop)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            var answer = await ask().ConfigureAwait(false);
            if (answer.Value is { } seen && seen.Length > 0 == there)
                return (true, null);
            if (time.GetElapsedTime(since) > limit)
                return (false, answer.Problem);
            await Task.Delay(Every, time, stop).ConfigureAwait(false);
        }
    }
}
