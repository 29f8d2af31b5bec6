using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Slo;
using Cordum.NatsProber.Tests.Brokers;
using Microsoft.Extensions.Time.Testing;
using Cordum.NatsProber.TextFormat;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Tests.Metrics;

/// <summary>What <c>/metrics</c> shows of a prober called <c>test</c> with two endpoints, every probe and an objective before its first dial has ended.</summary>
internal static class StartUpPage
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>What the cluster promises.</summary>
    private static readonly Objective Objective = new(99.95, TimeSpan.FromDays(30), new(TimeSpan.FromMilliseconds(50), 99));

    /// <summary>The page, whole.</summary>
    public static Task<string> ReadAsync(PageFormat format) => Metrics().ReadAsync(format, TestContext.Current.CancellationToken);

    /// <summary>The page's families.</summary>
    public static async Task<IReadOnlyDictionary<string, Family>> FamiliesAsync() => Exposition.Read(await ReadAsync(PageFormat.Prometheus), openMetrics: false);

    /// <summary>The prober's own families: without those of the process and the runtime, whose values nobody can foretell.</summary>
    public static bool IsOwn(string family) => family.StartsWith("cordum_nats_", StringComparison.Ordinal);

    private static ProberMetrics Metrics()
    {
        var time = new FakeTimeProvider(Start);
        var metrics = new ProberMetrics("test", new ProberClock(time), new StallRecord());
        var routes = new Dictionary<string, ProbeSeries>();
        foreach (var endpoint in (string[])["n1", "n2"])
        {
            var link = new LinkIdentity("local", endpoint, "endpoint");
            metrics.ForLink(link, measuresConnects: true);
            foreach (var kind in (ProbeKind[])[ProbeKind.Request, ProbeKind.Connect])
                metrics.ForProbe(link, kind, TimeSpan.FromSeconds(1), time.GetUtcNow());
            routes[endpoint] = metrics.ForProbe(link, ProbeKind.Route, TimeSpan.FromSeconds(1), time.GetUtcNow());
        }

        metrics.ForRoute("local", "n1", "n2", routes["n1"]);
        metrics.ForRoute("local", "n2", "n1", routes["n2"]);
        var whole = new LinkIdentity("local", "_cluster", "cluster");
        metrics.ForLink(whole);
        metrics.ForProbe(whole, ProbeKind.Request, TimeSpan.FromSeconds(1), time.GetUtcNow(), ServiceLevel.Of(Objective));
        foreach (var kind in (ProbeKind[])[ProbeKind.Jetstream, ProbeKind.Kv])
            metrics.ForProbe(whole, kind, TimeSpan.FromSeconds(1), time.GetUtcNow());
        foreach (var endpoint in (string[])["n1", "n2"])
        {
            var broker = new LinkIdentity("local", endpoint, "endpoint");
            metrics.ForBroker(broker, SilentSource.OfEveryKind());
            metrics.ForProbe(broker, ProbeKind.Broker, TimeSpan.FromSeconds(1), time.GetUtcNow());
        }

        var failover = metrics.ForFailover("local", static _ => null);
        failover.Add("n1");
        failover.Add("n2");
        _ = new DiscoverySeries(metrics, "local");
        _ = new CredentialSeries(metrics, "local");

        time.Advance(TimeSpan.FromSeconds(1));
        return metrics;
    }
}
