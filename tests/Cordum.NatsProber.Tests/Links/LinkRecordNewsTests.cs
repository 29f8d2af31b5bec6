using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>What a link's book tells those who hold it against the broker's view: each thing once, in order, with all that the client knows.</summary>
public sealed class LinkRecordNewsTests : IAsyncDisposable
{
    private static readonly LinkIdentity Identity = new("c", "n1", "endpoint");

    private readonly ProberClock _clock = new(TimeProvider.System);
    private readonly List<LinkNews> _news = [];
    private readonly List<LinkSession> _sessions = [];
    private readonly LinkRecord _record;

    public LinkRecordNewsTests() => _record = new(Identity, new Deaf(), _news.Add, _clock, NullLogger.Instance);

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
            await session.DisposeAsync();
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static SocketEnd End(DisconnectCause cause, double at, double? began = null, string? words = null, bool isOurs = false) =>
        new(cause, At(began ?? at), At(at), "closed", words, isOurs);

    private LinkSession Open(string id = "A", double began = 0.9, double at = 1)
    {
        var session = new LinkSession(new NatsConnection(), new PinnedSocket(new ScriptedStream(""), [], _clock), new BrokerInfo { ServerId = id, ClientId = 7 });
        _sessions.Add(session);
        _record.Open(session, At(began), At(at));
        return session;
    }

    private LinkLoss TheLoss() => Assert.Single(_news.OfType<LinkNews.Lost>()).Loss;

    [Fact]
    public void An_open_says_to_whom_and_since_when_it_was_dialled()
    {
        var session = Open();

        Assert.Equal([new LinkNews.Opened(session.Broker, At(0.9), At(1))], _news);
    }

    [Fact]
    public void A_loss_carries_the_brokers_last_words_and_its_number_for_the_connection()
    {
        var session = Open();

        _record.Lose(session, End(DisconnectCause.SlowConsumer, 2, words: "Slow Consumer"));

        var loss = TheLoss();
        Assert.Equal((Identity, "A", 7UL, DisconnectCause.SlowConsumer, "Slow Consumer"), (loss.Link, loss.Broker!.ServerId, loss.Broker.ClientId, loss.Cause, loss.Words));
        Assert.Equal((false, false, true), (loss.EndedByUs, loss.WentSilent, loss.WasOpen));
        Assert.Equal((At(0.9), At(2), At(2), "closed"), (loss.LastGood, loss.Began, loss.At, loss.Detail));
    }

    [Fact]
    public void A_link_that_the_prober_gave_up_ended_by_us_and_silent()
    {
        var session = Open();
        _record.Report(session, new LinkEvent.RoundTripSucceeded(At(5), At(5.001)));

        _record.Lose(session, End(DisconnectCause.Timeout, 7, began: 6, isOurs: true));

        var loss = TheLoss();
        Assert.Equal((true, true, At(5), At(6), At(7)), (loss.EndedByUs, loss.WentSilent, loss.LastGood, loss.Began, loss.At));
    }

    [Fact]
    public void Requests_that_failed_before_the_end_are_silence_and_the_outage_begins_with_them()
    {
        var session = Open();
        _record.Report(session, new LinkEvent.RoundTripFailed(At(3), At(3.5)));

        _record.Lose(session, End(DisconnectCause.Eof, 10));

        var loss = TheLoss();
        Assert.Equal((false, true, At(3), At(10)), (loss.EndedByUs, loss.WentSilent, loss.Began, loss.At));
    }

    [Fact]
    public void A_request_that_waits_when_the_end_comes_is_silence_too()
    {
        var session = Open();
        session.UnansweredSince = At(8);

        _record.Lose(session, End(DisconnectCause.Eof, 10));

        Assert.Equal((true, At(8)), (TheLoss().WentSilent, TheLoss().Began));
    }

    [Fact]
    public void A_disconnect_is_told_once_however_many_dials_fail_after_it()
    {
        var session = Open();
        _record.Lose(session, End(DisconnectCause.Eof, 2));
        _record.Lose(session, End(DisconnectCause.Eof, 2));
        _record.DialFailed(new DialResult.Failed(DisconnectCause.Refused, ConnectPhase.Tcp, "refused", At(2.1), At(2.2)));
        _record.DialFailed(new DialResult.Failed(DisconnectCause.Timeout, ConnectPhase.Info, "silent", At(3), At(5)));

        Assert.Single(_news.OfType<LinkNews.Lost>());
        Assert.Equal(
            [
                new(DisconnectCause.Refused, ConnectPhase.Tcp, At(2.1), At(2.2)),
                new LinkNews.DialFailed(DisconnectCause.Timeout, ConnectPhase.Info, At(3), At(5)),
            ],
            _news.OfType<LinkNews.DialFailed>());
    }

    [Fact]
    public void As_many_losses_are_told_as_disconnects_are_counted()
    {
        for (var i = 0; i < 3; i++)
            _record.Lose(Open($"{i}", at: (10 * i) + 1, began: 10 * i), End(DisconnectCause.Eof, (10 * i) + 5));
        Open();
        _record.Closed(new InvalidOperationException("the client went mad"));
        _record.Closed(new InvalidOperationException("again, while it was down"));

        Assert.Equal(4, _record.Snapshot.State.Disconnects);
        Assert.Equal(4, _news.OfType<LinkNews.Lost>().Count());
    }

    [Fact]
    public void A_first_dial_that_fails_is_a_loss_of_a_link_that_was_never_open_and_then_a_failed_dial()
    {
        _record.DialFailed(new DialResult.Failed(DisconnectCause.Dns, ConnectPhase.Dns, "no such name", At(0.5), At(0.6)));

        Assert.Equal([typeof(LinkNews.Lost), typeof(LinkNews.DialFailed)], _news.Select(news => news.GetType()));
        var loss = TheLoss();
        Assert.Equal((false, false, false, null, null), (loss.WasOpen, loss.EndedByUs, loss.WentSilent, loss.LastGood, loss.Words));
        Assert.Equal((DisconnectCause.Dns, At(0.5), At(0.6), "no such name"), (loss.Cause, loss.Began, loss.At, loss.Detail));
    }

    [Fact]
    public void A_client_that_ended_for_good_was_our_doing_and_its_fault_is_told_in_one_line()
    {
        Open();

        _record.Closed(new InvalidOperationException("the client\nwent mad"));

        Assert.Equal((true, "the client.went mad"), (TheLoss().EndedByUs, TheLoss().Detail));
    }

    [Fact]
    public void A_drain_is_told_once_and_the_end_after_it_is_the_drains()
    {
        var session = Open();
        _record.Announced(session);
        _record.Announced(session);

        _record.Lose(session, End(DisconnectCause.Eof, 100));

        Assert.Equal("A", Assert.Single(_news.OfType<LinkNews.Draining>()).ServerId);
        Assert.Equal(DisconnectCause.LameDuck, TheLoss().Cause);
        Assert.True(_record.Snapshot.State.CurrentOutage!.IsPlanned);
    }

    [Fact]
    public void What_decides_nothing_tells_nothing()
    {
        _record.DialFailed(new DialResult.Failed(DisconnectCause.Refused, ConnectPhase.Tcp, "refused", default, At(1)), decides: false);

        Assert.Empty(_news);
    }

    private sealed class Deaf : ILinkObserver
    {
        public void PhaseCompleted(ConnectPhase phase, TimeSpan duration)
        {
        }

        public void Dialled(DialOutcome outcome)
        {
        }

        public void Changed(LinkTransition transition)
        {
        }
    }
}
