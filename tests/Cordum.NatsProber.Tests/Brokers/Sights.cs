using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Probes;
using static Cordum.NatsProber.Tests.Brokers.Losses;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>A cluster in trouble, as a report is made of it: n1 was restarted, n2 hangs and counts a dead link, all else is well.</summary>
internal static class Sights
{
    private static readonly LinkState Up = LinkState.Initial.Apply(new LinkEvent.Opened(After(-90), After(-90))).State;

    private static readonly LinkState Down = Up.Apply(new LinkEvent.Lost(DisconnectCause.Timeout, After(10), After(11))).State;

    private static readonly BrokerFacts Facts = new()
    {
        ServerId = "NEW",
        Start = Noon.AddSeconds(5.25),
        OurLink = new ConnectionRecord(ConnectionFate.Open, CloseReason.Other, "", null, TimeSpan.FromMilliseconds(0.42)),
        ClockSkew = TimeSpan.FromMilliseconds(250),
        ClockSkewError = TimeSpan.FromMilliseconds(2),
    };

    public static DisconnectCase Restart => new DisconnectCase(Eof, HearsBrokers: true)
        .With(new CaseEvidence.ShutdownAnnounced("OLD", After(-0.02)))
        .With(new CaseEvidence.DialFailed(DisconnectCause.Refused, ConnectPhase.Tcp, After(0.2)))
        .With(new CaseEvidence.Answered(
            SourceKind.System, "OLD", After(0.001), After(0.004), new(ConnectionFate.Closed, CloseReason.Shutdown, "Server Shutdown", Noon.AddSeconds(0.24), null), null))
        .With(new CaseEvidence.Opened("NEW", After(5.3), After(5.4)));

    public static JudgedDisconnect Judged => new(
        "n1", Noon, Restart, new Conclusion(Verdict.BrokerRestarted, "the broker announced its shutdown 0.020 s before the disconnect was seen; another process answers in its place"), Noon.AddSeconds(6), After(5.4), TimeSpan.FromMilliseconds(250))
    {
        ClockSkewError = TimeSpan.FromMilliseconds(2),
        BrokerStartedAt = Noon.AddDays(-3),
    };

    public static OpenCase Pending
    {
        get
        {
            var loss = Silence with { Link = Pinned with { Endpoint = "n2" }, Began = After(10), At = After(11), LastGood = After(9.5) };
            var open = new DisconnectCase(loss, HearsBrokers: true)
                .With(new CaseEvidence.DialFailed(DisconnectCause.Timeout, ConnectPhase.Info, After(13)))
                .With(new CaseEvidence.Answered(SourceKind.Account, "OLD", After(13.9), After(14), new(ConnectionFate.Open, CloseReason.Other, "", null, null), null));
            return new OpenCase("n2", Noon.AddSeconds(11), open, IsPending: true, open.CountsDeadLink);
        }
    }

    public static ClusterSight Cluster => new(
        "prod",
        [
            Link("n1", Up, 8, "NEW", new BrokerSight(new(BrokerView.Healthy, ""), SourceKind.System, Facts, false, TimeSpan.FromSeconds(7), new HashSet<Disagreement>())),
            Link("n2", Down, 7, "OLD", new BrokerSight(new(BrokerView.Healthy, ""), SourceKind.System, Facts, true, TimeSpan.FromSeconds(7), new HashSet<Disagreement>()),
                Disagreement.LinkDownBrokerAlive, Disagreement.BrokerCountsDeadLink),
            Link("_cluster", Up, 9, "NEW", null),
        ],
        [Pending],
        [Judged],
        new FailoverSettings());

    public static ViewReport Report => ViewReports.Of("zone-a", Noon.AddSeconds(16), [Cluster]);

    private static LinkSight Link(string endpoint, LinkState state, ulong cid, string process, BrokerSight? broker, params Disagreement[] disagreements) => new(
        new LinkIdentity("prod", endpoint, endpoint == "_cluster" ? "cluster" : "endpoint"),
        new LinkSnapshot(state, state.CurrentOutage is null ? null : Noon.AddSeconds(10), new BrokerInfo { ServerName = $"nats-{endpoint}", ServerId = process, ClientId = cid }),
        state.CurrentOutage is null ? "" : "no INFO line within 2 s",
        state.CurrentOutage is null ? Noon.AddSeconds(-90) : null,
        broker,
        broker is null ? [] : [new(SourceKind.System, true, QueryOutcome.Ok), new(SourceKind.Monitor, false, QueryOutcome.Timeout)],
        disagreements);
}
