using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>What is true of every disconnect, whatever its evidence and in whatever order that comes.</summary>
public sealed class DisconnectCasePropertyTests
{
    private static readonly string[] Reasons =
        ["Client Closed", "Read Error", "Stale Connection", "Kicked", "Slow Consumer (Pending Bytes)", "Credentials Revoked", "Maximum Connections Exceeded", "Server Shutdown", "Protocol Violation"];

    private static readonly DisconnectCause[] Causes = Enum.GetValues<DisconnectCause>();

    private static readonly Gen<bool> AnyBool = Gen.Elements(true, false);

    private static readonly Gen<Story> AnyLoss =
        from cause in Gen.Elements(Causes)
        from wasOpen in Gen.Elements(true, true, true, false)
        from endedByUs in AnyBool
        from silent in AnyBool
        from words in Gen.Elements(null, null, "Stale Connection")
        from heard in AnyBool
        from stalled in Gen.Elements(0.0, 0.0, 0.5, 20.0)
        from began in Gen.Choose(-2_000, 0)
        select Told(cause, wasOpen, endedByUs, silent, wasOpen ? words : null, heard, stalled, began / 1000.0);

    private static Story Told(DisconnectCause cause, bool wasOpen, bool endedByUs, bool silent, string? words, bool heard, double stalled, double began)
    {
        var story = wasOpen ? Story.Lost(cause, words) : Story.NeverOpen(cause);
        story = (heard ? story.Heard : story).StalledFor(stalled);
        return story with { Loss = story.Loss with { EndedByUs = wasOpen && endedByUs, WentSilent = silent, Began = Story.At(began) } };
    }

    /// <summary>
    /// One piece of evidence at any time before, in and after the case. A broker that has closed a connection gives one reason, and keeps it: hence that is given.
    /// </summary>
    private static Gen<CaseEvidence> AnyEvidence(string reason) =>
        from kind in Gen.Choose(0, 8)
        from ms in Gen.Choose(-3_000, 310_000)
        from took in Gen.Choose(1, 3_000)
        from who in Gen.Elements(Story.Old, Story.Old, Story.New)
        from cause in Gen.Elements(DisconnectCause.Refused, DisconnectCause.Timeout, DisconnectCause.Timeout, DisconnectCause.Dns, DisconnectCause.Eof)
        from phase in Gen.Elements(Enum.GetValues<ConnectPhase>())
        from source in Gen.Elements(Enum.GetValues<SourceKind>())
        from early in AnyBool
        let at = Story.At((early ? ms / 60.0 : ms) / 1000.0)
        let began = at - TimeSpan.FromMilliseconds(took)
        select (CaseEvidence)(kind switch
        {
            0 or 1 => new CaseEvidence.DialFailed(cause, phase, at),
            2 => new CaseEvidence.Opened(who, began, at),
            3 => new CaseEvidence.Answered(source, who, began, at, null, early ? began : null),
            4 => new CaseEvidence.Answered(source, Story.Old, began, at, Story.Closed(reason), null),
            5 => new CaseEvidence.Answered(source, Story.Old, began, at, new(ConnectionFate.Open, CloseReason.Other, "", null, null), null),
            6 => new CaseEvidence.Answered(source, Story.Old, began, at, ConnectionRecord.None, null),
            7 => new CaseEvidence.ShutdownAnnounced(who, at),
            _ => new CaseEvidence.DrainAnnounced(who, at),
        });

    private static readonly Gen<Story> AnyStory =
        from loss in AnyLoss
        from reason in Gen.Elements(Reasons)
        from evidence in AnyEvidence(reason).ArrayOf()
        select loss.With([.. evidence.DistinctBy(one => one.At)]);

    private static readonly Gen<(Story Story, double At)> AnyAsked =
        from story in AnyStory
        from seconds in Gen.Choose(0, 310)
        select (story, (double)seconds);

    [Property(MaxTest = 3000)]
    public Property Every_case_has_its_verdict_when_patience_is_over() =>
        Prop.ForAll(AnyStory.ToArbitrary(), story => Assert.NotNull(story.Concluded(DisconnectCase.Patience.TotalSeconds)));

    [Property(MaxTest = 3000)]
    public Property A_conclusion_says_why_in_one_line() => Prop.ForAll(AnyAsked.ToArbitrary(), asked =>
    {
        if (asked.Story.Concluded(asked.At) is { } conclusion)
            Assert.Matches("^[^\\r\\n]{15,}$", conclusion.Because);
        Assert.Matches("^[^\\r\\n]{15,}$", asked.Story.Case.SoFar());
    });

    [Property(MaxTest = 3000)]
    public Property The_order_in_which_evidence_comes_does_not_matter() => Prop.ForAll(
        (from asked in AnyAsked from shuffled in Gen.Shuffle(asked.Story.Evidence.ToArray()) select (asked.Story, asked.At, Shuffled: shuffled)).ToArbitrary(),
        told =>
        {
            var inOrder = told.Story.Concluded(told.At)?.Verdict;

            Assert.Equal(inOrder, (told.Story with { Evidence = [.. told.Shuffled] }).Concluded(told.At)?.Verdict);
            Assert.Equal(inOrder, told.Story.With(told.Shuffled).Concluded(told.At)?.Verdict); // and what is told twice is told once
        });

    [Property(MaxTest = 3000)]
    public Property What_other_processes_announce_changes_nothing() => Prop.ForAll(
        (from asked in AnyAsked from ms in Gen.Choose(-3_000, 310_000) from drains in AnyBool select (asked.Story, asked.At, Announced: ms / 1000.0, Drains: drains)).ToArbitrary(),
        told =>
        {
            var more = told.Drains ? told.Story.AnnouncesDrain(told.Announced, Story.Stranger) : told.Story.AnnouncesShutdown(told.Announced, Story.Stranger);

            Assert.Equal(told.Story.Concluded(told.At), more.Concluded(told.At));
        });

    [Property(MaxTest = 3000)]
    public Property What_was_asked_before_the_outage_changes_nothing() => Prop.ForAll(AnyAsked.ToArbitrary(), asked =>
    {
        var (story, at) = asked;
        var before = story.Loss.Began - TimeSpan.FromMilliseconds(1);
        var more = story.With(new CaseEvidence.Answered(SourceKind.System, Story.New, before, Story.At(1), Story.Closed("Kicked"), Story.At(0.5)));

        Assert.Equal(story.Concluded(at), more.Concluded(at));
    });

    [Property(MaxTest = 3000)]
    public Property Planned_is_what_was_announced_to_drain_and_nothing_else() => Prop.ForAll(AnyAsked.ToArbitrary(), asked =>
    {
        var (story, at) = asked;
        var drained = story.Loss.Cause == DisconnectCause.LameDuck
            || story.Evidence.OfType<CaseEvidence.DrainAnnounced>().Any(drain => drain.ServerId == Story.Old && story.Loss.WasOpen && drain.At < Story.At(2));

        Assert.Equal(drained, story.Concluded(at) is { IsPlanned: true });
    });
}
