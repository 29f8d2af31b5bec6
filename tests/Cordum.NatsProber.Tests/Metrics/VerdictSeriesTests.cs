using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Tests.Brokers;
using Cordum.NatsProber.TextFormat;
using Cordum.NatsProber.Timing;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace Cordum.NatsProber.Tests.Metrics;

/// <summary>Every disconnect has a verdict or waits for one, at every scrape; what was planned is part of what was lost.</summary>
public sealed class VerdictSeriesTests
{
    private static readonly LinkIdentity Link = new("c", "n1", "endpoint");
    private static readonly string[] Labels = ["natsprober", "c", "n1", "endpoint"];
    private static readonly Verdict[] AllVerdicts = Enum.GetValues<Verdict>();

    private readonly FakeTimeProvider _time = new();
    private readonly DisconnectHistory _history = new DisconnectMemory().Open();
    private readonly ProberMetrics _metrics;
    private readonly LinkSeries _series;
    private LinkState _state = LinkState.Initial;

    public VerdictSeriesTests()
    {
        _metrics = new ProberMetrics("test", new ProberClock(_time), new StallRecord());
        _series = _metrics.ForLink(Link, measuresConnects: false);
        _series.Show(() => new LinkSnapshot(_state, null, null), _history);
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static JudgedDisconnect Judged(Verdict verdict, LinkIdentity? link = null)
    {
        var lost = Story.Lost().Case;
        return new JudgedDisconnect("n1", default, lost with { Loss = lost.Loss with { Link = link ?? Link } }, new Conclusion(verdict, "because"), default, null, null);
    }

    private void Apply(LinkEvent e) => _state = _state.Apply(e).State;

    private double Counted(Verdict verdict) => _metrics.Verdicts.Verdicts.WithLabels([.. Labels, SnakeCase.Of(verdict)]).Value;

    private (double Verdicts, double Pending, double Disconnects) Shown()
    {
        _metrics.Publish();
        return (AllVerdicts.Sum(Counted), _metrics.Verdicts.Pending.WithLabels(Labels).Value, _metrics.Links.Disconnects.WithLabels(Labels).Value);
    }

    [Fact]
    public void A_disconnect_waits_until_it_has_its_verdict()
    {
        Apply(new LinkEvent.Opened(At(0), At(1)));
        Apply(new LinkEvent.Lost(DisconnectCause.Eof, At(2), At(2)));
        Assert.Equal((0, 1, 1), Shown());

        _history.Add(Judged(Verdict.PathCut));

        Assert.Equal((1, 0, 1), Shown());
        Assert.Equal(1, Counted(Verdict.PathCut));
    }

    [Fact]
    public void Another_links_verdicts_are_not_this_ones()
    {
        Apply(new LinkEvent.Opened(At(0), At(1)));
        Apply(new LinkEvent.Lost(DisconnectCause.Eof, At(2), At(2)));

        _history.Add(Judged(Verdict.PathCut, Link with { Scope = "cluster", Endpoint = "_cluster" }));

        Assert.Equal((0, 1, 1), Shown());
    }

    /// <summary>Any order of losses, verdicts and scrapes.</summary>
    [Property(MaxTest = 200)]
    public Property Verdicts_and_pending_are_the_disconnects_at_every_scrape() => Prop.ForAll(
        (from step in Gen.Choose(0, 2) from verdict in Gen.Elements(AllVerdicts) select (Step: step, Verdict: verdict)).ArrayOf().ToArbitrary(),
        steps =>
        {
            var rig = new VerdictSeriesTests();
            var (now, open) = (0.0, 0);
            rig.Apply(new LinkEvent.Opened(At(now), At(now)));
            foreach (var (step, verdict) in steps)
            {
                switch (step)
                {
                    case 0:
                        rig.Apply(new LinkEvent.Lost(DisconnectCause.Eof, At(++now), At(now)));
                        rig.Apply(new LinkEvent.Opened(At(++now), At(now)));
                        open++;
                        break;
                    case 1 when open > 0:
                        rig._history.Add(Judged(verdict));
                        open--;
                        break;
                }

                var (verdicts, pending, disconnects) = rig.Shown();
                Assert.Equal(disconnects, verdicts + pending);
                Assert.Equal(open, pending);
            }
        });

    [Fact]
    public void The_planned_part_of_outages_advances_while_a_drain_lasts()
    {
        double Value(CounterFamily family) => family.WithLabels(Labels).Value;
        Apply(new LinkEvent.Opened(At(0), At(0)));
        Apply(new LinkEvent.LameDuckAnnounced(At(1)));
        Assert.Equal(0, Planned());

        Apply(new LinkEvent.Lost(DisconnectCause.LameDuck, At(10), At(10)));
        _time.Advance(At(15));
        Assert.Equal(1, Planned());
        Assert.Equal((5, 5), (Value(_metrics.Links.PlannedOutageSeconds), Value(_metrics.Links.OutageSeconds)));

        Apply(new LinkEvent.Opened(At(16), At(16)));
        Assert.Equal(0, Planned());
        Apply(new LinkEvent.Lost(DisconnectCause.Eof, At(20), At(20)));
        _time.Advance(At(10));
        Assert.Equal(0, Planned());
        Assert.Equal((6, 11), (Value(_metrics.Links.PlannedOutageSeconds), Value(_metrics.Links.OutageSeconds)));

        double Planned()
        {
            _metrics.Publish();
            return _metrics.Links.OutagePlanned.WithLabels(Labels).Value;
        }
    }

    [Fact]
    public void The_time_until_a_loss_was_known_is_measured_where_something_good_was_seen_before()
    {
        _series.Lost(Story.Lost().Loss);
        _series.Lost(Story.NeverOpen(DisconnectCause.Refused).Loss);

        var gap = _metrics.Verdicts.DetectionGap.WithLabels(Labels);
        Assert.Equal((1, 1.0), (gap.Count, gap.Sum));
    }

    [Fact]
    public void The_counts_of_a_link_that_is_removed_are_forgotten_with_it()
    {
        _history.Add(Judged(Verdict.Kicked));
        _metrics.Remove(_series);

        Assert.All(_history.Counts(Link), count => Assert.Equal(0, count));
    }

    [Fact]
    public void The_history_remembers_the_latest_and_counts_all()
    {
        for (var i = 0; i < DisconnectHistory.Most + 10; i++)
            _history.Add(Judged(i < 10 ? Verdict.Kicked : Verdict.PathCut));

        Assert.Equal(DisconnectHistory.Most, _history.Latest.Count);
        Assert.All(_history.Latest, one => Assert.Equal(Verdict.PathCut, one.Conclusion.Verdict));
        Assert.Equal((10, DisconnectHistory.Most), (_history.Counts(Link)[(int)Verdict.Kicked], _history.Counts(Link)[(int)Verdict.PathCut]));
    }
}
