using System.Text.RegularExpressions;
using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Timing;
using Cordum.NatsProber.TextFormat;

namespace Cordum.NatsProber.Tests.Metrics;

/// <summary>What alerts and dashboards rely on. A change here breaks them, and must be wanted.</summary>
public sealed partial class SeriesContractTests
{
    private const string Link = "component cluster endpoint scope";
    private const string Route = "cluster from to";
    private const string Tick = "cluster endpoint scope probe";

    [Theory]
    [InlineData("cordum_nats_disconnect_total", "counter", Link)]
    [InlineData("cordum_nats_reconnect_total", "counter", Link)]
    [InlineData("cordum_nats_disconnect_cause_total", "counter", Link + " cause")]
    [InlineData("cordum_nats_closed_total", "counter", Link)]
    [InlineData("cordum_nats_connected", "gauge", Link)]
    [InlineData("cordum_nats_reconnect_duration_seconds", "histogram", Link)]
    [InlineData("cordum_nats_outage_duration_seconds", "histogram", Link)]
    [InlineData("cordum_nats_outage_seconds_total", "counter", Link)]
    [InlineData("cordum_nats_outage_start_timestamp_seconds", "gauge", Link)]
    [InlineData("cordum_nats_connect_attempt_total", "counter", Link + " outcome")]
    [InlineData("cordum_nats_connect_phase_duration_seconds", "histogram", Link + " phase")]
    [InlineData("cordum_nats_lame_duck_total", "counter", Link)]
    [InlineData("cordum_nats_identity_mismatch_total", "counter", Link)]
    [InlineData("cordum_nats_probe_total", "counter", Tick + " outcome")]
    [InlineData("cordum_nats_probe_duration_seconds", "histogram", Tick)]
    [InlineData("cordum_nats_probe_expected_per_second", "gauge", Tick)]
    [InlineData("cordum_nats_probe_last_completed_timestamp_seconds", "gauge", "cluster endpoint")]
    [InlineData("cordum_nats_probe_reply_discarded_total", "counter", Tick + " kind")]
    [InlineData("cordum_nats_connect_failure_total", "counter", "cluster endpoint scope cause")]
    [InlineData("cordum_nats_connect_failure_phase_total", "counter", "cluster endpoint scope phase")]
    [InlineData("cordum_nats_route_probe_total", "counter", Route + " outcome")]
    [InlineData("cordum_nats_route_duration_seconds", "histogram", Route)]
    [InlineData("cordum_nats_messages_received_total", "counter", Route)]
    [InlineData("cordum_nats_messages_lost_total", "counter", Route)]
    [InlineData("cordum_nats_messages_late_total", "counter", Route)]
    [InlineData("cordum_nats_messages_duplicated_total", "counter", Route)]
    [InlineData("cordum_nats_messages_reordered_total", "counter", Route)]
    [InlineData("cordum_nats_failover_total", "counter", "cluster to")]
    [InlineData("cordum_nats_failover_at", "gauge", "cluster to")]
    [InlineData("cordum_nats_discovery_total", "counter", "cluster outcome")]
    [InlineData("cordum_nats_discovery_last_success_timestamp_seconds", "gauge", "cluster")]
    [InlineData("cordum_nats_discovery_endpoints", "gauge", "cluster")]
    [InlineData("cordum_nats_discovery_endpoints_left_out", "gauge", "cluster")]
    [InlineData("cordum_nats_broker_healthy", "gauge", "cluster endpoint")]
    [InlineData("cordum_nats_broker_view", "gauge", "cluster endpoint state")]
    [InlineData("cordum_nats_slo_error_budget_ratio", "gauge", "cluster")]
    [InlineData("cordum_nats_slo_window_seconds", "gauge", "cluster")]
    [InlineData("cordum_nats_slo_latency_error_budget_ratio", "gauge", "cluster")]
    [InlineData("cordum_nats_slo_latency_threshold_seconds", "gauge", "cluster")]
    [InlineData("cordum_nats_slo_slow_total", "counter", "cluster")]
    [InlineData("cordum_nats_tls_certificate_expiry_timestamp_seconds", "gauge", Link)]
    [InlineData("cordum_nats_credentials_expiry_timestamp_seconds", "gauge", "cluster kind")]
    [InlineData("cordum_nats_prober_stall_seconds_total", "counter", "kind")]
    [InlineData("cordum_nats_prober_info", "gauge", "version")]
    public async Task A_family_has_its_type_and_exactly_its_labels(string name, string type, string labels)
    {
        var family = (await StartUpPage.FamiliesAsync())[name];

        Assert.Equal(type, family.Type);
        Assert.NotEmpty(family.Samples);
        Assert.All(family.Samples, sample => Assert.Equal([.. labels.Split(' '), "prober"], sample.LabelNames.Where(label => label != "le")));
    }

