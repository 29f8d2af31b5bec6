using Cordum.NatsProber.Commands;

namespace Cordum.NatsProber.Tests.Commands;

public sealed class RulesCommandTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData("--churn-count 8", "increase15m >= bool 7.5", "at least 8 times in 15m")]
    [InlineData("--churn-window 30m", "reconnects:increase30m >= bool 4.5", "reconnects:increase10m offset 20m", "[30m]")]
    [InlineData("--outage-for 90s", "for: 90s\n", "has not come back for 90s")]
    [InlineData("--quorum 0", "cluster_endpoint:cordum_nats_down:avg > 0\n")]
    [InlineData("--objective 99.9", "expr: 0.001 * group by (cluster)")]
    [InlineData("--latency-objective 95", "expr: 0.05 * group by (cluster)")]
    [InlineData("--slo-window 28d", "[28d]", "== 2419200\n", "ratio_rate28d")]
    [InlineData("--burn-factors 10,5,2,0.5", "cordum_nats_error_budget:ratio, 10)", ":ratio, 5)", ":ratio, 2)", ":ratio, 0.5)")]
    [InlineData("--minimum-failures 20", ":increase1h >= 19.5")]
    [InlineData("--staleness 3m", "down:max[3m]")]
    [InlineData("--scrape-interval 30s", "at least every 30s")]
    [InlineData("--job nats/probers", "up{job=\"nats/probers\"}", "job: nats/probers")]
    [InlineData("--runbook-base https://wiki.example.com/nats", "runbook_url: https://wiki.example.com/nats/CordumNatsWatchdog.md")]
    [InlineData("--runbook-base https://wiki.example.com/nats/", "runbook_url: https://wiki.example.com/nats/CordumNatsWatchdog.md")]
    [InlineData("--application-labels namespace,env", "avg by (component, namespace, env)", "record: component_namespace_env:cordum_nats_application_down:avg", "{{ $labels.namespace }}")]
    [InlineData("--application-page-ratio 0.75", "application_down:avg[2m]) > 0.75")]
    [InlineData("--application-ticket-ratio 0.25", "application_down:avg[2m]) > 0.25")]
    [InlineData("--application-floor 7", "application_down:sum[2m]) >= 7")]
    [InlineData("--format operator --operator-label release=prom --operator-label a.b/c=", "    release: prom\n", "    a.b/c: ''\n", "kind: PrometheusRule")]
    [InlineData("--format OPERATOR --only applications", "name: cordum-nats-applications")]
    public async Task Each_option_does_what_it_says(string commandLine, params string[] phrases)
    {
        Assert.Equal(0, await RunAsync($"rules {commandLine}"));

        Assert.All(phrases, phrase => Assert.Contains(phrase, _output.ToString(), StringComparison.Ordinal));
        Assert.StartsWith($"# Made by: natsprober rules {commandLine}\n", _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(_error.ToString());
    }

    [Theory]
    [InlineData("--churn-count 1", "--churn-count 1: write a number from 2 to 1000")]
    [InlineData("--churn-window soon", "--churn-window 'soon': write a time such as 30s, 5m or 30d")]
    [InlineData("--churn-window 1ms", "--churn-window 1ms: write a time with three equal parts in whole milliseconds, such as 15m")]
    [InlineData("--outage-for 5", "--outage-for '5': write a time such as 30s, 5m or 30d")]
    [InlineData("--slo-window 999999999d", "--slo-window '999999999d': write a time such as 30s, 5m or 30d")]
    [InlineData("--burn-factors 14.4,6", "--burn-factors '14.4,6': write four numbers and commas, those of the pages first, such as 14.4,6,3,1")]
    [InlineData("--burn-factors 14.4,6,x,1", "--burn-factors '14.4,6,x,1': write four numbers")]
    [InlineData("--operator-label release=a", "--operator-label: only --format operator has labels")]
    [InlineData("--format operator --operator-label =a", "--operator-label '=a': write KEY=VALUE as Kubernetes has labels, such as release=prometheus")]
    [InlineData("--objective 99.99999999999999", "--objective 99.99999999999999: write a percentage above 0 and 99.9999 at most, such as 99.95")]
    [InlineData("--quorum NaN", "--quorum NaN: write a share from 0 to below 1")]
    public async Task What_makes_no_sense_is_a_line_and_no_rules(string commandLine, string told)
    {
        Assert.Equal(2, await RunAsync($"rules {commandLine}"));

        Assert.Empty(_output.ToString());
        Assert.Contains($"natsprober rules: {told}", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--churn-count many", "--churn-count 'many': write a number, such as 5")]
    [InlineData("--objective 9,9", "--objective '9,9': write a number, such as 0.5")]
    [InlineData("--format json", "'json'")]
    [InlineData("--only some", "'some'")]
    [InlineData("--nope", "'--nope'")]
    public async Task What_cannot_be_read_is_told_as_for_every_verb(string commandLine, string told)
    {
        Assert.Equal(2, await RunAsync($"rules {commandLine}"));

        Assert.Empty(_output.ToString());
        Assert.Contains(told, _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("'natsprober rules --help' tells the options.", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_errors_are_told_at_once_and_no_default_hides_one()
    {
        Assert.Equal(2, await RunAsync("rules --outage-for x --quorum 2 --application-floor 0"));

        Assert.Equal(3, _error.ToString().Count(c => c == '\n'));
    }

    private Task<int> RunAsync(string commandLine) => NatsProberCommand.RunAsync(commandLine.Split(' '), _output, _error);
}
