using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using static Cordum.NatsProber.Tests.Brokers.Story;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>
/// The table of cases: every verdict, the histories that lead to it, and beside each the near misses. An empty verdict is "not yet".
/// </summary>
public sealed class DisconnectCaseTests
{
    private const double Soon = 0.5;
    private const double Settled = 2.5;
    private const double Later = 20;
    private const double Over = 300;

    /// <summary>What happened, when it is asked, and what is then concluded.</summary>
    private static readonly Dictionary<string, (Story Story, double At, Verdict? Verdict)> Cases = new()
    {
        // Drained: whatever else is seen.
        ["drain announced on the link, then the end"] = (Lost(DisconnectCause.LameDuck), Soon, Verdict.BrokerDrained),
        ["drain heard of before the loss, the link itself heard nothing"] = (Lost().AnnouncesDrain(-5), Soon, Verdict.BrokerDrained),
        ["drain, and the successor is there already"] = (Lost().AnnouncesDrain(-5).Open(1, New), Settled, Verdict.BrokerDrained),
        ["drain of another process"] = (Lost().AnnouncesDrain(-5, Stranger).Open(0.1).Lives(1).SaysClosed(2.1, "Read Error"), Settled, Verdict.PathCut),
        ["drain announced long after the link was lost did not end it"] = (WentSilent().Unanswered(1).AnnouncesDrain(60).Open(90, New), 91, Verdict.BrokerRestarted),

        // Restarted and crashed: only the system account's events tell them apart.
        ["EOF, refused, another process, no events heard"] = (Lost().Refused(1).Open(Settled, New), 3, Verdict.BrokerRestarted),
        ["the same without a dial in between"] = (Lost().Open(0.1, New), Soon, Verdict.BrokerRestarted),
        ["the successor is known from the monitor alone"] = (Lost().Lives(1, New, started: 0.8), Soon + 1, Verdict.BrokerRestarted),
        ["an answer of another process to a question from before the outage"] = (Lost().Lives(0.1, New, asked: -0.1), Later, null),
        ["shutdown announced before, successor after"] = (Lost().Heard.AnnouncesShutdown(-0.1).Open(1, New), 1.1, Verdict.BrokerRestarted),
        ["shutdown of another process announced"] = (Lost().Heard.AnnouncesShutdown(-0.1, Stranger).Open(1, New), Settled, Verdict.BrokerCrashed),
        ["events heard, successor at once: the announcement may be on its way"] = (Lost().Heard.Open(0.1, New), 1.9, null),
        ["events heard, successor, and no announcement came"] = (Lost().Heard.Open(0.1, New), 2, Verdict.BrokerCrashed),
        ["events heard, successor, and the announcement came late"] = (Lost().Heard.Open(0.1, New).AnnouncesShutdown(1), 1.1, Verdict.BrokerRestarted),
        ["events heard, nobody listens, no announcement: just now"] = (Lost().Heard.Refused(0.1), 2, null),
        ["events heard, nobody listens, no announcement"] = (Lost().Heard.Refused(0.1), 2.2, Verdict.BrokerCrashed),
        ["announced, and nobody listens"] = (Lost().Heard.AnnouncesShutdown(-0.1).Refused(0.1), 2.2, Verdict.BrokerRestarted),
        ["no events heard, nobody listens: it may come back"] = (Lost().Refused(0.1), Later, null),
        ["no events heard, nobody listens, patience run out"] = (Lost().Refused(0.1), Over, Verdict.BrokerRestarted),
        ["the broker's record says that it shut down"] = (Lost().SaysClosed(0.1, "Server Shutdown"), Soon, Verdict.BrokerRestarted),
        ["machine rebooted: TCP unanswered, then a successor"] = (WentSilent().Unanswered(2).Unanswered(4).Refused(8).Open(30, New), 31, Verdict.BrokerRestarted),
        ["machine died: the same while events are heard"] = (WentSilent().Heard.Unanswered(2).Unanswered(4).Open(30, New), 31, Verdict.BrokerCrashed),
        ["machine shut down in order and stays away"] = (Lost().Heard.AnnouncesShutdown(-0.1).Unanswered(2).Unanswered(200), Over, Verdict.BrokerRestarted),
        ["announced its shutdown, and its name is gone with it"] = (Lost().Heard.AnnouncesShutdown(-0.1).Dial(1, DisconnectCause.Dns, ConnectPhase.Dns), Over, Verdict.BrokerRestarted),
        ["prober stalled, and the broker was replaced"] = (Lost().StalledFor(20).LastGood(-20).Open(1, New), 1.1, Verdict.BrokerRestarted),
        ["never open: refused, and the process was started later"] = (NeverOpen(DisconnectCause.Refused).Refused(1).Lives(10, started: 9), 10.1, Verdict.BrokerRestarted),
        ["never open: refused, then open, and the source has not said since when"] = (NeverOpen(DisconnectCause.Refused).Refused(1).Open(10), 10.1, null),
        ["never open: refused, then open, and the source says since when"] = (NeverOpen(DisconnectCause.Refused).Refused(1).Open(10).Lives(11, started: 9), 11.1, Verdict.BrokerRestarted),
        ["never open: nobody listens while events are heard"] = (NeverOpen(DisconnectCause.Refused).Heard.Refused(0.1), Settled, Verdict.BrokerRestarted),

        // Hung.
        ["stopped and went on: TCP taken, nobody speaks, the same process"] = (WentSilent().Hushed(2).Hushed(4).Open(5), 7.1, Verdict.BrokerHung),
        ["stopped and went on, and the record may be on its way"] = (WentSilent().Acknowledged(all: true).Open(1.2, began: 0.2), 1.3, null),
        ["stopped and went on before a dial's time was up: its host had acknowledged"] = (WentSilent().Acknowledged(all: true).Open(1.2, began: 0.2), 3.3, Verdict.BrokerHung),
        ["hung, and back too soon for anybody to tell"] = (WentSilent().Open(0.2), 2.3, Verdict.Unknown),
        ["hung, then killed and restarted"] = (WentSilent().Hushed(2).Refused(5).Open(6, New), 6, Verdict.BrokerHung),
        ["the same while events are heard"] = (WentSilent().Heard.Hushed(2).Refused(5).Open(6, New), 6, Verdict.BrokerHung),
        ["hung for good"] = (WentSilent().Hushed(2).Hushed(280), Over, Verdict.BrokerHung),
        ["hung for good, a little earlier"] = (WentSilent().Hushed(2).Hushed(280), Over - 1, null),
        ["hung, and then called the link stale"] = (WentSilent().Hushed(2).SaysClosed(30, "Stale Connection").Open(30), 30, Verdict.BrokerHung),
        ["never open: TCP taken, nobody speaks, for minutes"] = (NeverOpen(DisconnectCause.Timeout).Hushed(1).Hushed(280), Over, Verdict.BrokerHung),

        // Evicted.
        ["slow consumer, said on the connection"] = (Lost(DisconnectCause.SlowConsumer, "Slow Consumer"), Soon, Verdict.EvictedSlowConsumer),
        ["slow consumer, by the record alone"] = (Lost(DisconnectCause.Reset).SaysClosed(1, "Slow Consumer (Write Deadline)"), 1, Verdict.EvictedSlowConsumer),
        ["slow consumer, since the prober did not run"] = (Lost(DisconnectCause.SlowConsumer, "Slow Consumer").StalledFor(20).LastGood(-21), Soon, Verdict.ProberFault),
        ["stale, said on the connection while requests were answered"] = (Lost(DisconnectCause.Stale, "Stale Connection"), Soon, Verdict.EvictedStale),
        ["stale, by the record alone"] = (Lost().SaysClosed(1, "Stale Connection"), 1, Verdict.EvictedStale),
        ["stale: one way dropped, the prober heard nothing either"] = (Lost(DisconnectCause.Stale, "Stale Connection").AfterSilence, Soon, Verdict.PathCut),
        ["stale, since the prober did not run"] = (Lost(DisconnectCause.Stale, "Stale Connection").StalledFor(20).LastGood(-20.5), Soon, Verdict.ProberFault),
        ["stale, and the prober's stall was the lesser part"] = (Lost(DisconnectCause.Stale, "Stale Connection").StalledFor(2).LastGood(-20), Soon, Verdict.EvictedStale),
        ["stale for the client library alone: the broker has said nothing"] = (Lost(DisconnectCause.Stale), Later, null),
        ["kicked"] = (Lost().SaysClosed(0.1, "Kicked"), Soon, Verdict.Kicked),
        ["kicked, though the prober was held up"] = (Lost().StalledFor(5).SaysClosed(0.1, "Kicked"), Soon, Verdict.Kicked),

        // Credentials and limits.
        ["a user that a reload took away: closed without a word, refused at the next dial"] = (Lost().SaysClosed(0.1, "Client Closed").Dial(0.2, DisconnectCause.Auth, ConnectPhase.Auth), Soon, Verdict.AuthRevoked),
        ["credentials revoked, said on the connection"] = (Lost(DisconnectCause.Auth, "Credentials Revoked"), Soon, Verdict.AuthRevoked),
        ["credentials expired"] = (Lost(DisconnectCause.AuthExpired, "User Authentication Expired"), Soon, Verdict.AuthRevoked),
        ["revoked, by the record alone"] = (Lost().SaysClosed(1, "Credentials Revoked"), 1, Verdict.AuthRevoked),
        ["never open: credentials refused"] = (NeverOpen(DisconnectCause.Auth), Soon, Verdict.AuthRevoked),
        ["limit reached, said on the connection"] = (Lost(DisconnectCause.MaxConnections, "maximum account active connections exceeded"), Soon, Verdict.LimitReached),
        ["limit reached, by the record alone"] = (Lost().SaysClosed(1, "Maximum Connections Exceeded"), 1, Verdict.LimitReached),
        ["never open: limit reached"] = (NeverOpen(DisconnectCause.MaxConnections), Soon, Verdict.LimitReached),

        // The path was cut.
        ["the same process saw a read error"] = (Lost(DisconnectCause.Reset).Refused(0.05).SaysClosed(0.1, "Read Error"), Soon, Verdict.PathCut),
        ["each side saw the other close, and no dial has ended yet"] = (Lost().SaysClosed(0.1, "Client Closed"), Soon, null),
        ["each side saw the other close"] = (Lost().Open(0.05).SaysClosed(0.1, "Client Closed"), Soon, Verdict.PathCut),
        ["the broker still counts the link, asked too early"] = (Lost().SaysOpen(1.9).Open(0.3), Later / 2, null),
        ["the broker still counts the link"] = (Lost().Open(0.1).SaysOpen(1).SaysOpen(2.1), Settled, Verdict.PathCut),
        ["counted the link for a while, then closed it"] = (Lost().Open(0.1).SaysOpen(1).SaysClosed(1.5, "Write Error"), Soon + 1.5, Verdict.PathCut),
        ["an end of our own making is no word of the broker's"] = (WentSilent().SaysClosed(0.1, "Client Closed"), Later, null),
        ["packets dropped: the monitor answers while dials fail"] = (WentSilent().Lives(1).Unanswered(2), Settled, Verdict.PathCut),
        ["packets dropped: a dial that failed just before the answer proves nothing"] = (WentSilent().Unanswered(1).Lives(1.1), Later, null),
        ["packets dropped: the answer came while the dial that was then good waited"] = (WentSilent().Lives(1).Open(3, began: 0.5), 3, Verdict.PathCut),
        ["packets dropped beyond TCP, the broker well"] = (WentSilent().Hushed(2).Lives(1).Hushed(4), 4, Verdict.PathCut),
        ["packets dropped, nobody to ask: TCP was not answered"] = (WentSilent().Unanswered(2).Open(5), 7.1, Verdict.PathCut),
        ["packets dropped, nobody to ask: what was sent had not arrived"] = (WentSilent().Acknowledged(all: false).Open(1.2, began: 0.2), 3.3, Verdict.PathCut),
        ["refused for a moment by the same process's host"] = (WentSilent().Refused(0.5).Open(1), 3.1, Verdict.PathCut),
        ["alive for others, and the link has not come back in time"] = (Lost().Lives(1), Over, Verdict.PathCut),
        ["never open: refused while another source answers"] = (NeverOpen(DisconnectCause.Refused).Lives(1).Refused(2), 2, Verdict.PathCut),
        ["never open: refused, the answer came after"] = (NeverOpen(DisconnectCause.Refused).Refused(0.1).Lives(1), 1.1, null),
        ["never open: TCP unanswered while another source answers"] = (NeverOpen(DisconnectCause.Timeout).Lives(1).Unanswered(2), 2, Verdict.PathCut),

        // The broker is unaware.
        ["the same process has no record of the connection"] = (Lost().Open(0.1).SaysNothingOfIt(2.1), Settled, Verdict.BrokerUnaware),
        ["no record, asked too early: it may be between the lists"] = (Lost().SaysNothingOfIt(0.1), Settled, null),
        ["never open: the name does not resolve, the broker lives"] = (NeverOpen(DisconnectCause.Dns).Lives(1), 1, Verdict.BrokerUnaware),
        ["never open: the name does not resolve, nobody says that the broker lives"] = (NeverOpen(DisconnectCause.Dns), Later, null),
        ["never open: another server answers there, the broker lives"] = (NeverOpen(DisconnectCause.WrongServer).Lives(1), 1, Verdict.BrokerUnaware),

        // The prober's own fault.
        ["no record, and the prober was held up"] = (Lost().StalledFor(20).LastGood(-20).Open(0.1).SaysNothingOfIt(2.1), Settled, Verdict.ProberFault),
        ["held up, and the broker answered again at once"] = (WentSilent().StalledFor(3).LastGood(-3.5).Open(0.1), 2.2, Verdict.ProberFault),
        ["held up, and nobody tells why the connection ended"] = (Lost().StalledFor(20).LastGood(-20).Open(0.1), 10.2, Verdict.ProberFault),
        ["held up for less than brokers bear with"] = (WentSilent().StalledFor(0.9).Open(0.1), 2.2, Verdict.Unknown),

        // Unknown.
        ["EOF, the same process, and no source yet"] = (Lost().Open(0.1), 10, null),
        ["EOF, the same process, and no source within ten seconds"] = (Lost().Open(0.1), 10.2, Verdict.Unknown),
        ["the same process, and a reason that nobody knows"] = (Lost().Open(0.1).SaysClosed(1, "Protocol Violation"), 1, Verdict.Unknown),
        ["the host has not answered for minutes"] = (WentSilent().Unanswered(2), Over, Verdict.Unknown),
        ["no evidence within minutes"] = (Lost(), Over, Verdict.Unknown),
        ["no evidence, a little earlier"] = (Lost(), Over - 0.1, null),
        ["never open, then open, and no source tells why"] = (NeverOpen(DisconnectCause.Timeout).Unanswered(1).Open(5), 15.1, Verdict.Unknown),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_history_leads_to_its_verdict(string name)
    {
        var (story, at, expected) = Cases[name];

        var conclusion = story.Concluded(at);

        Assert.True(expected == conclusion?.Verdict, $"{conclusion?.Verdict.ToString() ?? "not yet"}: {conclusion?.Because}");
        if (conclusion is { } said)
            Assert.Matches("^[^\r\n]{10,}$", said.Because);
    }

    [Fact]
    public void Every_verdict_has_a_history_that_leads_to_it() =>
        Assert.Equal(Enum.GetValues<Verdict>(), Cases.Values.Select(one => one.Verdict).OfType<Verdict>().Distinct().Order());

    [Fact]
    public void Only_the_drain_is_planned() =>
        Assert.Equal([Verdict.BrokerDrained], Enum.GetValues<Verdict>().Where(verdict => new Conclusion(verdict, "because").IsPlanned));

    [Theory]
    [InlineData(1.9, false)] // it may have been on its way to the closed ones
    [InlineData(2.0, true)]
    public void A_connection_that_is_counted_though_it_has_certainly_ended_is_dead(double asked, bool isDead) =>
        Assert.Equal(isDead, Lost().SaysOpen(asked).Case.CountsDeadLink);

    [Fact]
    public void A_dead_link_is_counted_until_the_broker_says_otherwise_or_is_replaced()
    {
        var counted = Lost().SaysOpen(3);

        Assert.False(counted.SaysClosed(4, "Stale Connection").Case.CountsDeadLink);
        Assert.False(counted.SaysNothingOfIt(4).Case.CountsDeadLink);
        Assert.False(counted.Open(4, New).Case.CountsDeadLink);
        Assert.True(counted.SaysOpen(4).Open(5).Case.CountsDeadLink);
    }

    [Fact]
    public void What_can_be_said_so_far_is_the_best_evidence()
    {
        Assert.Equal("no evidence from the broker's side yet", Lost().Case.SoFar());
        Assert.Equal("the broker's host does not answer, 1.000 s after the disconnect was seen", WentSilent().Unanswered(1).Case.SoFar());
        Assert.Equal("nobody listens at the broker's port, 2.000 s after the disconnect was seen", WentSilent().Unanswered(1).Refused(2).Case.SoFar());
        Assert.Equal("the broker is alive, says the account source, 3.000 s after the disconnect was seen", Lost().Refused(2).Lives(3, source: SourceKind.Account).Case.SoFar());
    }

    [Fact]
    public void The_line_of_evidence_quotes_who_decided()
    {
        Assert.Equal("the broker said on the connection: Slow Consumer", Lost(DisconnectCause.SlowConsumer, "Slow Consumer").Concluded(1)!.Value.Because);
        Assert.Equal("the broker closed the connection: Kicked", Lost().SaysClosed(1, "Kicked").Concluded(1)!.Value.Because);
        Assert.Equal("as the client saw it", NeverOpen(DisconnectCause.MaxConnections).Concluded(1)!.Value.Because);
        Assert.Equal("the broker announced its shutdown 0.100 s before the disconnect was seen; another process answers in its place",
            Lost().AnnouncesShutdown(-0.1).Open(1, New).Concluded(1)!.Value.Because);
        Assert.Equal("its successor was started 0.800 s after the disconnect was seen; without the system account's events nobody can say whether it was stopped or crashed",
            Lost().Lives(1, New, started: 0.8).Concluded(1)!.Value.Because);
    }
}
