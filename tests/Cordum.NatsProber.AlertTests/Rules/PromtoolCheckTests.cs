using Cordum.NatsProber.Alerts;
using Cordum.NatsProber.Commands;

namespace Cordum.NatsProber.AlertTests.Rules;

/// <summary>Each release of Prometheus reads the rules, at both ends of every option and compressed.</summary>
public sealed class PromtoolCheckTests
{
    /// <summary>Both ends of each option, or what an end is for those that have none.</summary>
    private static readonly string[] Options =
    [
        "", "--only prober", "--only objectives", "--only applications",
        "--churn-count 2", "--churn-count 1000", "--churn-window 3m", "--churn-window 90d", "--outage-for 0s", "--outage-for 1d", "--quorum 0", "--quorum 0.999",
        "--objective 0.001", "--objective 99.9999", "--latency-objective 0.001", "--latency-objective 99.9999", "--slo-window 1m", "--slo-window 1h", "--slo-window 3d", "--slo-window 90d",
        "--burn-factors 0.001,0.001,0.001,0.001", "--burn-factors 1000,1000,1000,1000", "--minimum-failures 1", "--minimum-failures 1000", "--staleness 1m", "--staleness 90d",
        "--scrape-interval 1s", "--scrape-interval 30s", "--scrape-interval 60s --staleness 4m", "--job a", "--job ns/name.b-c:d_e", "--runbook-base http://w", "--runbook-base https://wiki.example.com/a/b/?c=d",
        "--application-labels namespace", "--application-labels a,b,c,component", "--application-page-ratio 0.1", "--application-page-ratio 0.999", "--application-ticket-ratio 0",
        "--application-ticket-ratio 0.5", "--application-floor 1", "--application-floor 1000",
    ];

    [Theory]
    [MemberData(nameof(PrometheusReleases.Rows), MemberType = typeof(PrometheusReleases))]
    public async Task The_shipped_rules_are_accepted(string folder, string version)
    {
        var run = await CheckAsync(folder, RepositoryFiles.Rules);

        Accepted(run, version);
        Assert.Contains($"{RuleBook.Groups(new RuleSettings()).Sum(group => group.Rules.Count)} rules found", run.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(PrometheusReleases.Rows), MemberType = typeof(PrometheusReleases))]
    public async Task So_are_those_of_every_option(string folder, string version)
    {
        using var files = new TemporaryFolder();
        var paths = new List<string>();
        foreach (var (index, options) in Options.Index())
        {
            var (output, error) = (new StringWriter(), new StringWriter());
            Assert.True(await NatsProberCommand.RunAsync($"rules {options}".Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error) == 0, $"{options}: {error}");
            paths.Add(files.Put($"{index}.yml", output.ToString()));
        }

        var run = await CheckAsync(folder, [.. paths]);

        Accepted(run, version);
        Assert.Equal(Options.Length, run.Text.Split("SUCCESS").Length - 1);
    }

    [Theory]
    [MemberData(nameof(PrometheusReleases.Rows), MemberType = typeof(PrometheusReleases))]
    public async Task So_are_compressed_ones(string folder, string version)
    {
        using var files = new TemporaryFolder();
        double[] factors = [1.7, 15, 60, 1000];

        var run = await CheckAsync(
            folder, [.. factors.Select((factor, index) => files.Put($"{index}.yml", RulesYaml.Prometheus(RuleBook.Groups(new RuleSettings().Compressed(factor)), "compressed")))]);

        Accepted(run, version);
        Assert.Equal(factors.Length, run.Text.Split("SUCCESS").Length - 1);
    }

    /// <summary>The beginning tells enough: one fault is one line for each of many files.</summary>
    private static void Accepted(ProgramRun run, string version) =>
        Assert.True(run.ExitCode == 0 && !run.Text.Contains("FAILED", StringComparison.Ordinal), $"{version}: {run.Text[..Math.Min(run.Text.Length, 2000)]}");

    private static Task<ProgramRun> CheckAsync(string folder, params string[] files) => ProgramRun.OfAsync(Path.Combine(folder, "promtool"), ["check", "rules", .. files]);
}
