using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Tests.Links;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Time.Testing;
using NATS.Client.Core;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>Over which connection a broker is asked about itself.</summary>
public sealed class ObserversTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ProberClock _clock;
    private readonly List<LinkSession> _sessions = [];
    private readonly Observers _observers = new();

    public ObserversTests() => _clock = new(_time);

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
            await session.DisposeAsync();
    }

    /// <summary>One that heard of its broker later than those before it.</summary>
    private Observer Add(string endpoint, bool isUp = true)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        var session = new LinkSession(new NatsConnection(), new PinnedSocket(new ScriptedStream(""), [], _clock), new BrokerInfo { ServerId = endpoint });
        _sessions.Add(session);
        var observer = new Observer(endpoint, session, () => isUp);
        _observers.Add(observer);
        return observer;
    }

    private static DialResult.Failed Failed(DisconnectCause cause) => new(cause, ConnectPhase.Auth, "as dialled", default, TimeSpan.FromSeconds(1));

    [Fact]
    public void Through_another_broker_is_better_than_through_the_one_that_is_asked_about()
    {
        var other = Add("n2", isUp: false);
        Add("n1");

        Assert.Same(other, _observers.Choose("n1"));
    }

    [Fact]
    public void Through_the_same_broker_is_better_than_not_at_all() => Assert.Same(Add("n1"), _observers.Choose("n1"));

    [Fact]
    public void Beside_a_link_that_answers_is_better()
    {
        var up = Add("n2");
        Add("n3", isUp: false);

        Assert.Same(up, _observers.Choose("n1"));
    }

    [Fact]
    public void The_one_that_gave_the_latest_sign_of_life_is_better()
    {
        Add("n2");
        var latest = Add("n3");

        Assert.Same(latest, _observers.Choose("n1"));
    }

    [Fact]
    public async Task One_that_has_ended_is_not_asked_over()
    {
        var ended = Add("n2");
        ended.Session.End(new SocketEnd(DisconnectCause.Eof, _clock.Now, _clock.Now, "closed"));
        await ended.Session.Ended;

        Assert.Null(_observers.Choose("n1"));
    }

    [Fact]
    public void Who_has_none_is_told_why()
    {
        Assert.Equal(new BrokerWord(BrokerView.Unreachable, "no connection to ask over yet"), _observers.Problem);

        _observers.Failed(Failed(DisconnectCause.Auth));
        Assert.Equal(new BrokerWord(BrokerView.Denied, "as dialled"), _observers.Problem);

        _observers.Failed(Failed(DisconnectCause.AuthExpired));
        Assert.Equal(BrokerView.Denied, _observers.Problem.View);

        _observers.Failed(Failed(DisconnectCause.Refused));
        Assert.Equal(BrokerView.Unreachable, _observers.Problem.View);
    }

    [Fact]
    public void It_listens_while_there_is_one()
    {
        Assert.False(_observers.AreListening);
        var one = Add("n1");
        Assert.True(_observers.AreListening);

        _observers.Remove(one);

        Assert.False(_observers.AreListening);
        Assert.Null(_observers.Choose("n1"));
        Assert.Equal(new BrokerWord(BrokerView.Unreachable, "no connection to ask over"), _observers.Problem);
    }

    [Fact]
    public void A_denial_ends_the_waits_of_those_who_wait_and_the_first_words_stay()
    {
        var observer = Add("n1");
        using var waiting = new CancellationTokenSource();
        using var gone = new CancellationTokenSource();
        observer.WhenDenied(gone).Dispose();
        using var wait = observer.WhenDenied(waiting);

        observer.Denied("Permissions Violation for Publish");
        observer.Denied("again");

        Assert.Equal((true, false, "Permissions Violation for Publish"), (waiting.IsCancellationRequested, gone.IsCancellationRequested, observer.Denial));
    }
}
