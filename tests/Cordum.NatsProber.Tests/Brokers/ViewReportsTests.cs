using System.Text.Json;
using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using static Cordum.NatsProber.Tests.Brokers.Losses;

namespace Cordum.NatsProber.Tests.Brokers;

public sealed class ViewReportsTests
{
    private static readonly ClusterReport Cluster = Sights.Report.Clusters[0];

    private static readonly PastReport Past = Cluster.Past.Single();

    [Fact]
    public void The_brokers_timeline_is_on_the_probers_clock()
    {
        Assert.Equal(
            [
                "its process was started", "announced its shutdown", "closed the connection: Server Shutdown (its clock corrected by -0.250 s ± 0.002 s)",
                "answered through the system source", "its successor was started", "another process answers in its place",
            ],
            Past.Broker.Select(moment => moment.What));
        Assert.Equal([-3 * 86400 - 0.25, -0.02, -0.01, 0.004, 5, 5.4], Past.Broker.Select(moment => Math.Round(moment.OffsetSeconds, 6)));
        Assert.All(Past.Broker, moment => Assert.Equal(moment.OffsetSeconds, (moment.At - Past.At).TotalSeconds, 6));
    }

    [Fact]
    public void The_clients_timeline_is_in_order()
    {
        Assert.Equal(["last good round trip", "link lost, eof", "a dial was refused", "link open again"], Past.Client.Select(moment => moment.What));
        Assert.Equal([-0.8, 0, 0.2, 5.4], Past.Client.Select(moment => Math.Round(moment.OffsetSeconds, 6)));
    }

    [Fact]
    public void The_gaps_are_told_from_the_clients_event() => Assert.Equal(
        (-0.8, 0, 0.8, -0.01, FeltAs.Closed),
        (Past.Felt.LastGoodOffsetSeconds!.Value, Past.Felt.FirstEvidenceOffsetSeconds, Past.Felt.DetectionGapSeconds!.Value, Math.Round(Past.Felt.BrokerStopOffsetSeconds!.Value, 6), Past.Felt.As));

    [Fact]
    public void A_clock_that_nobody_has_measured_corrects_nothing_and_that_is_said()
    {
        var past = ViewReports.Of("p", Noon, [Sights.Cluster with { Past = [Sights.Judged with { ClockSkew = null, ClockSkewError = null }] }]).Clusters[0].Past[0];

        Assert.Equal(0.24, past.Broker.Single(moment => moment.What == "closed the connection: Server Shutdown (by its own clock, whose error is not known)").OffsetSeconds, 6);
        Assert.Null(past.ClockSkewSeconds);
    }

    [Fact]
    public void What_a_broker_said_of_a_connection_that_has_ended_is_not_told_any_more()
    {
        var (up, down) = (Cluster.Links[0].View!, Cluster.Links[1].View!);

        Assert.Equal((ConnectionFate.Open, 0.00042, 7), (up.OurConnection!.Value, up.RttSeconds!.Value, up.RttAgeSeconds!.Value));
        Assert.Equal((null, null, null), (down.OurConnection, down.RttSeconds, down.RttAgeSeconds));
    }

    [Fact]
    public void An_open_link_that_does_not_serve_has_a_cause()
    {
        var seen = Sights.Cluster.Links[0];
        var silent = seen with
        {
            Snapshot = seen.Snapshot with { State = seen.Snapshot.State.Apply(new LinkEvent.RoundTripFailed(After(3), After(4))).State, OutageStartedAt = Noon.AddSeconds(3) },
        };

        var link = ViewReports.Of("p", Noon, [Sights.Cluster with { Links = [silent] }]).Clusters[0].Links[0];

        Assert.Equal((LinkStatus.Connected, DisconnectCause.Timeout, Noon.AddSeconds(3)), (link.State, link.Cause!.Value, link.Since!.Value));
    }

    [Fact]
    public void A_pending_case_tells_what_is_known_so_far()
    {
        var pending = Cluster.Pending.Single();

        Assert.True(pending is { HasVerdict: false, BrokerCountsDeadLink: true, Endpoint: "n2" });
        Assert.Equal("the broker still counts the connection as open; the broker is alive, says the account source, 3.000 s after the disconnect was seen", pending.SoFar);
        Assert.Equal("first sign: what was sent here stayed unanswered", pending.Client[1].What);
    }

    [Fact]
    public void It_is_read_back_as_it_was_written()
    {
        var json = JsonSerializer.Serialize(Sights.Report, ViewReportJson.Default.ViewReport);

        var back = JsonSerializer.Deserialize(json, ViewReportJson.Default.ViewReport);

        Assert.Equal(json, JsonSerializer.Serialize(back, ViewReportJson.Default.ViewReport));
        Assert.Contains("\"verdict\": \"broker_restarted\"", json, StringComparison.Ordinal);
        Assert.Contains("\"link_down_broker_alive\"", json, StringComparison.Ordinal);
    }

    /// <summary>The two places that write enums must not drift apart: dashboards and reports are searched for the same words.</summary>
    [Fact]
    public void Enums_are_written_as_in_the_labels()
    {
        var verdicts = Enum.GetValues<Verdict>().Select(verdict => Past with { Verdict = verdict });

        Assert.All(verdicts, past => Assert.Contains(
            $"\"verdict\": \"{SnakeCase.Of(past.Verdict)}\"",
            JsonSerializer.Serialize(new ViewReport("p", Noon, [Cluster with { Past = [past] }]), ViewReportJson.Default.ViewReport),
            StringComparison.Ordinal));
    }
}
