using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>From news of links and answers of sources to one verdict for each disconnect.</summary>
public sealed class InquestsTests
{
    private const string Kicked = """{"cid":7,"stop":"2026-01-01T00:00:30Z","reason":"Kicked"}""";

    private static ScriptedSource Broker(SourceKind kind, string serverId, string closed = "", string open = "") =>
        new(kind, question => ScriptedSource.Broker(question, serverId, connections: question == BrokerQuestion.Closed(7) ? closed : open));

    private static ScriptedSource Down(SourceKind kind) => new(kind, static _ => new MonitorReply.Failed(BrokerView.Unreachable, "Connection refused"));

    /// <summary>Varz of a process that has been running for so long.</summary>
    private static MonitorReply RunningFor(string serverId, double seconds) => ScriptedSource.Page(
        $$"""{"server_id":"{{serverId}}","start":"2026-01-01T00:00:00Z","now":"{{new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds):O}}"}""");

    private static int Rounds(ScriptedSource source) => source.Asked.Count(question => question == BrokerQuestion.Closed(7));

    [Fact]
    public async Task A_disconnect_waits_for_evidence_and_then_has_its_verdict_and_a_line_in_the_log()
    {
        var answers = false;
        var source = new ScriptedSource(
            SourceKind.Monitor,
            question => answers ? ScriptedSource.Broker(question, Story.Old, connections: question == BrokerQuestion.Closed(7) ? Kicked : "") : new MonitorReply.Failed(BrokerView.Unreachable, "refused"));
        await using var rig = new InquestRig(source);
        rig.Lose();
        await rig.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Empty(rig.History.Latest);
        Assert.Equal(("n1", true, false), Assert.Single(rig.Inquests.Open) is var open ? (open.Endpoint, open.IsPending, open.CountsDeadLink) : default);

        answers = true;

        var judged = await rig.VerdictAsync();
        Assert.Equal((Verdict.Kicked, "n1"), (judged.Conclusion.Verdict, judged.Endpoint));
        Assert.Equal("c/n1 verdict on the disconnect (eof) at 2000-01-01T00:10:00.000Z: kicked; the broker closed the connection: Kicked", Assert.Single(rig.Verdicts));
        Assert.Equal(1, rig.History.Counts(InquestRig.Pinned)[(int)Verdict.Kicked]);
        await rig.UntilAsync(() => rig.Inquests.Open.Count == 0);
        Assert.NotNull(rig.Watch.AliveAt);
        Assert.Empty(rig.Faults);
    }

    [Fact]
    public async Task A_successor_that_a_source_tells_of_is_a_restart_with_its_start()
    {
        await using var rig = new InquestRig(new ScriptedSource(
            SourceKind.Monitor, question => question == BrokerQuestion.Varz ? RunningFor(Story.New, 100) : ScriptedSource.Broker(question, Story.New)));
        var lostAt = rig.Clock.Now;
        rig.Lose();

        var judged = await rig.VerdictAsync();

        Assert.Equal(Verdict.BrokerRestarted, judged.Conclusion.Verdict);
        var (who, at, started) = judged.Case.Successor!.Value;
        Assert.Equal((Story.New, true), (who, started < at && started >= lostAt - TimeSpan.FromSeconds(100)));
    }

    [Fact]
    public async Task A_link_that_opens_to_another_process_tells_of_the_restart_and_so_does_the_watch()
    {
        await using var rig = new InquestRig(Down(SourceKind.Monitor));
        rig.Open();
        rig.Lose();
        rig.Open(Story.New);

        Assert.Equal(Verdict.BrokerRestarted, (await rig.VerdictAsync()).Conclusion.Verdict);
        Assert.Equal((Story.New, 1), (rig.Watch.Facts.ServerId, rig.Watch.Facts.IdentityChanges));
    }

