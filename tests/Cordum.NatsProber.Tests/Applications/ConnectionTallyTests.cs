using Cordum.NatsProber.Applications;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Applications;

public sealed class ConnectionTallyTests
{
    [Theory]
    [InlineData("", 0, 0, false)]
    [InlineData("o", 0, 0, true)]
    [InlineData("oo", 0, 0, true)]
    [InlineData("l", 1, 0, false)]   // the first connect failed, or it was lost before anybody counted
    [InlineData("ll", 1, 0, false)]
    [InlineData("lo", 1, 1, true)]
    [InlineData("ol", 1, 0, false)]
    [InlineData("olo", 1, 1, true)]
    [InlineData("olll", 1, 0, false)]
    [InlineData("olololo", 3, 3, true)]
    [InlineData("olf", 1, 0, false)]
    [InlineData("of", 1, 0, false)]  // the state was seen before the event was handled …
    [InlineData("ofl", 1, 0, false)] // … which then counts nothing more
    [InlineData("fff", 1, 0, false)]
    [InlineData("ofo", 1, 1, true)]
    public void Losses_and_returns_are_counted_once(string events, long disconnects, long reconnects, bool isOpen)
    {
        var tally = events.Aggregate(ConnectionTally.Unknown, Apply);

        Assert.Equal((disconnects, reconnects, isOpen), (tally.Disconnects, tally.Reconnects, tally.IsOpen));
        Assert.Equal(events.TrimEnd('l').EndsWith('f'), tally.HasFailed);
    }

    [Property]
    public bool Parity_holds_after_any_events(int[] events)
    {
        var tally = ConnectionTally.Unknown;
        foreach (var e in events)
        {
            var before = tally;
            tally = Apply(tally, "olf"[Math.Abs(e % 3)]);
            if (tally.Disconnects - tally.Reconnects != (tally.IsOpen ? 0 : 1) || tally.Disconnects < before.Disconnects || tally.Reconnects < before.Reconnects)
                return false;
        }

        return true;
    }

    private static ConnectionTally Apply(ConnectionTally tally, char e) => e switch
    {
        'o' => tally.Opened(),
        'l' => tally.Lost(),
        _ => tally.Failed(),
    };
}
