using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Tests.Links;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NATS.Client.Core;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>Ticks against sources that the test scripts, on a clock that it moves.</summary>
public sealed class BrokerWatchTests : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new();
    private readonly ProberClock _clock;
    private readonly StallWatch _stalls;
    private LinkSession? _session;

    public BrokerWatchTests()
    {
        _clock = new ProberClock(_time);
        var stalls = new StallRecord();
        _stalls = new StallWatch(_clock, stalls);
        _stalls.Dispose();
        stalls.Woke(TimeSpan.FromDays(1));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
            await _session.DisposeAsync();
    }

    private static ScriptedSource Well(SourceKind kind, string id = "A") => new(kind, question => ScriptedSource.Broker(question, id, connections: """{"cid":7,"rtt":"1ms"}"""));

    private static ScriptedSource Hangs(SourceKind kind) => new(kind, static _ => null);

    private static ScriptedSource Failing(SourceKind kind, BrokerView view) => new(kind, _ => new MonitorReply.Failed(view, "as scripted"));

    private BrokerWatch Watch(params ScriptedSource[] sources) => new(
        new LinkIdentity("c", "n1", "endpoint"), [.. sources.Select(source => new AskedSource(source, _time))], new BrokerProbeTimes(Every, Timeout), () => _session, _stalls, _clock, _time, NullLoggerFactory.Instance);

    private void OpenLink(string id) =>
        _session = new LinkSession(new NatsConnection(), new PinnedSocket(new ScriptedStream(""), [], _clock), new BrokerInfo { ServerId = id, ClientId = 7 });

    /// <summary>One tick that may take so long on the fake clock, and not longer.</summary>
    private async Task<TickResult> TickAsync(BrokerWatch watch, params TimeSpan[] within)
    {
        var tick = watch.RunAsync(Stop);
        foreach (var step in within)
        {
            Assert.False(tick.IsCompleted);
            _time.Advance(step);
        }

        return await tick.WaitAsync(TimeSpan.FromSeconds(20), Stop);
    }

    [Fact]
    public async Task The_best_source_is_chosen_and_tells_all()
    {
        OpenLink("A");
        var (system, monitor) = (Well(SourceKind.System), Well(SourceKind.Monitor));
        var watch = Watch(system, monitor);

        Assert.Equal(Outcome.Success, (await TickAsync(watch)).Outcome);

        Assert.Equal((SourceKind.System, BrokerView.Healthy), (watch.Source, watch.Word.View));
        var facts = watch.Facts;
        Assert.Equal(("A", 3, 99, 2, true, true, true), (facts.ServerId, facts.Connections, facts.MaxConnections, facts.RoutePeers, facts.HasMetaGroup, facts.KnowsMetaLeader, facts.ServerIsHealthy));
        Assert.Equal(TimeSpan.FromMilliseconds(1), facts.OurLink?.Rtt);
        Assert.Equal(["HEALTHZ"], monitor.Asked.Select(question => question.Service)); // the rest is the best one's to tell
        Assert.Equal(["HEALTHZ", "VARZ", "CONNZ", "ROUTEZ", "JSZ"], system.Asked.Select(question => question.Service));
    }

    [Fact]
    public async Task The_second_best_is_of_use_when_the_best_hangs()
    {
        var watch = Watch(Hangs(SourceKind.System), Well(SourceKind.Monitor));

        Assert.Equal(Outcome.Success, (await TickAsync(watch, Timeout * 0.75)).Outcome);

        Assert.Equal((SourceKind.Monitor, BrokerView.Healthy, "A"), (watch.Source, watch.Word.View, watch.Facts.ServerId));
    }

    [Theory]
    [InlineData(BrokerView.Unreachable)]
    [InlineData(BrokerView.Denied)]
    [InlineData(BrokerView.Malformed)]
    public async Task The_second_best_is_of_use_when_the_best_fails(BrokerView view)
    {
        var watch = Watch(Failing(SourceKind.System, view), Well(SourceKind.Monitor));

        await TickAsync(watch);

        Assert.Equal((SourceKind.Monitor, BrokerView.Healthy), (watch.Source, watch.Word.View));
    }

    [Fact]
    public async Task Where_none_answers_the_best_ones_reason_is_told_and_no_source()
    {
        var watch = Watch(Failing(SourceKind.System, BrokerView.Denied), Failing(SourceKind.Monitor, BrokerView.Unreachable));

        Assert.Equal(Outcome.Error, (await TickAsync(watch)).Outcome);

        Assert.Equal((null, BrokerView.Denied, null), (watch.Source, watch.Word.View, watch.AliveAt));
    }

    [Fact]
    public async Task A_source_that_stops_answering_is_reported_no_longer_and_asked_for_no_details()
    {
        var hangs = false;
        var monitor = new ScriptedSource(SourceKind.Monitor, question => hangs ? null : ScriptedSource.Broker(question, "A"));
        var watch = Watch(monitor);
        await TickAsync(watch);
        Assert.Equal(SourceKind.Monitor, watch.Source);

        hangs = true;
        var asked = monitor.Asked.Count;
        Assert.Equal(Outcome.Timeout, (await TickAsync(watch, Timeout)).Outcome);

        Assert.Equal((null, asked + 1, 0), (watch.Source, monitor.Asked.Count, monitor.Hanging));
        Assert.Equal(3, watch.Facts.Connections); // what it said still stands
    }

    [Fact]
    public async Task The_own_account_alone_knows_that_the_broker_lives()
    {
        OpenLink("A");
        var account = Well(SourceKind.Account);
        var watch = Watch(account);

        Assert.Equal(Outcome.Success, (await TickAsync(watch)).Outcome);

        Assert.Equal((SourceKind.Account, BrokerView.Alive, TimeSpan.Zero), (watch.Source, watch.Word.View, watch.AliveAt));
        Assert.Equal(("A", TimeSpan.FromMilliseconds(1)), (watch.Facts.ServerId, watch.Facts.OurLink?.Rtt));
        Assert.False(watch.Facts.ServerIsHealthy);
        Assert.Equal(BrokerQuestion.Open(7), Assert.Single(account.Asked));
    }

    [Fact]
    public async Task An_account_that_is_silent_is_a_timeout()
    {
        var watch = Watch(Hangs(SourceKind.Account));

        Assert.Equal(Outcome.Timeout, (await TickAsync(watch, Timeout)).Outcome);

        Assert.Equal((null, BrokerView.Timeout), (watch.Source, watch.Word.View));
    }

    [Fact]
    public async Task Where_there_is_no_link_the_account_is_asked_for_nobodys()
    {
        var account = Well(SourceKind.Account);
        var watch = Watch(Well(SourceKind.Monitor), account);

        await TickAsync(watch);

        Assert.Equal(BrokerQuestion.Open(BrokerQuestion.Nobody), Assert.Single(account.Asked));
        Assert.Null(watch.Facts.OurLink);
    }

    [Fact]
    public async Task What_another_process_says_of_the_connection_number_is_not_of_the_link()
    {
        OpenLink("OLD");
        var watch = Watch(Well(SourceKind.System, "NEW"), Well(SourceKind.Account, "NEW"));

        await TickAsync(watch);

        Assert.Equal(("NEW", null), (watch.Facts.ServerId, watch.Facts.OurLink));
    }

    [Fact]
    public async Task Details_that_hang_end_with_their_time_and_leave_what_is_known()
    {
        var watch = Watch(new ScriptedSource(SourceKind.Monitor, question => question.Service is "HEALTHZ" or "VARZ" ? ScriptedSource.Broker(question, "A") : null));
        OpenLink("A");

        Assert.Equal(Outcome.Success, (await TickAsync(watch, Timeout)).Outcome);

        Assert.Equal((3, 0, BrokerView.Healthy), (watch.Facts.Connections, watch.Facts.RoutePeers, watch.Word.View));
    }

    [Fact]
    public async Task All_sources_hanging_makes_a_tick_as_long_as_its_timeout()
    {
        var watch = Watch(Hangs(SourceKind.System), Hangs(SourceKind.Monitor), Hangs(SourceKind.Account));

        Assert.Equal(Outcome.Timeout, (await TickAsync(watch, Timeout * 0.75, Timeout * 0.25)).Outcome);
    }

    [Fact]
    public async Task An_unhealthy_broker_is_asked_whether_the_server_is_well_its_assets_left_out()
    {
        var monitor = new ScriptedSource(
            SourceKind.Monitor, question => ScriptedSource.Broker(question, "A", question == BrokerQuestion.Health ? "unavailable" : "ok"));
        var watch = Watch(monitor);

        Assert.Equal(Outcome.Unhealthy, (await TickAsync(watch)).Outcome);

        Assert.Equal((BrokerView.Unhealthy, true, SourceKind.Monitor), (watch.Word.View, watch.Facts.ServerIsHealthy, watch.Source));
        Assert.Contains(BrokerQuestion.HealthOfServer, monitor.Asked);
    }

    [Theory]
    [InlineData("""{"server_id":"A","connections":[null],"routes":[null]}""")]
    [InlineData("<html>")]
    [InlineData("")]
    public async Task Garbage_harms_no_tick(string page)
    {
        OpenLink("A");
        var watch = Watch(
            new ScriptedSource(SourceKind.Monitor, question => question == BrokerQuestion.Health ? ScriptedSource.Broker(question, "A") : ScriptedSource.Page(page)),
            new ScriptedSource(SourceKind.Account, _ => ScriptedSource.Page(page)));

        Assert.Equal(Outcome.Success, (await TickAsync(watch)).Outcome);
    }

    [Fact]
    public async Task A_tick_that_is_taken_back_throws()
    {
        using var stop = new CancellationTokenSource();
        var tick = Watch(Hangs(SourceKind.System), Hangs(SourceKind.Account)).RunAsync(stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tick);
    }

    [Fact]
    public void The_link_tells_of_a_restart_before_any_source()
    {
        var watch = Watch(Well(SourceKind.Monitor));

        watch.Reached(new BrokerInfo { ServerId = "A", ServerName = "n1" });
        watch.Reached(new BrokerInfo { ServerId = "A", ServerName = "n1" });
        watch.Reached(new BrokerInfo { ServerId = "B", ServerName = "n1" });

        Assert.Equal(("B", 1), (watch.Facts.ServerId, watch.Facts.IdentityChanges));
    }

    [Fact]
    public void The_latest_question_that_was_answered_counts()
    {
        var watch = Watch(Well(SourceKind.Monitor));

        watch.Lives(TimeSpan.FromSeconds(5));
        watch.Lives(TimeSpan.FromSeconds(3)); // answered late

        Assert.Equal(TimeSpan.FromSeconds(5), watch.AliveAt);
    }
}
