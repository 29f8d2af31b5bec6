using Cordum.NatsProber.RoundTrips;

namespace Cordum.NatsProber.Tests.RoundTrips;

/// <summary>
/// What the brokers answered when JetStream was broken in a known way, and what is to be made of it. The answers are those of nats-server 2.9.10 and 2.15.1,
/// three in a cluster; where the two differ, both are here.
/// </summary>
public sealed class JetStreamDiagnosisTests
{
    private static readonly JetStreamAnswer Given = new(JetStreamReply.Given);
    private static readonly JetStreamAnswer Silent = JetStreamAnswer.Silent;
    private static readonly JetStreamAnswer NoResponders = new(JetStreamReply.NoResponders);
    private static readonly JetStreamAnswer Unavailable = Refused(10008, "JetStream system temporarily unavailable");
    private static readonly JetStreamAnswer NotEnabled = Refused(10039, "JetStream not enabled for account");
    private static readonly JetStreamAnswer NoStream = Refused(10059, "stream not found");

    /// <summary>A stream of three whose leader n1 is gone, and the other two are there.</summary>
    private static JetStreamEvidence LeaderGone => new()
    {
        Step = JetStreamStep.Publish,
        Failed = Silent,
        Account = Given,
        Stream = Silent,
        FormerLeader = "n1",
        Peers = [new("n1", false), new("n2", true), new("n3", true)],
        Endpoints = (2, 3),
        Replicas = 3,
        Broker = "n2",
        EverWorked = true,
    };

    /// <summary>The same, when the second server went, too.</summary>
    private static JetStreamEvidence TwoGone => LeaderGone with { Peers = [new("n1", false), new("n2", false), new("n3", true)], Endpoints = (1, 3), Broker = "n3" };

    /// <summary>All three are there.</summary>
    private static JetStreamEvidence AllThere => LeaderGone with { Peers = [new("n1", true), new("n2", true), new("n3", true)], Endpoints = (3, 3) };

    /// <summary>A prober that has just started, and has never seen the stream.</summary>
    private static JetStreamEvidence Fresh => AllThere with { Step = JetStreamStep.Stream, Peers = [], FormerLeader = null, EverWorked = false };

    public static TheoryData<string, string> Cases => [.. Table.Select(c => (c.What, c.Expected.ToString()))];

