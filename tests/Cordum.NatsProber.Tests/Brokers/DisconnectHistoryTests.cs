using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using static Cordum.NatsProber.Tests.Brokers.Losses;

namespace Cordum.NatsProber.Tests.Brokers;

public sealed class DisconnectHistoryTests
{
    private readonly DisconnectHistory _history = new DisconnectMemory().Open();

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

    /// <summary>Of many clusters the one that churns forgets, and who had one incident keeps it.</summary>
    [Fact]
    public void Where_all_together_remember_too_many_the_one_that_has_most_forgets()
    {
        var memory = new DisconnectMemory();
        var quiet = memory.Open();
        quiet.Add(Judged(Eof with { Detail = "the one incident" }));
        var churning = Enumerable.Range(0, 20).Select(_ => memory.Open()).ToList();

        for (var i = 0; i < DisconnectHistory.Most; i++)
        {
            foreach (var history in churning)
                history.Add(Judged(Eof with { Detail = $"{i}" }));
        }

        Assert.Equal("the one incident", Assert.Single(quiet.Latest).Case.Loss.Detail);
        Assert.Equal(DisconnectMemory.Most, churning.Sum(history => history.Remembered) + 1);
        Assert.All(churning, history => Assert.Equal($"{DisconnectHistory.Most - 1}", history.Latest[^1].Case.Loss.Detail));
        Assert.All(churning, history => Assert.InRange(history.Remembered, (DisconnectMemory.Most / churning.Count) - 1, (DisconnectMemory.Most / churning.Count) + 1));
        Assert.All(churning, history => Assert.Equal(DisconnectHistory.Most, history.Counts(Pinned).Sum()));
    }

    private static JudgedDisconnect Judged(LinkLoss loss) =>
        new("n1", Noon, new DisconnectCase(loss, HearsBrokers: true), new Conclusion(Verdict.BrokerDrained, "it said so"), Noon, RegainedAt: null, ClockSkew: null);

    private static CaseEvidence.Opened Opened(string serverId, double after) => new(serverId, After(after - 0.01), After(after));
}
