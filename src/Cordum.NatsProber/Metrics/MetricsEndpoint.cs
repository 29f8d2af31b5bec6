using Prometheus;

namespace Cordum.NatsProber.Metrics;

/// <summary><c>/metrics</c>: exactly that path, to be read only.</summary>
internal static class MetricsEndpoint
{
    /// <summary>The methods of everything that the prober serves. Some load balancers and monitors ask with HEAD.</summary>
    public static readonly string[] ReadMethods = ["GET", "HEAD"];

    /// <summary>Serves the registry in Prometheus's text format, or in OpenMetrics to who prefers that.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes, ProberMetrics metrics)
    {
        var scrape = routes.CreateApplicationBuilder()
            .UseMiddleware<ScrapeGate>(metrics)
            .UseMiddleware<MetricServerMiddleware>(new MetricServerMiddleware.Settings { Registry = metrics.Registry })
            .Build();
        routes.MapMethods("/metrics", ReadMethods, scrape);
    }
}
