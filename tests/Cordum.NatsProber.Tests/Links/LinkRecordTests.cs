using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>The book of one link, whatever the order in which its sessions are told of.</summary>
public sealed class LinkRecordTests : IAsyncDisposable
{
    private static readonly LinkIdentity Identity = new("c", "n1", "endpoint");

    private readonly ProberClock _clock = new(TimeProvider.System);
    private readonly List<DialOutcome> _dials = [];
    private readonly List<LinkNews> _news = [];
    private readonly List<LinkSession> _sessions = [];
    private readonly LinkRecord _record;

    public LinkRecordTests() => _record = new(Identity, new Observer(_dials), _news.Add, _clock, NullLogger.Instance);

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
            await session.DisposeAsync();
    }

    private static SocketEnd Eof => new(DisconnectCause.Eof, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), "closed");

    private LinkSession Session(string id)
    {
        var session = new LinkSession(new NatsConnection(), new PinnedSocket(new ScriptedStream(""), [], _clock), new BrokerInfo { ServerId = id });
        _sessions.Add(session);
        return session;
    }

    private (long, long, bool) Counts()
    {
        var state = _record.Snapshot.State;
        return (state.Disconnects, state.Reconnects, state.Status == LinkStatus.Connected);
    }

    [Fact]
    public void A_session_is_lost_once()
    {
        var session = Session("a");
        _record.Open(session, default, TimeSpan.FromSeconds(1));

        _record.Lose(session, Eof);
        _record.Lose(session, Eof);

        Assert.Equal((1, 0, false), Counts());
        Assert.Null(_record.Session);
    }

    [Fact]
    public void The_end_of_a_session_that_is_not_the_open_one_takes_nothing_away()
    {
        var (first, second) = (Session("a"), Session("b"));
        _record.Open(first, default, TimeSpan.FromSeconds(1));
        _record.Closed(new InvalidOperationException("the client went mad"));
        _record.Open(second, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3));

        _record.Lose(first, Eof);

        Assert.Equal((1, 1, true), Counts());
        Assert.Same(second, _record.Session);
    }

    [Fact]
    public void What_was_seen_on_a_session_that_has_ended_is_no_news()
    {
        var session = Session("a");
        _record.Open(session, default, TimeSpan.FromSeconds(1));
        _record.Lose(session, Eof);
        var outage = _record.Snapshot.State.CurrentOutage;

        _record.Report(session, new LinkEvent.RoundTripSucceeded(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3)));
        _record.Announced(session);

        Assert.Equal((outage, 0), (_record.Snapshot.State.CurrentOutage, _record.Snapshot.State.LameDucks));
    }

    [Fact]
    public void A_dial_that_decides_nothing_is_counted_and_settles_nothing()
    {
        var refused = new DialResult.Failed(DisconnectCause.Refused, ConnectPhase.Tcp, "refused", default, TimeSpan.FromSeconds(1));

        _record.DialFailed(refused, decides: false);
        Assert.Equal((0, 0, false), Counts());
        Assert.False(_record.Settled.IsCompleted);

        _record.DialFailed(refused);
        Assert.Equal((1, 0, false), Counts());
        Assert.True(_record.Settled.IsCompleted);
        Assert.Equal(2, _dials.Count(dial => dial.Cause == DisconnectCause.Refused));
    }

    private sealed class Observer(List<DialOutcome> dials) : ILinkObserver
    {
        public void PhaseCompleted(ConnectPhase phase, TimeSpan duration)
        {
        }

        public void Dialled(DialOutcome outcome) => dials.Add(outcome);

        public void Changed(LinkTransition transition)
        {
        }
    }
}
