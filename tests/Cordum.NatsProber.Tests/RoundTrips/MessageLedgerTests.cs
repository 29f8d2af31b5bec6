using Cordum.NatsProber.RoundTrips;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.RoundTrips;

/// <summary>The books of numbered messages. Timeout 1 s, patience 10 s; a step of a history is written as in <see cref="Play"/>.</summary>
public sealed class MessageLedgerTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary><c>s3</c> sends three, <c>a2</c> is the arrival of number 2, <c>+5</c> lets 5 s pass, <c>t</c> settles, <c>v</c> voids.</summary>
    private static MessageTotals Play(string history, Func<TimeSpan, TimeSpan, TimeSpan>? awake = null)
    {
        var ledger = new MessageLedger(Timeout, Patience, awake ?? ((from, to) => to - from));
        var now = TimeSpan.Zero;
        foreach (var step in history.Split(' '))
        {
            switch (step[0])
            {
                case 's':
                    for (var i = 0; i < int.Parse(step[1..]); i++)
                        ledger.Send(now);
                    break;
                case 'a':
                    ledger.Arrived(long.Parse(step[1..]), now);
                    break;
                case '+':
                    now += Seconds(double.Parse(step[1..], System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case 't':
                    ledger.Settle(now);
                    break;
                default:
                    ledger.Void();
                    break;
            }
        }

        return ledger.Totals;
    }

    [Theory]
    [InlineData("s3 a1 a2 a3", 3, 0, 0, 0, 0)]
    [InlineData("s3 a1 a3 a2", 3, 0, 0, 0, 1)]
    [InlineData("s3 a3 a1 a2", 3, 0, 0, 0, 2)]
    [InlineData("s3 a1 a1 a2 a3 a3", 3, 0, 0, 2, 0)]
    [InlineData("s2 a1 +10 t", 1, 0, 0, 0, 0)] // patience is not over yet
    [InlineData("s2 a1 +10.1 t", 1, 1, 0, 0, 0)]
    [InlineData("s2 a1 +10.1 t a2", 1, 1, 0, 0, 0)] // lost for good: never both lost and received
    [InlineData("s2 +1 a1 a2", 2, 0, 0, 0, 0)] // just in time
    [InlineData("s2 +1.1 a1 a2", 2, 0, 2, 0, 0)]
    [InlineData("s2 a2 +5 a1", 2, 0, 1, 0, 0)] // late, so that it is behind is no news
    [InlineData("s2 +5 s2 a3 a4 a1 a2", 4, 0, 2, 0, 0)]
    [InlineData("s3 a1 v +20 t", 1, 0, 0, 0, 0)] // the connection went, and with it who knows what
    [InlineData("s3 v a1 a2", 0, 0, 0, 0, 0)]
    [InlineData("s2 a1 v a1", 1, 0, 0, 1, 0)] // what was received before is known all the same
    [InlineData("a1 s1 a2 a0 a7", 0, 0, 0, 0, 0)] // never sent
    [InlineData("s0 +20 t", 0, 0, 0, 0, 0)]
    public void Each_message_is_received_or_lost_and_what_else_it_was(string history, long received, long lost, long late, long duplicated, long reordered) =>
        Assert.Equal(new MessageTotals(received, lost, late, duplicated, reordered), Play(history));

    [Fact]
    public void What_the_prober_slept_through_makes_nothing_late_and_nothing_lost()
    {
        static TimeSpan Asleep(TimeSpan from, TimeSpan to) => TimeSpan.Zero;

        Assert.Equal(new MessageTotals(1, 0, 0, 0, 0), Play("s2 +30 t a1", Asleep));
    }

    [Fact]
    public void Numbers_only_grow()
    {
        var ledger = new MessageLedger(Timeout, Patience, (from, to) => to - from);

        Assert.Equal((1, 2), (ledger.Send(default), ledger.Send(default)));
        ledger.Void();
        Assert.Equal(3, ledger.Send(default));
    }

    [Property(MaxTest = 1000)]
    public Property Whatever_arrives_when_the_books_balance() => Prop.ForAll(
        Gen.Elements("s1", "s3", "a1", "a2", "a3", "a5", "a9", "+0.4", "+3", "+11", "t", "v").ArrayOf().ToArbitrary(),
        steps =>
        {
            var history = string.Join(' ', steps.Prepend("s1"));
            var totals = Play(history);
            var sent = steps.Prepend("s1").Where(step => step[0] == 's').Sum(step => int.Parse(step[1..]));

            Assert.InRange(totals.Received + totals.Lost, 0, sent);
            Assert.InRange(totals.Late + totals.Reordered, 0, totals.Received);
            Assert.True(totals.Duplicated == 0 || totals.Received > 0);
            // Nobody settled twice changes anything.
            Assert.Equal(Play(history + " t"), Play(history + " t t"));
        });
}