    [Fact]
    public async Task An_announcement_from_before_the_loss_is_evidence()
    {
        await using var rig = new InquestRig(Down(SourceKind.System)) { HearsBrokers = true };
        rig.Inquests.Hears(new CaseEvidence.ShutdownAnnounced(Story.Old, rig.Clock.Now));
        rig.Inquests.Hears(new CaseEvidence.ShutdownAnnounced(Story.Stranger, rig.Clock.Now));
        rig.Lose();
        rig.Open(Story.New);

        var conclusion = (await rig.VerdictAsync()).Conclusion;

        Assert.Equal(Verdict.BrokerRestarted, conclusion.Verdict);
        Assert.StartsWith("the broker announced its shutdown 0.000 s after", conclusion.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_announcement_where_all_are_heard_is_a_crash()
    {
        await using var rig = new InquestRig(Down(SourceKind.System)) { HearsBrokers = true };
        rig.Lose();
        rig.Open(Story.New);

        Assert.Equal(Verdict.BrokerCrashed, (await rig.VerdictAsync()).Conclusion.Verdict);
    }

    [Fact]
    public async Task A_drain_that_another_link_heard_of_is_planned_for_this_one()
    {
        await using var rig = new InquestRig(Down(SourceKind.Monitor));
        rig.Inquests.Hears(InquestRig.FailingOver, new LinkNews.Draining(Story.Old, rig.Clock.Now));
        rig.Lose();

        Assert.True((await rig.VerdictAsync()).Conclusion.IsPlanned);
        Assert.True(rig.Announcements.IsDraining(Story.Old));
    }

    [Fact]
    public async Task The_link_that_fails_over_is_judged_by_the_broker_that_it_was_open_to()
    {
        await using var rig = new InquestRig(Broker(SourceKind.Monitor, Story.Old, closed: Kicked));
        rig.Lose(link: InquestRig.FailingOver);

        var judged = await rig.VerdictAsync();

        Assert.Equal((Verdict.Kicked, "n1"), (judged.Conclusion.Verdict, judged.Endpoint));
        Assert.Equal(0, rig.History.Counts(InquestRig.Pinned).Sum());
    }

    [Fact]
    public async Task An_open_to_one_unknown_broker_says_nothing_of_another()
    {
        await using var rig = new InquestRig(Down(SourceKind.Monitor)) { HearsBrokers = true };
        rig.Lose(link: InquestRig.FailingOver, broker: InquestRig.Broker(Story.Old, "s8"));
        rig.Open(Story.New, InquestRig.FailingOver, "s9");
        await rig.PassAsync(TimeSpan.FromSeconds(20));
        Assert.Empty(rig.History.Latest);

        rig.Open(Story.New, InquestRig.FailingOver, "s8"); // the same broker's name

        Assert.Equal(Verdict.BrokerCrashed, (await rig.VerdictAsync()).Conclusion.Verdict);
    }

    [Fact]
    public async Task Dials_of_another_scope_are_no_evidence_of_the_endpoint()
    {
        await using var rig = new InquestRig(Down(SourceKind.Monitor)) { HearsBrokers = true };
        rig.Lose();
        rig.Inquests.Hears(InquestRig.FailingOver, new LinkNews.DialFailed(DisconnectCause.Refused, ConnectPhase.Tcp, rig.Clock.Now, rig.Clock.Now));
        rig.Inquests.Hears(InquestRig.Pinned with { Endpoint = "n2" }, new LinkNews.DialFailed(DisconnectCause.Refused, ConnectPhase.Tcp, rig.Clock.Now, rig.Clock.Now));
        await rig.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Empty(rig.History.Latest);

        rig.Inquests.Hears(InquestRig.Pinned, new LinkNews.DialFailed(DisconnectCause.Refused, ConnectPhase.Tcp, rig.Clock.Now, rig.Clock.Now));

        Assert.Equal(Verdict.BrokerCrashed, (await rig.VerdictAsync()).Conclusion.Verdict);
    }

    [Fact]
    public async Task Sources_are_asked_every_second_at_first_and_every_fifteen_then()
    {
        var source = Down(SourceKind.Monitor);
        await using var rig = new InquestRig(source);
        rig.Lose();

        await rig.PassAsync(TimeSpan.FromSeconds(30));
        var fresh = Rounds(source);
        await rig.PassAsync(TimeSpan.FromSeconds(150));
        var later = Rounds(source) - fresh;

        Assert.InRange(fresh, 8, 31);
        Assert.InRange(later, 5, 12);
        Assert.Equal(source.Asked.Count, Rounds(source)); // who cannot be asked for one thing is not asked for the other
    }

    [Fact]
    public async Task A_link_that_is_back_makes_its_case_fresh_again()
    {
        var source = Down(SourceKind.Monitor);
        await using var rig = new InquestRig(source);
        rig.Lose(DisconnectCause.Refused, wasOpen: false);
        await rig.PassAsync(TimeSpan.FromSeconds(60));
        var before = source.Asked.Count;

        rig.Open();
        await rig.VerdictAsync(); // ten seconds later

        Assert.InRange(source.Asked.Count - before, 3, 16); // with those about a prober that was here before
    }

    [Fact]
    public async Task A_source_that_hangs_is_asked_one_question_at_a_time_and_holds_up_nobody()
    {
        var (hangs, well) = (new ScriptedSource(SourceKind.System, static _ => null), Broker(SourceKind.Monitor, Story.Old, closed: Kicked));
        await using var rig = new InquestRig(hangs, well);
        rig.Lose();

        Assert.Equal(Verdict.Kicked, (await rig.VerdictAsync()).Conclusion.Verdict);
        await rig.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Single(hangs.Asked);
        Assert.Equal(0, hangs.Hanging);
    }

    [Fact]
    public async Task However_many_links_are_lost_no_more_than_sixteen_questions_are_on_their_way()
    {
        var hangs = new ScriptedSource(SourceKind.Monitor, static _ => null);
        await using var rig = new InquestRig(hangs);
        for (var i = 0; i < 100; i++)
            rig.Lose();

        await InquestRig.NowAsync(() => hangs.Hanging == 16);

        Assert.Equal((16, 16), (hangs.Hanging, hangs.Asked.Count));
    }

    [Fact]
    public async Task A_source_that_fails_in_a_way_nobody_foresaw_harms_nothing()
    {
        var (mad, well) = (new ScriptedSource(SourceKind.System, static _ => throw new InvalidOperationException("the source went mad")), Broker(SourceKind.Monitor, Story.Old, closed: Kicked));
        await using var rig = new InquestRig(mad, well);
        rig.Lose();

        Assert.Equal(Verdict.Kicked, (await rig.VerdictAsync()).Conclusion.Verdict);

        Assert.Equal("c an inquest failed in a way that is the prober's own fault; it goes on the source went mad", Assert.Single(rig.Faults));
    }

    [Fact]
    public async Task A_connection_that_the_broker_still_counts_is_watched_until_it_does_not()
    {
        var counts = true;
        var source = new ScriptedSource(SourceKind.Monitor, question => question == BrokerQuestion.Closed(7)
            ? ScriptedSource.Broker(question, Story.Old, connections: counts ? "" : """{"cid":7,"reason":"Stale Connection","stop":"2026-01-01T00:00:30Z"}""")
            : ScriptedSource.Broker(question, Story.Old, connections: """{"cid":7}"""));
        await using var rig = new InquestRig(source);
        rig.Lose();

        Assert.Equal(Verdict.PathCut, (await rig.VerdictAsync()).Conclusion.Verdict);
        await rig.PassAsync(TimeSpan.FromSeconds(60));
        Assert.False(Assert.Single(rig.Inquests.Open).IsPending);
        Assert.Equal((true, false), (rig.Inquests.CountsDeadLink("n1"), rig.Inquests.CountsDeadLink("n2")));
        var asked = Rounds(source);

        counts = false;
        await rig.UntilAsync(() => rig.Inquests.Open.Count == 0);

        Assert.False(rig.Inquests.CountsDeadLink("n1"));
        Assert.InRange(Rounds(source) - asked, 1, 2);
        Assert.Equal(Verdict.PathCut, Assert.Single(rig.History.Latest).Conclusion.Verdict); // what was said is not revised
    }

    [Fact]
    public async Task A_dead_link_is_not_watched_for_ever()
    {
        await using var rig = new InquestRig(Broker(SourceKind.Monitor, Story.Old, open: """{"cid":7}"""));
        rig.Lose();
        await rig.VerdictAsync();

        await rig.PassAsync(DisconnectCase.Patience * 2);
        await rig.UntilAsync(() => rig.Inquests.Open.Count == 0);
    }

    [Fact]
    public async Task The_probers_own_stall_before_the_loss_is_evidence()
    {
        var stale = """{"cid":7,"reason":"Stale Connection","stop":"2026-01-01T00:00:30Z"}""";
        await using var rig = new InquestRig(Broker(SourceKind.Monitor, Story.Old, closed: stale));
        rig.Stalls.Add(StallKind.Scheduler, rig.Clock.Now - TimeSpan.FromSeconds(20), rig.Clock.Now);
        rig.Lose();

        Assert.Equal(Verdict.ProberFault, (await rig.VerdictAsync()).Conclusion.Verdict);
    }

    [Fact]
    public async Task Every_disconnect_has_its_verdict_when_patience_is_over()
    {
        await using var rig = new InquestRig(Down(SourceKind.Monitor));
        rig.Lose();
        rig.Lose(DisconnectCause.Refused, wasOpen: false);
        rig.Lose(link: InquestRig.FailingOver, wasOpen: false);
        await rig.PassAsync(DisconnectCase.Patience - TimeSpan.FromSeconds(5));
        Assert.Empty(rig.History.Latest);

        await rig.UntilAsync(() => rig.History.Latest.Count == 3);

        await rig.UntilAsync(() => rig.Inquests.Open.Count == 0);
    }
}
