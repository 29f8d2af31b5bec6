using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Commands;
using Cordum.NatsProber.Tests.Brokers;

namespace Cordum.NatsProber.Tests.Commands;

public sealed class CompareTableTests
{
    [Fact]
    public void It_reads_as_intended() => Assert.Equal(
        """
        GOLDEN
        """.ReplaceLineEndings("\n") + "\n",
        new CompareTable(Sights.Report, knowsPast: true).ToString());

    [Fact]
    public void Without_a_running_prober_it_says_what_it_cannot_know()
    {
        var text = new CompareTable(Sights.Report, knowsPast: false).ToString();

        Assert.EndsWith("\nThe past is known to a running prober alone.\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("broker_restarted", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Foreign_words_neither_steer_the_terminal_nor_break_out_of_the_columns()
    {
        const string Bad = "[red]a\u001b[2Jb\nc\u202ed[/] with many words that go on and on, far beyond the width of any line that a terminal shows at once, until the end of it";
        var cluster = Sights.Report.Clusters[0];
        var report = new ViewReport(Bad, Sights.Report.Now,
        [
            new(
                Bad,
                [.. cluster.Links.Select(link => link with { Detail = Bad, View = link.View! with { Detail = Bad }, Broker = link.Broker! with { ServerName = Bad } }).Take(2)],
                [.. cluster.Pending.Select(one => one with { SoFar = Bad, Detail = Bad, Endpoint = Bad })],
                [.. cluster.Past.Select(one => one with { Because = Bad, Felt = one.Felt with { Words = Bad }, Client = [new(one.At, double.NaN, Bad), new(one.At, -1e300, Bad)] })]),
        ]);

        var text = new CompareTable(report, knowsPast: true).ToString();

        Assert.DoesNotContain(text, c => c != '\n' && (char.IsControl(c) || c == '\u202e'));
        Assert.Contains("[red]a", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_no_wider_than_a_terminal() =>
        Assert.All(new CompareTable(Sights.Report, knowsPast: true).ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 120));

    [Theory]
    [InlineData(null, 1)]
    [InlineData(16, 1)]
    [InlineData(15.9, 0)]
    public void Only_the_recent_past_is_shown_where_that_is_asked_for(double? seconds, int shown) => Assert.Equal(
        shown, CompareCommand.Recent(Sights.Report, seconds is { } most ? TimeSpan.FromSeconds(most) : null).Clusters[0].Past.Count);

    [Fact]
    public void The_exit_code_is_0_only_if_all_is_open_agreed_and_settled()
    {
        var cluster = Sights.Report.Clusters[0];
        var well = cluster with { Links = [cluster.Links[0], cluster.Links[2]], Pending = [] };

        Assert.Equal(0, Code(well));
        Assert.Equal(1, Code(well with { Links = cluster.Links }));
        Assert.Equal(1, Code(well with { Pending = cluster.Pending }));
        Assert.Equal(1, Code(well with { Links = [cluster.Links[0] with { Disagreements = [Disagreement.LinkUpBrokerUnhealthy] }] }));
        Assert.Equal(1, Code(well with { Links = [cluster.Links[0] with { Cause = NatsProber.Links.DisconnectCause.Timeout }] }));

        static int Code(ClusterReport cluster) => CompareCommand.Code(Sights.Report with { Clusters = [cluster] });
    }
}
