using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Tests.Probes;
using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Tests.Metrics;

/// <summary>
/// A change of any series is seen in the review of <c>start-up.prom</c>. To write that file anew: run these tests with NATSPROBER_UPDATE_GOLDEN=1, and
/// read the difference before it is committed.
/// </summary>
public sealed class StartUpGoldenTests
{
    private static string GoldenFile => Path.Combine(ProbeFolder.Repository, "tests", "Cordum.NatsProber.Tests", "Metrics", "start-up.prom");

    [Fact]
    public async Task The_page_at_start_up_is_the_golden_one()
    {
        var page = Own(await StartUpPage.ReadAsync(PageFormat.Prometheus));
        if (Environment.GetEnvironmentVariable("NATSPROBER_UPDATE_GOLDEN") == "1")
            await File.WriteAllTextAsync(GoldenFile, page, TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(GoldenFile, TestContext.Current.CancellationToken), page, ignoreLineEndingDifferences: false);
    }

    /// <summary>Without the process's families, and without the version, which has a test of its own.</summary>
    private static string Own(string page) => string.Concat(page.Split('\n')
            .Where(line => line.Contains("cordum_nats_", StringComparison.Ordinal))
            .Select(line => line + "\n"))
        .Replace($"version=\"{ProberMetrics.Version}\"", "version=\"VERSION\"", StringComparison.Ordinal);
}