    [Fact]
    public async Task Every_member_of_every_enum_has_its_series_at_zero()
    {
        var families = await StartUpPage.FamiliesAsync();
        var causes = Names<DisconnectCause>();

        AtZero("cordum_nats_disconnect_cause_total", "cause", causes);
        AtZero("cordum_nats_connect_attempt_total", "outcome", ["success", "indeterminate", .. causes]);
        AtZero("cordum_nats_connect_phase_duration_seconds", "phase", Names<ConnectPhase>());
        AtZero("cordum_nats_probe_total", "outcome", [.. ProbeKinds.Outcomes(ProbeKind.Request).Union(ProbeKinds.Outcomes(ProbeKind.Broker)).Select(SnakeCase.Of)]);
        AtZero("cordum_nats_broker_view", "state", Names<BrokerView>(), except: "none");
        AtZero("cordum_nats_connect_failure_total", "cause", causes);
        AtZero("cordum_nats_connect_failure_phase_total", "phase", Names<ConnectPhase>());
        AtZero("cordum_nats_probe_reply_discarded_total", "kind", [.. Names<ReplyKind>().Where(kind => kind != "current")]);
        Assert.Equal(Names<StallKind>().Order(), families["cordum_nats_prober_stall_seconds_total"].Samples.Select(sample => sample["kind"]).Order());

        void AtZero(string family, string label, string[] members, string? except = null)
        {
            foreach (var endpoint in (string[])["n1", "n2"])
            {
                var samples = families[family].Samples.Where(sample => sample["endpoint"] == endpoint).ToList();
                Assert.Equal(members.Order(), samples.Select(sample => sample[label]).Distinct().Order());
                Assert.All(samples, sample => Assert.Equal(sample[label] == except ? 1 : 0, sample.Value));
            }
        }
    }

    [Fact]
    public async Task Everything_is_zero_but_what_the_configuration_says()
    {
        string[] told =
        [
            "cordum_nats_probe_expected_per_second", "cordum_nats_probe_last_completed_timestamp_seconds", "cordum_nats_prober_info", "cordum_nats_slo_error_budget_ratio",
            "cordum_nats_slo_window_seconds", "cordum_nats_slo_latency_error_budget_ratio", "cordum_nats_slo_latency_threshold_seconds", "cordum_nats_broker_view",
        ];
        var families = (await StartUpPage.FamiliesAsync()).Values.Where(family => StartUpPage.IsOwn(family.Name));

        Assert.All(
            families.Where(family => !told.Contains(family.Name)).SelectMany(family => family.Samples),
            sample => Assert.Equal(0, sample.Value));
    }

    [Fact]
    public async Task The_prober_is_a_label_everywhere_and_has_one_value()
    {
        var families = await StartUpPage.FamiliesAsync();

        Assert.All(families.Values.SelectMany(family => family.Samples), sample => Assert.Equal("test", sample["prober"]));
    }

    [Fact]
    public async Task The_version_is_that_of_the_product_without_build_metadata()
    {
        var info = (await StartUpPage.FamiliesAsync())["cordum_nats_prober_info"].Samples.Single();

        Assert.Equal(1, info.Value);
        Assert.Matches(@"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$", info["version"]);
        Assert.Equal(ProberMetrics.Version, info["version"]);
    }

