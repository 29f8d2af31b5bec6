using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using static Cordum.NatsProber.Tests.Brokers.Losses;

namespace Cordum.NatsProber.Tests.Brokers;

public sealed class DisconnectHistoryTests
{
    private readonly DisconnectHistory _history = new();

    [Fact]
    public void What_comes_after_the_verdict_is_noted_beside_it_once_and_the_verdict_stands()
    {
        var judged = Judged(Eof);
        _history.Add(judged);

        _history.Opened(Pinned, "n1", Opened("NEW", 5));
        _history.Opened(Pinned, "n1", Opened("NEWER", 50));

        var noted = Assert.Single(_history.Latest);
        Assert.Equal(After(5), noted.RegainedAt);
        Assert.Equal(("NEW", After(5)), (noted.Case.Successor!.Value.ServerId, noted.Case.Successor.Value.At));
        Assert.Equal(judged.Conclusion, noted.Conclusion);
        Assert.Equal(1, _history.Counts(Pinned).Sum());
    }

    [Fact]
    public void Another_link_does_not_regain_this_one_but_tells_of_its_broker()
    {
        _history.Add(Judged(Eof with { Link = Failover }));

        _history.Opened(Failover, "n2", Opened("OTHER", 1));
        _history.Opened(Pinned, "n1", Opened("NEW", 5));

        var noted = Assert.Single(_history.Latest);
        Assert.Equal(After(1), noted.RegainedAt);
        Assert.Equal("NEW", noted.Case.Successor!.Value.ServerId);
    }

    [Fact]
    public void The_oldest_are_forgotten()
    {
        for (var i = 0; i <= DisconnectHistory.Most; i++)
            _history.Add(Judged(Eof with { Detail = $"{i}" }));

        Assert.Equal(DisconnectHistory.Most, _history.Latest.Count);
        Assert.Equal(("1", $"{DisconnectHistory.Most}"), (_history.Latest[0].Case.Loss.Detail, _history.Latest[^1].Case.Loss.Detail));
    }

    private static JudgedDisconnect Judged(LinkLoss loss) =>
        new("n1", Noon, new DisconnectCase(loss, HearsBrokers: true), new Conclusion(Verdict.BrokerDrained, "it said so"), Noon, RegainedAt: null, ClockSkew: null);

    private static CaseEvidence.Opened Opened(string serverId, double after) => new(serverId, After(after - 0.01), After(after));
}
