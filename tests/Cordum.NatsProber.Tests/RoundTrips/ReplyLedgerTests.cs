using Cordum.NatsProber.RoundTrips;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.RoundTrips;

public sealed class ReplyLedgerTests
{
    /// <summary>A history in short: n opens the next request, g gives the current one up, a digit is a reply to the request of that number.</summary>
    private static string Play(ReplyLedger ledger, string history)
    {
        var kinds = new List<ReplyKind>();
        foreach (var step in history)
        {
            if (step == 'n')
                ledger.Next();
            else if (step == 'g')
                ledger.GiveUp();
            else
                kinds.Add(ledger.Take(step - '0'));
        }

        return string.Join(' ', kinds);
    }

    [Theory]
    [InlineData("n1", "Current")]
    [InlineData("n11", "Current Duplicate")]
    [InlineData("n1n1", "Current Duplicate")]
    [InlineData("n1n2", "Current Current")]
    [InlineData("ng1", "Late")]
    [InlineData("ng11", "Late Duplicate")]
    [InlineData("nn1", "Late")]
    [InlineData("nn12", "Late Current")]
    [InlineData("nn21", "Current Late")]
    [InlineData("ngn12", "Late Current")]
    [InlineData("n1g1", "Current Duplicate")]
    [InlineData("nggn1", "Late")]
    [InlineData("1", "Stray")]
    [InlineData("g1n1", "Stray Current")]
    [InlineData("n0", "Stray")]
    [InlineData("n2", "Stray")]
    [InlineData("n2n2", "Stray Current")]
    public void A_reply_is_what_the_history_makes_it(string history, string kinds) => Assert.Equal(kinds, Play(new ReplyLedger(), history));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_number_that_was_never_given_is_a_stray(long number)
    {
        var ledger = new ReplyLedger();
        ledger.Next();

        Assert.Equal(ReplyKind.Stray, ledger.Take(number));
    }

    [Fact]
    public void What_is_remembered_is_bounded_and_older_replies_count_as_duplicates()
    {
        var ledger = new ReplyLedger();
        for (var i = 0; i < 1025; i++)
            ledger.Next();
        ledger.GiveUp();

        Assert.Equal(ReplyKind.Duplicate, ledger.Take(1));
        Assert.Equal(ReplyKind.Late, ledger.Take(2));
        Assert.Equal(ReplyKind.Late, ledger.Take(1025));
    }

    /// <summary>Against a model that remembers everything.</summary>
    [Property(MaxTest = 2000)]
    public Property Each_request_is_answered_once_and_each_other_reply_is_told_apart()
    {
        var step = Gen.OneOf(
            Gen.Constant((Kind: 'n', Number: 0)),
            Gen.Constant((Kind: 'g', Number: 0)),
            Gen.Choose(-1, 12).Select(number => (Kind: 'r', Number: number)));
        return Prop.ForAll(step.ArrayOf().ToArbitrary(), history =>
        {
            var ledger = new ReplyLedger();
            var answered = new HashSet<long>();
            long current = 0;
            var waiting = false;
            foreach (var (kind, number) in history)
            {
                switch (kind)
                {
                    case 'n':
                        Assert.Equal(++current, ledger.Next());
                        waiting = true;
                        break;
                    case 'g':
                        ledger.GiveUp();
                        waiting = false;
                        break;
                    default:
                        var expected = number < 1 || number > current ? ReplyKind.Stray
                            : !answered.Add(number) ? ReplyKind.Duplicate
                            : number == current && waiting ? ReplyKind.Current
                            : ReplyKind.Late;
                        Assert.Equal(expected, ledger.Take(number));
                        break;
                }
            }
        });
    }

    [Fact]
    public async Task Of_many_replies_at_once_one_is_current()
    {
        var ledger = new ReplyLedger();
        for (var round = 0; round < 200; round++)
        {
            var number = ledger.Next();
            var kinds = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => ledger.Take(number))));

            Assert.Equal(1, kinds.Count(kind => kind == ReplyKind.Current));
            Assert.Equal(3, kinds.Count(kind => kind == ReplyKind.Duplicate));
        }
    }
}
