using System.IO.Pipelines;
using Cordum.NatsProber.TextFormat;
using Microsoft.Net.Http.Headers;

namespace Cordum.NatsProber.Metrics;

/// <summary><c>/metrics</c>: exactly that path, to be read only.</summary>
internal static class MetricsEndpoint
{
    /// <summary>The methods of everything that the prober serves. Some load balancers and monitors ask with HEAD.</summary>
    public static readonly string[] ReadMethods = ["GET", "HEAD"];

    private const string OpenMetrics = "application/openmetrics-text";

    /// <summary>A page is written whole before any of it is sent: nothing may hold up who writes it. Its pieces go back to their pool as they are sent.</summary>
    private static readonly PipeOptions WholePage = new(PageMemory.Instance, pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false);

    /// <summary>Serves all series in Prometheus's text format, or in OpenMetrics to who prefers that.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes, ProberMetrics metrics) =>
        routes.MapMethods("/metrics", ReadMethods, context => ServeAsync(context, metrics));

    /// <summary>The format that a scraper prefers of both; Prometheus's own if it does not care.</summary>
    /// <param name="accept">Its Accept headers.</param>
    internal static PageFormat Preferred(IList<string> accept) =>
        MediaTypeHeaderValue.TryParseList(accept, out var types)
            && types.OrderByDescending(type => type.Quality ?? 1).FirstOrDefault(type => Is(type, OpenMetrics) || Is(type, "text/plain") || Is(type, "*/*")) is { } first
            && Is(first, OpenMetrics)
            ? PageFormat.OpenMetrics
            : PageFormat.Prometheus;

    private static bool Is(MediaTypeHeaderValue type, string name) => type.Quality is not 0 && type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static async Task ServeAsync(HttpContext context, ProberMetrics metrics)
    {
        var format = Preferred([.. context.Request.Headers.Accept.OfType<string>()]);
        var page = new Pipe(WholePage);
        try
        {
            long length;
            // One at a time: two scrapes that overlap would copy two instants into the same series, one under the other's eyes. But whoever reads slowly keeps
            // nobody waiting.
            using (await metrics.TakeTurnAsync(context.RequestAborted))
                length = await metrics.WriteAsync(page.Writer, format, context.RequestAborted);

            context.Response.ContentType = format == PageFormat.OpenMetrics ? OpenMetrics + "; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8";
            context.Response.ContentLength = length;
            await page.Reader.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        finally
        {
            // Both ends, or a page that was given up half-way would keep its memory.
            await page.Writer.CompleteAsync();
            await page.Reader.CompleteAsync();
        }
    }
}
