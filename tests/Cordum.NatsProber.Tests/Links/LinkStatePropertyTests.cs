using Cordum.NatsProber.Links;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>What is true of every history of a link, however its events are ordered and whatever their clocks do.</summary>
public sealed class LinkStatePropertyTests
{
    private static readonly DisconnectCause[] Causes = Enum.GetValues<DisconnectCause>();

    /// <summary>Any event at any time: instants jump forth and back, and evidence may seem to end before it began.</summary>
    private static readonly Gen<LinkEvent> AnyEvent =
        from kind in Gen.Choose(0, 6)
        from cause in Gen.Elements(Causes)
        from a in Gen.Choose(0, 100_000)
        from b in Gen.Choose(-50, 2_000)
        let began = TimeSpan.FromMilliseconds(a)
        let at = TimeSpan.FromMilliseconds(a + b)
        select (LinkEvent)(kind switch
        {
            0 => new LinkEvent.DialFailed(cause, began, at),
            1 => new LinkEvent.Opened(began, at),
            2 => new LinkEvent.Lost(cause, began, at),
            3 => new LinkEvent.Closed(cause, at),
            4 => new LinkEvent.RoundTripSucceeded(began, at),
            5 => new LinkEvent.RoundTripFailed(began, at),
            _ => new LinkEvent.LameDuckAnnounced(at),
        });

    private static readonly Arbitrary<LinkEvent[]> AnyHistory = AnyEvent.ArrayOf().ToArbitrary();

    private static IEnumerable<(LinkState Before, LinkEvent Event, LinkStep Step)> Steps(IEnumerable<LinkEvent> history)
    {
        var state = LinkState.Initial;
        foreach (var e in history)
        {
            var step = state.Apply(e);
            yield return (state, e, step);
            state = step.State;
        }
    }

    [Property(MaxTest = 2000)]
    public Property Parity_holds_after_every_event() => Prop.ForAll(AnyHistory, history =>
    {
        foreach (var (_, _, (state, _)) in Steps(history))
        {
            var connected = state.Status == LinkStatus.Connected ? 1 : 0;
            if (state.Status == LinkStatus.Dialing)
                Assert.Equal((0, 0, 0), (state.Disconnects, state.Reconnects, connected));
            else
                Assert.Equal(1 - connected, state.Disconnects - state.Reconnects);
        }
    });

    [Property(MaxTest = 2000)]
    public Property Counters_never_fall_and_agree_with_the_transitions() => Prop.ForAll(AnyHistory, history =>
    {
        long disconnects = 0, reconnects = 0, closes = 0, ducks = 0;
        foreach (var (_, _, (state, transitions)) in Steps(history))
        {
            disconnects += transitions.Count(t => t is LinkTransition.Disconnected);
            reconnects += transitions.Count(t => t is LinkTransition.Reconnected);
            closes += transitions.Count(t => t is LinkTransition.Closed);
            ducks += transitions.Count(t => t is LinkTransition.LameDuckAnnounced);
            Assert.Equal((disconnects, reconnects, closes, ducks), (state.Disconnects, state.Reconnects, state.Closes, state.LameDucks));
            Assert.Equal(state.Disconnects, state.DisconnectsByCause.Sum());
        }
    });

    [Property(MaxTest = 2000)]
    public Property Outages_open_and_close_in_turn_and_never_overlap() => Prop.ForAll(AnyHistory, history =>
    {
        Outage? open = null;
        var total = TimeSpan.Zero;
        var lastEnd = TimeSpan.MinValue;
        foreach (var (_, _, (state, transitions)) in Steps(history))
        {
            foreach (var transition in transitions)
            {
                switch (transition)
                {
                    case LinkTransition.OutageBegan began:
                        Assert.Null(open);
                        Assert.True(began.Outage.Start >= lastEnd, $"{began.Outage} starts before {lastEnd}");
                        open = began.Outage;
                        break;
                    case LinkTransition.OutageEnded ended:
                        Assert.NotNull(open);
                        Assert.Equal(open.Start, ended.Outage.Start);
                        lastEnd = ended.Outage.FirstGood!.Value;
                        total += ended.Outage.Length(lastEnd);
                        open = null;
                        break;
                }
            }

            Assert.Equal(open is null, state.CurrentOutage is null);
            Assert.Equal(total, state.EndedOutageTime);
            // A link that is down is in an outage. (One that is up may be, too: its requests fail.)
            Assert.True(state.Status != LinkStatus.Disconnected || state.CurrentOutage is not null);
        }
    });

    [Property(MaxTest = 2000)]
    public Property No_duration_is_negative_and_no_minimum_exceeds_its_maximum() => Prop.ForAll(AnyHistory, history =>
    {
        foreach (var (_, e, (state, transitions)) in Steps(history))
        {
            Assert.True(state.OutageTime(e.At) >= TimeSpan.Zero);
            foreach (var transition in transitions)
            {
                if (transition is LinkTransition.Reconnected back)
                    Assert.True(back.After >= TimeSpan.Zero);
                if (transition is not LinkTransition.OutageEnded { Outage: var outage })
                    continue;

                var length = outage.Length(e.At);
                Assert.True(outage.Minimum >= TimeSpan.Zero);
                Assert.True(outage.Minimum <= length, $"minimum {outage.Minimum} exceeds length {length}");
                Assert.True(outage.Maximum is null || length <= outage.Maximum, $"length {length} exceeds maximum {outage.Maximum}");
            }
        }
    });

    /// <summary>Total: every event in every state gives a state, and an unheard-of order never throws.</summary>
    [Property(MaxTest = 2000)]
    public Property An_event_that_tells_nothing_new_leaves_no_trace_in_the_log() => Prop.ForAll(AnyHistory, history =>
    {
        foreach (var (before, _, (after, transitions)) in Steps(history))
        {
            if (ReferenceEquals(before, after))
                Assert.Empty(transitions);
        }
    });
}