    private static readonly (string What, Outcome Expected, JetStreamEvidence Evidence)[] Table =
    [
        ("leader killed, 2.9: nobody listens on the subject", Outcome.NoLeader, LeaderGone with { Failed = NoResponders }),
        ("leader killed, 2.15: silence, of the meta leader as well", Outcome.NoLeader, LeaderGone with { Account = Silent }),
        ("leader killed, elections late: a replica says so", Outcome.NoLeader, LeaderGone with { Failed = NoResponders, Stream = Unavailable }),
        ("leader killed, elections late: information that names no leader", Outcome.NoLeader, LeaderGone with { Stream = Given, Leader = null }),
        ("leader suspended, and the links have not seen it", Outcome.NoLeader, AllThere),
        ("the leader changed during the tick", Outcome.NoLeader, LeaderGone with { Stream = Given, Leader = "n3" }),
        ("nobody listens, though the leader answers", Outcome.NoLeader, AllThere with { Failed = NoResponders, Stream = Given, Leader = "n1" }),
        ("the leader went between acknowledgement and reading", Outcome.NoLeader, LeaderGone with { Step = JetStreamStep.Read, Failed = Unavailable }),
        ("the cluster has just started and elects", Outcome.NoLeader, Fresh with { Account = Silent }),
        ("nobody answered for the stream, and now it is not there", Outcome.NoLeader, Fresh with { Account = Silent, Stream = NoStream }),

        ("two of three killed, at once: the links alone", Outcome.NoQuorum, TwoGone with { Account = default, Stream = default }),
        ("two of three killed, the survivor led and answers on", Outcome.NoQuorum, TwoGone with { Stream = Given, Leader = "n3", FormerLeader = "n3" }),
        ("two of three killed, the survivor led both", Outcome.NoQuorum, TwoGone with { Account = Given, Stream = Given, Leader = "n3", FormerLeader = "n3" }),
        ("two of three killed, 20 s later", Outcome.NoQuorum, TwoGone with { Failed = NoResponders, Account = Unavailable, Stream = Given, Leader = null }),
        ("two of three down before the prober started", Outcome.NoQuorum, Fresh with { Account = Silent, Endpoints = (1, 3) }),
        ("two of three down: their own broker does not matter", Outcome.NoQuorum, TwoGone with { BrokerAnswers = false }),
        ("the one server of an unreplicated stream is down", Outcome.NoQuorum, LeaderGone with { Peers = [new("n1", false)], Failed = NoResponders }),
        ("all that hold it are away, by the meta leader's word", Outcome.NoQuorum, AllThere with { Peers = [new("x", null)], Stream = Refused(10118, "stream is offline") }),
        ("no placement while one of three is down", Outcome.NoQuorum, Fresh with { Failed = NoPlacement(""), Endpoints = (2, 3) }),

        ("a majority is unknown to the links", Outcome.NoLeader, TwoGone with { Peers = [new("n1", null), new("n2", null), new("n3", false)], Endpoints = (2, 3) }),
        ("two of five down leave a majority", Outcome.NoLeader, TwoGone with { Peers = [.. TwoGone.Peers, new("n4", true), new("n5", true)], Endpoints = (3, 5) }),
        ("peers that are up outweigh endpoints that are not", Outcome.NoLeader, LeaderGone with { Peers = [new("n1", false), new("n2", true), new("n3", true)], Account = Silent, Endpoints = (1, 2) }),
        ("half of four endpoints is no majority", Outcome.NoQuorum, Fresh with { Account = Silent, Endpoints = (2, 4) }),

        ("full, first answer", Outcome.NoSpace, AllThere with { Failed = Refused(10023, "insufficient resources"), Stream = Given, Leader = "n1" }),
        ("full, its leaders stepped down", Outcome.NoSpace, AllThere with { Failed = NoResponders, Stream = Given, Leader = null, WasFull = true }),
        ("full, then two killed", Outcome.NoQuorum, TwoGone with { WasFull = true }),
        ("the account's memory is spent", Outcome.NoSpace, Fresh with { Failed = Refused(10028, "insufficient memory resources available") }),
        ("the account's storage is spent", Outcome.NoSpace, Fresh with { Failed = Refused(10047, "insufficient storage resources available") }),
        ("the account's limits", Outcome.NoSpace, Fresh with { Failed = Refused(10002, "resource limits exceeded for account") }),
        ("the account's number of streams", Outcome.NoSpace, Fresh with { Failed = Refused(10027, "maximum number of streams reached") }),
        ("the stream's own limit", Outcome.NoSpace, AllThere with { Failed = Refused(10077, "maximum bytes exceeded") }),
        ("the disk is full", Outcome.NoSpace, AllThere with { Failed = Refused(10077, "write: no space left on device") }),
        ("no server has room", Outcome.NoSpace, Fresh with { Failed = NoPlacement(", insufficient storage") }),
        ("no server has room, and one is down", Outcome.NoSpace, Fresh with { Failed = NoPlacement(", peer offline, insufficient storage"), Endpoints = (2, 3) }),

        ("JetStream off, 2.15: nobody listens", Outcome.NotEnabled, Fresh with { Failed = NoResponders, Account = NoResponders, Stream = NoResponders }),
        ("JetStream off, 2.9: silence, and the broker says that it has none", Outcome.NotEnabled, Fresh with { Account = Silent, BrokerHasJetStream = false }),
        ("JetStream turned off later, 2.9", Outcome.NotEnabled, AllThere with { Failed = NoResponders, Account = Silent, BrokerHasJetStream = false }),
        ("JetStream turned off later, 2.15", Outcome.NotEnabled, AllThere with { Failed = NoResponders, Account = NoResponders, Stream = NoResponders }),
        ("a broker without it beside three that elect, 2.9", Outcome.NoLeader, LeaderGone with { Account = Silent, Broker = "edge", BrokerHasJetStream = false }),
        ("an account without it", Outcome.NotEnabled, Fresh with { Failed = NotEnabled, Account = NotEnabled, Stream = NotEnabled }),
        ("an account that lost it", Outcome.NotEnabled, AllThere with { Failed = NoResponders, Account = NotEnabled, Stream = NotEnabled }),
        ("an account without a tier for three replicas", Outcome.NotEnabled, Fresh with { Failed = Refused(10120, "no JetStream default or applicable tiered limit present") }),

        ("deleted under us", Outcome.Error, AllThere with { Failed = NoResponders, Stream = NoStream }),
        ("deleted between acknowledgement and reading", Outcome.Error, AllThere with { Step = JetStreamStep.Read, Failed = NoStream }),
        ("more replicas than endpoints", Outcome.Error, Fresh with { Failed = NoPlacement(""), Replicas = 5 }),
        ("more replicas than servers with JetStream", Outcome.Error, Fresh with { Failed = NoPlacement("") }),
        ("replicas on a server alone", Outcome.Error, Fresh with { Failed = Refused(10074, "replicas > 1 not supported in non-clustered mode") }),
        ("the store fails for another reason", Outcome.Error, AllThere with { Failed = Refused(10077, "checksum mismatch") }),
        ("subjects overlap", Outcome.Error, Fresh with { Failed = Refused(10065, "subjects overlap with an existing stream") }),
        ("the client fails", Outcome.Error, AllThere with { Failed = new(JetStreamReply.Broken, Text: "no JSON") }),

        ("slow, and nothing explains it", Outcome.Timeout, AllThere with { Stream = Given, Leader = "n1" }),
        ("slow, and it is not known who led", Outcome.Timeout, AllThere with { Stream = Given, Leader = "n1", FormerLeader = null }),
        ("the broker of the connection hangs", Outcome.Timeout, AllThere with { Account = Silent, BrokerAnswers = false }),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Evidence_has_one_outcome(string what, string expected)
    {
        var (outcome, detail) = JetStreamDiagnosis.Of(Table.Single(c => c.What == what).Evidence);

        Assert.Equal(expected, outcome.ToString());
        Assert.NotEmpty(detail);
    }

    [Fact]
    public void The_detail_names_who_is_missing()
    {
        var (_, detail) = JetStreamDiagnosis.Of(TwoGone);

        Assert.Contains("2 of the 3 servers that hold the stream are down (n1, n2)", detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_replicas_come_with_the_remedy()
    {
        var (_, detail) = JetStreamDiagnosis.Of(Fresh with { Failed = NoPlacement(""), Replicas = 5 });

        Assert.Contains("5 replicas are more than the cluster's 3 endpoints: set probes.jetstream.replicas", detail, StringComparison.Ordinal);
    }

    private static JetStreamAnswer Refused(int code, string text) => new(JetStreamReply.Refused, code, text);

    private static JetStreamAnswer NoPlacement(string why) => Refused(10005, $"no suitable peers for placement{why}");
}
