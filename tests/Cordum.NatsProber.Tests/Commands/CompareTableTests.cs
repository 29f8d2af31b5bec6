using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Commands;
using Cordum.NatsProber.Tests.Brokers;

namespace Cordum.NatsProber.Tests.Commands;

public sealed class CompareTableTests
{
    [Fact]
    public void It_reads_as_intended() => Assert.Equal(
        """
        now, 2026-03-01 12:00:16.000Z, as prober zone-a sees it
          link           client                             broker says                       together
          prod/n1        open for 1 min 46 s to nats-n1,    healthy (system); our connection  agree
                         cid 8                              open; rtt 0.42 ms, 7.0 s ago;
                                                            clock +250.0 ms ± 2.0; monitor
                                                            source: timeout
          prod/n2        DOWN for 6.0 s, timeout: no INFO   healthy (system); DRAINING;       DISAGREE:
                         line within 2 s                    clock +250.0 ms ± 2.0; monitor    link_down_broker_alive,
                                                            source: timeout                   broker_counts_dead_link
          prod/_cluster  open for 1 min 46 s to             is not asked                      -
                         nats-_cluster, cid 9

        2026-03-01 12:00:11.000Z  prod/n2  no verdict yet  timeout: no reply within 500 ms
          offset    client                                             broker
          -1.500 s  last good round trip
          -1.000 s  first sign: what was sent here stayed unanswered
          +0.000 s  link lost, timeout: given up by the prober
          +2.000 s  a dial was taken by TCP, and nobody said anything
          +3.000 s                                                     still counts the connection as open, says the account
                                                                       source
          +3.000 s                                                     answered through the account source
          so far: the broker still counts the connection as open; the broker is alive, says the account source, 3.000 s after
                  the disconnect was seen

        1 past disconnect

        2026-03-01 12:00:00.000Z  prod/n1  broker_restarted  down 5.400 s
          offset    client                broker
          -3 d 0 h                        its process was started
          -0.800 s  last good round trip
          -0.020 s                        announced its shutdown
          -0.010 s                        closed the connection: Server Shutdown (its clock corrected by -0.250 s ± 0.002 s)
          +0.000 s  link lost, eof
          +0.004 s                        answered through the system source
          +0.200 s  a dial was refused
          +5.000 s                        its successor was started
          +5.400 s  link open again
          +5.400 s                        another process answers in its place
          because: the broker announced its shutdown 0.020 s before the disconnect was seen; another process answers in its
                   place
          began: between 0.800 and 0.000 s before the client's event, detection gap 0.800 s; the broker closed the connection
                 0.010 s before the client's event
          felt: at once: the connection was closed, which every client sees
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
    [InlineData(16.0, 1)]
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
