using Cordum.NatsProber.Drills;
using Cordum.NatsProber.Tests.Metrics;
using Cordum.NatsProber.TextFormat;
using static Cordum.NatsProber.Tests.Drills.Readings;

namespace Cordum.NatsProber.Tests.Drills;

public sealed class ReadingTests
{
    [Fact]
    public async Task The_probers_own_page_has_a_link_for_each_endpoint_and_one_that_fails_over()
    {
        var reading = Reading.Of(await StartUpPage.ReadAsync(PageFormat.Prometheus));

        Assert.Contains(reading.Links.Keys, link => link.IsFailover);
        Assert.Contains(reading.Links.Keys, link => !link.IsFailover);
        Assert.All(reading.Links.Values, link =>
        {
            Assert.True(link.Causes.Count > 10);
            Assert.Contains("success", link.Requests.Keys);
            Assert.True(link.KeepsParity);
        });
        Assert.Empty(reading.ParityBreaches);
    }

    [Fact]
    public void Every_series_is_read_into_its_place()
    {
        const string Link = "component=\"natsprober\",cluster=\"c\",endpoint=\"a\",scope=\"endpoint\"";
        var reading = Reading.Of(
            $$"""
              cordum_nats_disconnect_total{{{Link}}} 3
              cordum_nats_reconnect_total{{{Link}}} 2
              cordum_nats_connected{{{Link}}} 0
              cordum_nats_disconnect_cause_total{{{Link}},cause="eof"} 2
              cordum_nats_disconnect_cause_total{{{Link}},cause="timeout"} 1
              cordum_nats_outage_duration_seconds_sum{{{Link}}} 4.5
              cordum_nats_outage_duration_seconds_count{{{Link}}} 2
              cordum_nats_outage_duration_seconds_bucket{{{Link}},le="+Inf"} 2
              cordum_nats_lame_duck_total{{{Link}}} 1
              cordum_nats_connect_phase_duration_seconds_sum{{{Link}},phase="tcp"} 0.25
              cordum_nats_connect_phase_duration_seconds_sum{{{Link}},phase="auth"} 0.5
              cordum_nats_probe_total{cluster="c",endpoint="a",scope="endpoint",probe="request",outcome="success"} 7
              cordum_nats_probe_total{cluster="c",endpoint="a",scope="endpoint",probe="request",outcome="timeout"} 2
              cordum_nats_probe_total{cluster="c",endpoint="a",scope="endpoint",probe="request",outcome="missed"} 9
              cordum_nats_probe_total{cluster="c",endpoint="a",scope="endpoint",probe="connect",outcome="success"} 90
              cordum_nats_disconnect_total{component="billing"} 8
              cordum_nats_failover_at{cluster="c",to="a"} 0
              cordum_nats_failover_at{cluster="c",to="b"} 1
              cordum_nats_prober_stall_seconds_total{kind="gc"} 0.1
              cordum_nats_prober_stall_seconds_total{kind="scheduler"} 0.2

              """);

        var (key, link) = Assert.Single(reading.Links);
        Assert.Equal(A, key);
        Assert.Equal((3, 2, false, 2, 4.5), (link.Disconnects, link.Reconnects, link.Connected, link.Outages, link.OutageSeconds));
        Assert.Equal((2, 1), (link.Causes["eof"], link.Causes["timeout"]));
        Assert.Equal((1, 0.75, 7, 2), (link.LameDucks, link.HandshakeSeconds, link.Answered, link.Failed));
        Assert.Equal("b", reading.FailoverAt["c"]);
        Assert.Equal(0.3, reading.StallSeconds, 6);
    }

    [Theory]
    [InlineData(0, 0, false, true)]
    [InlineData(0, 0, true, true)]
    [InlineData(1, 0, false, true)]
    [InlineData(1, 1, true, true)]
    [InlineData(1, 0, true, false)]
    [InlineData(1, 1, false, false)]
    [InlineData(2, 0, false, false)]
    [InlineData(0, 1, true, false)]
    public void Parity_is_the_law_of_the_docs(double lost, double back, bool connected, bool kept)
    {
        var link = new LinkReading { Disconnects = lost, Reconnects = back, Connected = connected, Causes = new Dictionary<string, double> { ["eof"] = lost } };

        Assert.Equal(kept, link.KeepsParity);
        Assert.Equal(kept ? 0 : 1, AllWell.With(A, link).ParityBreaches.Count());
        Assert.False((link with { Causes = new Dictionary<string, double> { ["eof"] = lost + 1 } }).KeepsParity);
    }

    [Fact]
    public void The_baseline_fails_for_what_is_down_and_for_what_does_not_answer()
    {
        var ill = AllWell.With(A, Well.Lost(1, 0)).With(B, Well with { Requests = new Dictionary<string, double>() });

        Assert.True(Baseline.Well(AllWell, []).Passed);
        Assert.Equal(("c/a is down (cause eof); c/b is open, but answers no request", false), (Baseline.Well(ill, [Disconnected(A)]).Seen, Baseline.Well(ill, []).Passed));
        Assert.Equal(("no endpoints", false), (Baseline.Well(Only(Whole), []).Seen, Baseline.Well(Only(Whole), []).Passed));
        Assert.Equal(("none of a", false), (Baseline.Born(Only(B), [A, B]).Seen, Baseline.Born(Only(B), [A, B]).Passed));
        Assert.True(Baseline.Born(AllWell, [A, B, Whole]).Passed);
        Assert.Equal((true, false), (Baseline.Calm(AllWell, AllWell).Passed, Baseline.Calm(AllWell, AllWell.With(A, Well.Lost(1, 1))).Passed));

        static Reading Only(LinkKey link) => AllWell with { Links = new Dictionary<LinkKey, LinkReading> { [link] = Well } };
    }

    [Fact]
    public void A_step_with_one_bad_scrape_fails_and_the_next_one_begins_afresh()
    {
        var record = new ScrapeRecord();
        Assert.False(record.Take().Passed); // no scrape proves nothing

        record.Answered(AllWell);
        Assert.True(record.Take().Passed);

        record.Answered(AllWell);
        record.Answered(AllWell.With(A, Well with { Disconnects = 1 }));
        record.Answered(AllWell);
        Assert.Equal(("3 scrapes; broken by c/a: disconnect_total 1, by cause 0, reconnect_total 0, connected 1", false), (record.Take() is var breach ? breach.Seen : "", breach.Passed));

        record.Answered(AllWell);
        record.Unanswered("Connection refused");
        Assert.Equal(("1 scrapes, 1 more not answered (Connection refused)", false), (record.Take() is var failure ? failure.Seen : "", failure.Passed));

        record.Answered(AllWell);
        Assert.True(record.Take().Passed);
    }
}
