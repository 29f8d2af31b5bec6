using Cordum.NatsProber.Brokers;

namespace Cordum.NatsProber.Tests.Brokers;

public sealed class AnnouncementsTests
{
    private readonly Announcements _heard = new();

    private static CaseEvidence Drain(string serverId, double at = 1) => new CaseEvidence.DrainAnnounced(serverId, TimeSpan.FromSeconds(at));

    private static CaseEvidence Shutdown(string serverId, double at = 1) => new CaseEvidence.ShutdownAnnounced(serverId, TimeSpan.FromSeconds(at));

    [Fact]
    public void They_are_kept_in_order()
    {
        _heard.Add(Drain("A"));
        _heard.Add(Shutdown("A", 2));

        Assert.Equal([Drain("A"), Shutdown("A", 2)], _heard.Recent);
    }

    [Fact]
    public void Only_the_process_that_said_so_drains()
    {
        _heard.Add(Drain("A"));
        _heard.Add(Shutdown("B"));

        Assert.Equal((true, false, false), (_heard.IsDraining("A"), _heard.IsDraining("B"), _heard.IsDraining("C")));
    }

    [Fact]
    public void What_several_connections_hear_is_kept_once()
    {
        _heard.Add(Drain("A"));
        for (var hearer = 0; hearer < 100; hearer++)
            _heard.Add(Shutdown("B", 1 + hearer));

        Assert.Equal([Drain("A"), Shutdown("B")], _heard.Recent);
    }

    [Fact]
    public void The_oldest_are_forgotten()
    {
        for (var broker = 0; broker < 1000; broker++)
            _heard.Add(Drain($"{broker}"));

        Assert.Equal(64, _heard.Recent.Count);
        Assert.Equal((false, true), (_heard.IsDraining("0"), _heard.IsDraining("999")));
    }
}