    [Fact]
    public async Task Help_texts_name_units_and_resets()
    {
        var families = (await StartUpPage.FamiliesAsync()).Values.Where(family => StartUpPage.IsOwn(family.Name));

        Assert.All(families, family =>
        {
            Assert.EndsWith(".", family.Help, StringComparison.Ordinal);
            Assert.Equal(family.Name.Contains("_seconds", StringComparison.Ordinal), SecondsWord().IsMatch(family.Help));
            Assert.Equal(family.Type is "counter" or "histogram", family.Help.EndsWith(" Resets when the prober restarts.", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Names_end_as_Prometheus_wants()
    {
        var families = await StartUpPage.FamiliesAsync();

        Assert.All(families.Values, family =>
        {
            Assert.Equal(family.Type == "counter", family.Name.EndsWith("_total", StringComparison.Ordinal));
            // What promtool's lint forbids: suffixes that belong to other types, the type in the name, units that are no base units.
            Assert.DoesNotMatch("_(count|sum|bucket)$", family.Name);
            Assert.DoesNotMatch("(^|_)(counter|gauge|histogram|summary|milliseconds?|ms|microseconds?|minutes?|hours?|kilobytes?|percent)(_|$)", family.Name);
        });
        Assert.All(families.Values.Where(family => family.Type == "histogram"), family => Assert.EndsWith("_seconds", family.Name, StringComparison.Ordinal));
        Assert.All(families.Values.Where(family => family.Name.Contains("_timestamp", StringComparison.Ordinal)), family => Assert.EndsWith("_timestamp_seconds", family.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task OpenMetrics_says_the_same()
    {
        var text = await StartUpPage.FamiliesAsync();
        var open = Exposition.Read(await StartUpPage.ReadAsync(PageFormat.OpenMetrics), openMetrics: true);

        Assert.Equal(text.Keys, open.Keys);
        Assert.All(text.Values.Where(family => StartUpPage.IsOwn(family.Name)), family =>
        {
            Assert.Equal(family.Help, open[family.Name].Help);
            Assert.Equal(family.Type, open[family.Name].Type);
            Assert.Equal(Series(family), Series(open[family.Name]));
        });

        // Only the bounds' spelling differs: le="1" is le="1.0" in OpenMetrics.
        static IEnumerable<string> Series(Family family) => family.Samples.Select(sample =>
            $"{sample.Name} {string.Join(' ', sample.Labels.Select(label => label.Key == "le" ? label.Value.Replace(".0", "", StringComparison.Ordinal) : label.Value))} {sample.Value}").Order();
    }

    [Fact]
    public void Few_buckets_are_some_of_all_so_that_both_can_be_summed()
    {
        var page = new MetricPage("prober", "p");
        var (all, few) = (new SeriesMaker(page, BucketDetail.All), new SeriesMaker(page, BucketDetail.Few));

        Assert.Equal((4, 4), (few.DowntimeBuckets.Length, few.RoundTripBuckets.Length));
        Assert.Subset(all.DowntimeBuckets.ToHashSet(), few.DowntimeBuckets.ToHashSet());
        Assert.Subset(all.RoundTripBuckets.ToHashSet(), few.RoundTripBuckets.ToHashSet());
    }

    [Theory]
    [InlineData("# TYPE a gauge\na 1\n")]
    [InlineData("# HELP a A.\na 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na 1")]
    [InlineData("# HELP a A.\n# TYPE a gauge\nb 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{x=\"1\",} 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{x=\"1\"y=\"2\"} 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{x=\"\\t\"} 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na 1\n# HELP a A.\n# TYPE a gauge\na{x=\"1\"} 1\n")]
    [InlineData("# HELP a A.\n# TYPE a counter\na -1\n")]
    [InlineData("# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 0\na_sum 0\na_count 0\n")]
    [InlineData("# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 0\na_count 1\n")]
    [InlineData("# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 0\na_bucket{le=\"+Inf\"} 1\na_sum 0\na_count 2\n")]
    public void The_reader_of_these_tests_is_strict(string page) => Assert.Throws<FormatException>(() => Exposition.Read(page, openMetrics: false));

    [Theory]
    [InlineData("# HELP a_total A.\n# TYPE a_total counter\na_total 1.0\n# EOF\n")]
    [InlineData("# HELP a A.\n# TYPE a counter\na 1.0\n# EOF\n")]
    [InlineData("# HELP a A.\n# TYPE a counter\na_total 1.0\n")]
    public void The_reader_of_these_tests_is_strict_with_OpenMetrics(string page) => Assert.Throws<FormatException>(() => Exposition.Read(page, openMetrics: true));

    [GeneratedRegex(@"\bseconds\b", RegexOptions.IgnoreCase)]
    private static partial Regex SecondsWord();

    private static string[] Names<T>()
        where T : struct, Enum
        => [.. Enum.GetValues<T>().Select(SnakeCase.Of)];
}
