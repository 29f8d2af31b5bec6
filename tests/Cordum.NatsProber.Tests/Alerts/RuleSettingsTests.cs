using System.Globalization;
using Cordum.NatsProber.Alerts;

namespace Cordum.NatsProber.Tests.Alerts;

public sealed class RuleSettingsTests
{
    private static readonly RuleSettings Usual = new();

    public static TheoryData<RuleSettings, string> Impossible => new()
    {
        { Usual with { Job = "a b" }, "--job 'a b': write the job's name in letters, digits, '_', '.', '-', ':' or '/'" },
        { Usual with { Job = "a\"}" }, "--job 'a\"}': write the job's name in letters, digits, '_', '.', '-', ':' or '/'" },
        { Usual with { RunbookBase = "wiki" }, "--runbook-base 'wiki': write an http or https address, such as https://wiki.example.com/nats/" },
        { Usual with { RunbookBase = "https://w/{{ x }}" }, "--runbook-base 'https://w/{{ x }}': write an http or https address, such as https://wiki.example.com/nats/" },
        { Usual with { RunbookBase = "https://me:secret@wiki/" }, "--runbook-base: write it without user and password, for everybody reads it" },
        { Usual with { Quorum = 1 }, "--quorum 1: write a share from 0 to below 1; 0.5 is a majority" },
        { Usual with { Quorum = double.NaN }, "--quorum NaN: write a share from 0 to below 1; 0.5 is a majority" },
        { Usual with { ChurnCount = 1 }, "--churn-count 1: write a number from 2 to 1000" },
        { Usual with { MinimumFailures = 0 }, "--minimum-failures 0: write a number from 1 to 1000" },
        { Usual with { AvailabilityObjective = 100 }, "--objective 100: write a percentage above 0 and 99.9999 at most, such as 99.95" },
        { Usual with { LatencyObjective = 0 }, "--latency-objective 0: write a percentage above 0 and 99.9999 at most, such as 99" },
        { Usual with { ApplicationPageRatio = 0.05 }, "--application-ticket-ratio 0.1: write a share from 0 to that of --application-page-ratio" },
        { Usual with { ApplicationFloor = 0 }, "--application-floor 0: write a number from 1 to 1000" },
        { Usual with { ApplicationLabels = ["namespace"] }, "--application-labels 'namespace': write names of labels, each once, such as namespace" },
        { Usual with { ApplicationLabels = ["component", "a-b"] }, "--application-labels 'component,a-b': write names of labels, each once, such as namespace" },
        { Usual with { Staleness = TimeSpan.FromSeconds(59) }, "--staleness 59s: write at least 1m, 4 times the --scrape-interval" },
        { Usual with { StallWindow = TimeSpan.FromSeconds(59) }, "StallWindow 59s: write at least 1m, 4 times the --scrape-interval" },
        { Usual with { ScrapeInterval = TimeSpan.FromSeconds(31) }, "--staleness 2m: write at least 124s, 4 times the --scrape-interval" },
        { Usual with { OutageFor = TimeSpan.FromDays(2) }, "--outage-for 2d: write a time from 0ms to 1d, in whole milliseconds" },
        { Usual with { EvaluationInterval = TimeSpan.FromMinutes(5) }, "EvaluationInterval 5m: write a time from 1s to 4m, in whole milliseconds" },
        { Usual with { ChurnWindow = RuleWindow.Of(TimeSpan.FromMinutes(16)) }, "--churn-window 16m: write a time with three equal parts in whole milliseconds, such as 15m" },
        { Usual with { ObjectiveWindow = TimeSpan.FromDays(91) }, "--slo-window 91d: write 90d at most" },
        { Usual with { ClusterKeepFiringFor = TimeSpan.FromMinutes(7) }, "ClusterKeepFiringFor 7m: write at least 8m, so that no burn rate pages after the recovery" },
        { Usual with { Pages = (Usual.Pages.Slow, Usual.Pages.Fast) }, "--burn-factors: write them in falling order, those of the pages first, such as 14.4,6,3,1" },
    };

    [Fact]
    public void The_defaults_are_possible() => Assert.Empty(Usual.Errors());

    [Theory]
    [MemberData(nameof(Impossible))]
    public void What_is_impossible_is_one_line_that_says_what_to_write(RuleSettings settings, string error)
    {
        Assert.Contains(error, settings.Errors());
        Assert.Throws<ArgumentException>(() => RuleBook.Groups(settings));
    }

    [Fact]
    public void Errors_never_repeat_a_password() =>
        Assert.DoesNotContain("secret", string.Concat((Usual with { RunbookBase = "https://me:secret@wiki/" }).Errors()), StringComparison.Ordinal);

    [Fact]
    public void A_factor_of_one_changes_nothing() => Assert.Equal(Text(Usual), Text(Usual.Compressed(1)));

    [Fact]
    public void Compression_divides_every_time_and_leaves_names_and_counts()
    {
        var fast = Usual.Compressed(15);

        Assert.Equal(TimeSpan.FromSeconds(1), fast.ScrapeInterval);
        Assert.Equal(TimeSpan.FromSeconds(20), fast.OutageFor);
        Assert.Equal(TimeSpan.FromSeconds(8), fast.Staleness);
        Assert.Equal(new RuleWindow("15m", TimeSpan.FromMinutes(1)), fast.ChurnWindow);
        Assert.Equal(new RuleWindow("1h", TimeSpan.FromMinutes(4)), fast.Pages.Fast.LongWindow);
        Assert.Equal(Usual.ObjectiveWindow, fast.ObjectiveWindow);
        Assert.Equal(Usual.ChurnCount, fast.ChurnCount);
        Assert.Equal(
            RuleBook.Groups(Usual).SelectMany(group => group.Rules).OfType<RecordingRule>().Select(rule => rule.Record),
            RuleBook.Groups(fast).SelectMany(group => group.Rules).OfType<RecordingRule>().Select(rule => rule.Record));
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(7)]
    [InlineData(15)]
    [InlineData(60)]
    [InlineData(123.4)]
    [InlineData(1000)]
    public void However_compressed_the_rules_are_possible(double factor) => Assert.Empty(Usual.Compressed(factor).Errors());

    [Theory]
    [InlineData(0.5)]
    [InlineData(1001)]
    [InlineData(double.NaN)]
    public void Other_factors_are_refused(double factor) => Assert.Throws<ArgumentOutOfRangeException>(() => Usual.Compressed(factor));

    [Theory]
    [InlineData(0, "0ms")]
    [InlineData(1500, "1500ms")]
    [InlineData(90_000, "90s")]
    [InlineData(120_000, "2m")]
    [InlineData(86_400_000, "1d")]
    [InlineData(90_000_000, "25h")]
    public void Durations_have_no_fractions(long milliseconds, string text) => Assert.Equal(text, Promql.Duration(TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData(14.4, "14.4")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(7776000, "7776000")]
    public void Numbers_have_no_exponents(double number, string text) => Assert.Equal(text, Promql.Number(number));

    private static string Text(RuleSettings settings) => string.Create(CultureInfo.InvariantCulture, $"{RulesYaml.Prometheus(RuleBook.Groups(settings), "")}");
}
