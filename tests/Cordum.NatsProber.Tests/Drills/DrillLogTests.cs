using System.Collections.Immutable;
using Cordum.NatsProber.Drills;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Cordum.NatsProber.Tests.Drills;

/// <summary>The fields of the links' own log lines are those that the drill reads.</summary>
public sealed class DrillLogTests
{
    private static readonly LinkIdentity Link = new("c", "a", "endpoint");

    [Fact]
    public void The_lines_of_a_links_life_are_kept_with_their_fields()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 4, 6, 5, TimeSpan.Zero));
        using var log = new DrillLog(time);
        var logger = log.CreateLogger("any");
        var state = LinkState.Initial;
        Apply(new LinkEvent.Opened(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        Apply(new LinkEvent.LameDuckAnnounced(TimeSpan.FromSeconds(2)));
        Apply(new LinkEvent.Lost(DisconnectCause.LameDuck, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3)));
        Apply(new LinkEvent.Opened(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5.5)));

        Assert.Equal(
            [LinkLogEvents.Connected, LinkLogEvents.LameDuck, LinkLogEvents.Disconnected, LinkLogEvents.Reconnected, LinkLogEvents.OutageEnded],
            log.Lines.Select(line => line.Event));
        Assert.All(log.Lines, line => Assert.Equal(new LinkKey("c", "a"), line.Link));
        Assert.Equal("lame_duck", log.Lines[2].Cause);
        Assert.Equal(2.5, log.Lines[3].AfterSeconds);
        Assert.Equal((2.5, 0, 4.5), (log.Lines[4].LengthSeconds, log.Lines[4].MinimumSeconds, log.Lines[4].MaximumSeconds));
        Assert.StartsWith("04:06:05.000Z c/a disconnected, cause lame_duck: detail ", log.Lines[2].Text, StringComparison.Ordinal);

        void Apply(LinkEvent e)
        {
            (state, var transitions) = state.Apply(e);
            LinkLog.Transitions(logger, Link, new LinkSnapshot(state, null, null), transitions, "detail", new ProberClock(time));
        }
    }

    [Fact]
    public void What_the_broker_does_not_allow_is_kept_and_when_it_was_told()
    {
        var time = new FakeTimeProvider();
        using var log = new DrillLog(time);
        time.Advance(TimeSpan.FromSeconds(3));

        RequestLog.Denied(log.CreateLogger("any"), "c", "a", "permissions violation", "_cordum.probe.drill.>");

        var line = Assert.Single(log.Lines);
        Assert.Equal(("permissions violation", "_cordum.probe.drill.>", TimeSpan.FromSeconds(3)), (line.Denial, line.Grant, line.At));
    }

    [Fact]
    public void Lines_that_are_of_no_link_are_left_out()
    {
        using var log = new DrillLog(TimeProvider.System);

        log.CreateLogger("any").Log(LogLevel.Error, 2, ImmutableArray<KeyValuePair<string, object?>>.Empty, null, (_, _) => "x");
        log.CreateLogger("any").Log(LogLevel.Error, 2, "plain text", null, (_, _) => "x");

        Assert.Empty(log.Lines);
    }
}
