using System.Text;
using Cordum.NatsProber.Benchmarks.Scale;

namespace Cordum.NatsProber.Tests.Benchmarks.Scale;

public sealed class FleetPageTests
{
    private const string Labels = "component=\"natsprober\",cluster=\"c1\",endpoint=\"e3\",scope=\"endpoint\"";

    private const string Page = $$"""
        # HELP cordum_nats_disconnect_total words with a { in them
        cordum_nats_disconnect_total{{{Labels}}} 5
        cordum_nats_reconnect_total{{{Labels}}} 4
        cordum_nats_disconnect_cause_total{{{Labels}},cause="eof"} 3
        cordum_nats_disconnect_cause_total{{{Labels}},cause="timeout"} 2
        cordum_nats_connected{{{Labels}}} 1
        cordum_nats_outage_duration_seconds_count{{{Labels}}} 4
        cordum_nats_outage_start_timestamp_seconds{{{Labels}}} 1.795e9
        cordum_nats_probe_total{cluster="c1",endpoint="e3",scope="endpoint",probe="request",outcome="success"} 90
        cordum_nats_probe_total{cluster="c1",endpoint="e3",scope="endpoint",probe="request",outcome="timeout"} 2
        cordum_nats_probe_total{cluster="c1",endpoint="e3",scope="endpoint",probe="connect",outcome="success"} 7
        dotnet_total_memory_bytes{prober="bench"} 1234
        process_num_threads 20

        """;

    private const int Link = Fleet.LinksPerCluster + 3;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void It_is_read_whatever_pieces_it_comes_in(int piece)
    {
        var page = new FleetPage(new Fleet(20));
        var text = Encoding.ASCII.GetBytes(Page);
        var (from, samples) = (0, 0L);
        for (var to = Math.Min(piece, text.Length); from < text.Length; to = Math.Min(to + piece, text.Length))
            from += MetricsStream.Lines(text.AsSpan(from..to), page.Take, ref samples);

        Assert.Equal(12, samples);
        Assert.Equal(5, page.Disconnects[Link]);
        Assert.Equal(4, page.Reconnects[Link]);
        Assert.Equal(2, page.Silences[Link]);
        Assert.Equal(1, page.Connected[Link]);
        Assert.Equal(4, page.Outages[Link]);
        Assert.Equal(1, page.InOutage[Link]);
        Assert.Equal(92, page.Ticks[Link]);
        Assert.Equal(90, page.Successes[Link]);
        Assert.Equal(2, page.ByOutcome["timeout"]);
        Assert.Equal(1234, page.OfProcess["dotnet_total_memory_bytes"]);
        Assert.Equal(20, page.OfProcess["process_num_threads"]);
        Assert.Equal(92, page.Ticks.Sum());
    }

    [Fact]
    public void A_link_that_breaks_the_law_of_parity_is_told()
    {
        var page = new FleetPage(new Fleet(10));
        Array.Fill(page.Connected, 1);
        (page.Disconnects[2], page.Reconnects[2]) = (3, 3);
        (page.Disconnects[4], page.Reconnects[4], page.Connected[4]) = (3, 2, 0);
        (page.Disconnects[7], page.Reconnects[7]) = (3, 2);

        Assert.Equal([7], page.Unequal());
    }
}
