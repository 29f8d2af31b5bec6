using Cordum.NatsProber.Links;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Cordum.NatsProber.Tests.Links;

/// <summary>
/// A broker that is up and down at known times, watched as the prober watches it: requests with latency, a loss seen late or only by silence,
/// dials that are refused or hang. Whatever is seen, the truth lies inside the bracket.
/// </summary>
public sealed class BracketTruthTests
{
    private sealed record Fault(double DownAt, double Length, bool Silent, double SeenAfter, double Latency, double DialGap, double Phase);

    private const double Every = 1000;
    private const double Timeout = 500;
    private const double DialTimeout = 2000;

    private static readonly Gen<Fault> AnyFault =
        from downAt in Gen.Choose(3_000, 6_000)
        from length in Gen.Choose(1, 20_000)
        from silent in Gen.Elements(true, false)
        from seenAfter in Gen.Choose(0, 20)
        from latency in Gen.Choose(0, 200)
        from gap in Gen.Choose(50, 600)
        from phase in Gen.Choose(0, 999)
        select new Fault(downAt + 0.37, length + 0.11, silent, seenAfter, latency, gap, phase);

    [Property(MaxTest = 5000)]
    public Property The_truth_lies_inside_the_bracket() => Prop.ForAll(AnyFault.ToArbitrary(), fault =>
    {
        if (Watch(fault) is not { } outage)
            return; // shorter than a tick, and silent: nobody asked while it lasted

        var truth = TimeSpan.FromMilliseconds(fault.Length);
        Assert.True(outage.Minimum <= truth, $"minimum {outage.Minimum} of {truth}: {fault} {outage}");
        Assert.True(truth <= outage.Maximum, $"maximum {outage.Maximum} of {truth}: {fault} {outage}");
    });

    [Property(MaxTest = 5000)]
    public Property The_length_of_a_loss_that_is_seen_at_once_is_off_by_no_more_than_a_dial() => Prop.ForAll(AnyFault.ToArbitrary(), fault =>
    {
        if (fault.Silent || Watch(fault) is not { } outage)
            return;

        var error = outage.Length(TimeSpan.Zero).TotalMilliseconds - fault.Length;
        Assert.InRange(error, -fault.SeenAfter - 0.001, fault.DialGap + fault.Latency + 0.001);
    });

    /// <summary>Plays the fault against the state machine; the first outage that ended, if any.</summary>
    private static Outage? Watch(Fault fault)
    {
        var upAgain = fault.DownAt + fault.Length;
        bool Up(double t) => t < fault.DownAt || t >= upAgain;
        var state = LinkState.Initial;
        Outage? ended = null;

        void Apply(LinkEvent e)
        {
            (state, var transitions) = state.Apply(e);
            ended ??= transitions.OfType<LinkTransition.OutageEnded>().FirstOrDefault()?.Outage;
        }

        TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);
        Apply(new LinkEvent.Opened(Ms(0), Ms(fault.Latency)));
        double lost = 0;
        for (var sent = fault.Phase + Every; lost == 0; sent += Every)
        {
            if (!fault.Silent && sent + fault.Latency >= fault.DownAt)
            {
                // A tick under way when the socket ends is no evidence of its own.
                lost = fault.DownAt + fault.SeenAfter;
                if (lost >= upAgain)
                    return null; // came and went before it was seen: another server process would answer, which the socket's end still tells
                Apply(new LinkEvent.Lost(DisconnectCause.Eof, Ms(lost), Ms(lost)));
            }
            else if (fault.Silent && sent >= upAgain)
            {
                return null;
            }
            else if (Up(sent + (fault.Latency / 2)) && Up(sent))
            {
                Apply(new LinkEvent.RoundTripSucceeded(Ms(sent), Ms(sent + fault.Latency)));
            }
            else
            {
                // A hung broker answers what it finds when it wakes; if that is in time, nobody noticed.
                if (upAgain + fault.Latency < sent + Timeout)
                    return null;
                lost = sent + Timeout;
                Apply(new LinkEvent.Lost(DisconnectCause.Timeout, Ms(sent), Ms(lost)));
            }
        }

        for (var dial = lost; state.Status != LinkStatus.Connected;)
        {
            if (Up(dial))
            {
                Apply(new LinkEvent.Opened(Ms(dial), Ms(dial + fault.Latency)));
            }
            else if (!fault.Silent)
            {
                Apply(new LinkEvent.DialFailed(DisconnectCause.Refused, Ms(dial), Ms(dial)));
                dial += fault.DialGap;
            }
            else if (upAgain + fault.Latency <= dial + DialTimeout)
            {
                // The dial hung in the broker's backlog, and is answered when it wakes.
                Apply(new LinkEvent.Opened(Ms(dial), Ms(Math.Max(upAgain, dial) + fault.Latency)));
            }
            else
            {
                Apply(new LinkEvent.DialFailed(DisconnectCause.Timeout, Ms(dial), Ms(dial + DialTimeout)));
                dial += DialTimeout;
            }
        }

        return ended;
    }
}
