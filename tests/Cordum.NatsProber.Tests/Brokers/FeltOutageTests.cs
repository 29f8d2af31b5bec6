using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;
using static Cordum.NatsProber.Tests.Brokers.Losses;

namespace Cordum.NatsProber.Tests.Brokers;

public sealed class FeltOutageTests
{
    private static readonly FailoverSettings Usual = new();

    private static readonly LinkLoss Stale = Eof with { Words = "Stale Connection", Cause = DisconnectCause.Stale, WentSilent = true, Began = After(-30) };

    /// <summary>Silence began half a second before the client's event; how long after its start was it over, or the process gone, and what follows.</summary>
    public static TheoryData<double?, double?, FeltAs, double?, double?> Silences => new()
    {
        { 3.95, null, FeltAs.Stall, null, null },
        { 240, null, FeltAs.Stall, null, null },
        { 240.001, null, FeltAs.StallOrPings, 240, 240.001 },
        { 359.999, null, FeltAs.StallOrPings, 240, 359.999 },
        { 360, null, FeltAs.Pings, 240, 360 },
        { 7200, null, FeltAs.Pings, 240, 360 },
        { null, null, FeltAs.Pings, 240, 360 },
        { 20, 15, FeltAs.ProcessEnd, 0, 15 },
        { 900, 360, FeltAs.ProcessEnd, 0, 360 },
        { 900, 360.001, FeltAs.Pings, 240, 360 },
        { 20, -3, FeltAs.ProcessEnd, 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Silences))]
    public void Silence_is_noticed_by_the_tick_that_finds_two_pings_unanswered(double? lasted, double? ended, FeltAs felt, double? atLeast, double? atMost)
    {
        var found = FeltOutage.Of(Silence, Verdict.Unknown, FromStart(ended), FromStart(lasted), Usual);

        Assert.Equal((felt, atLeast, atMost), (found.As, found.NoticedAtLeast?.TotalSeconds, found.NoticedAtMost?.TotalSeconds));
    }

    [Fact]
    public void Words_tell_how_the_minutes_follow() => Assert.Equal(
        "as a stall of 3.950 s and no disconnect, unless its own requests timed out: pings would have told between 4 min and 6 min after the start (a ping every 2 min, given up at the one after 2 unanswered)",
        FeltOutage.Of(Silence, Verdict.BrokerHung, null, FromStart(3.95), Usual).Words);

    /// <summary>Counted out, as both clients do it: every phase of the ticks against the start of the silence.</summary>
    [Theory]
    [InlineData(120, 2)]
    [InlineData(10, 1)]
    [InlineData(5, 7)]
    public void The_bounds_are_those_of_a_client_that_counts(int interval, int most)
    {
        var pings = new FailoverSettings { PingInterval = TimeSpan.FromSeconds(interval), MaxPingsOut = most };
        var felt = FeltOutage.Of(Silence, Verdict.Unknown, null, null, pings);

        var noticed = Enumerable.Range(1, interval * 10).Select(phase => GivesUpAt(firstTick: phase / 10.0, interval, most)).ToList();

        Assert.Equal(felt.NoticedAtLeast!.Value.TotalSeconds + 0.1, noticed.Min(), 6);
        Assert.Equal(felt.NoticedAtMost!.Value.TotalSeconds, noticed.Max(), 6);
    }

    [Fact]
    public void A_closed_connection_is_known_at_once()
    {
        Assert.Equal(
            new FeltOutage(FeltAs.Closed, TimeSpan.Zero, TimeSpan.Zero, "at once: the connection was closed, which every client sees"),
            FeltOutage.Of(Eof, Verdict.BrokerRestarted, After(5), After(6), Usual));
        Assert.Equal(FeltAs.Closed, FeltOutage.Of(Eof with { Cause = DisconnectCause.Reset }, Verdict.PathCut, null, null, Usual).As);
        Assert.Equal(FeltAs.Closed, FeltOutage.Of(Eof with { Cause = DisconnectCause.SlowConsumer, Words = "Slow Consumer" }, Verdict.EvictedSlowConsumer, null, null, Usual).As);
    }

    [Fact]
    public void What_was_silent_before_the_broker_closed_it_was_a_stall_first()
    {
        var felt = FeltOutage.Of(Stale, Verdict.EvictedStale, null, null, Usual);

        Assert.Equal((FeltAs.Closed, 30, 30), (felt.As, felt.NoticedAtLeast!.Value.TotalSeconds, felt.NoticedAtMost!.Value.TotalSeconds));
        Assert.StartsWith("as a stall of 30.000 s, then at once", felt.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void The_link_that_fails_over_is_such_a_client_and_is_not_guessed_at()
    {
        var own = Silence with { Link = Failover, Cause = DisconnectCause.Stale, Began = After(-301) };

        var felt = FeltOutage.Of(own, Verdict.PathCut, null, After(400), Usual);

        Assert.Equal((FeltAs.Pings, 301, 301), (felt.As, felt.NoticedAtLeast!.Value.TotalSeconds, felt.NoticedAtMost!.Value.TotalSeconds));
    }

    [Fact]
    public void What_was_never_open_and_what_was_the_probers_own_is_not_felt()
    {
        Assert.Equal(FeltAs.NotConnected, FeltOutage.Of(Eof with { Broker = null }, Verdict.BrokerRestarted, null, null, Usual).As);
        Assert.Equal(FeltAs.Nothing, FeltOutage.Of(Silence, Verdict.ProberFault, null, null, Usual).As);
    }

    private static TimeSpan? FromStart(double? seconds) => seconds is { } known ? Silence.Began + TimeSpan.FromSeconds(known) : null;

    private static double GivesUpAt(double firstTick, int interval, int most)
    {
        var unanswered = 0;
        for (var tick = firstTick; ; tick += interval)
        {
            if (++unanswered > most)
                return tick;
        }
    }
}
