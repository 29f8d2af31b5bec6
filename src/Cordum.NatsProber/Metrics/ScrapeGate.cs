
namespace Cordum.NatsProber.Metrics;

/// <summary>
/// One scrape at a time, and each into memory first. Two that overlap would copy two instants into the same series, one under the other's eyes; and
/// a scraper that reads slowly must not keep the others waiting.
/// </summary>
internal sealed class ScrapeGate(RequestDelegate next, ProberMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var toScraper = context.Response.Body;
        using var page = new MemoryStream();
        using (await metrics.TakeTurnAsync(context.RequestAborted))
        {
            try
            {
                context.Response.Body = page;
                await next(context);
            }
            finally
            {
                context.Response.Body = toScraper;
            }
        }

        context.Response.ContentLength = page.Length;
        page.Position = 0;
        await page.CopyToAsync(toScraper, context.RequestAborted);
    }
}
