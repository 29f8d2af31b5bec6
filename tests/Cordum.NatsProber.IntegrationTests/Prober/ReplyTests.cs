using Cordum.NatsProber.Lab;
using NATS.Client.Core;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>Replies that are not the current probe's, and permissions that grant a prober no more than it needs.</summary>
public sealed class ReplyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Fact]
    public async Task A_second_answer_is_a_duplicate_and_is_never_taken_for_the_next()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { Brokers = 1, NatsServer = NatsServers.Any, Cluster = false }, Stop);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster));
        await prober.UntilAllConnectedAsync();

        // Answers every request half a second late, when it has long been answered, with another broker's id.
        await using var meddler = new NatsConnection(new NatsOpts { Url = cluster.Brokers[0].Url });
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var meddling = Task.Run(
            async () =>
            {
                await foreach (var request in meddler.SubscribeAsync<byte[]>("_cordum.probe.test.*.test.n1.req", cancellationToken: end.Token))
                {
                    await Task.Delay(500, end.Token);
                    await meddler.PublishAsync(request.ReplyTo!, "NSOMEBODYELSE"u8.ToArray(), cancellationToken: end.Token);
                }
            },
            end.Token);

        var before = await prober.ScrapeAsync();
        var after = await prober.UntilAsync(s => Discarded(s, "duplicate") >= 4, "duplicates");
        Assert.True(after.Ticks("n1", "success") >= before.Ticks("n1", "success") + 3);
        Assert.Equal(0, after.Ticks("n1", "wrong_server"));
        Assert.Equal(0, Discarded(after, "late") + Discarded(after, "stray"));
        await end.CancelAsync();
        await meddling.ContinueWith(static _ => { }, Stop, TaskContinuationOptions.None, TaskScheduler.Default);
        Assert.False(meddling.IsFaulted, meddling.Exception?.ToString());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_user_who_may_use_just_the_probers_own_subjects_is_enough(string server, string version)
    {
        const string Config = """
            authorization {
              users = [
                { user: prober, password: s3cret, permissions: { publish: "_cordum.probe.test.>", subscribe: "_cordum.probe.test.>" } }
              ]
            }
            """;
        await using var cluster = await LabCluster.StartAsync(
            new LabOptions { Brokers = 1, NatsServer = server, Cluster = false, ExtraConfig = Config }, Stop);
        var password = Path.Combine(cluster.Folder, "password");
        await File.WriteAllTextAsync(password, "s3cret\n", Stop);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster, $"auth: {{ user: prober, passwordFile: {password} }}"));

        var scrape = await prober.UntilAsync(s => s.Ticks("n1", "success") >= 3, $"successes on {version}");

        Assert.Equal(scrape.Ticks("n1", "success"), scrape.Of("n1", "cordum_nats_probe_total"));
        Assert.DoesNotContain(cluster.Brokers[0].RecentLog(500), line => line.Contains("Violation", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(prober.Log, line => line.Contains("s3cret", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_wrong_password_is_cause_auth_and_the_right_one_heals_without_a_restart(string server, string version)
    {
        const string Config = "authorization { user: prober, password: s3cret }\n";
        await using var cluster = await LabCluster.StartAsync(
            new LabOptions { Brokers = 1, NatsServer = server, Cluster = false, ExtraConfig = Config }, Stop);
        var password = Path.Combine(cluster.Folder, "password");
        await File.WriteAllTextAsync(password, "wr0ng", Stop);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster, $"auth: {{ user: prober, passwordFile: {password} }}"));
        await prober.UntilAsync(s => s.Causes("n1", "auth") == 1 && s.Dials("n1", "auth") >= 3, $"refused by {version}");

        await File.WriteAllTextAsync(password, "s3cret", Stop);

        var up = await prober.UntilAllConnectedAsync();
        Assert.Equal((1, 1), (up.Disconnects("n1"), up.Reconnects("n1")));
        Assert.DoesNotContain(prober.Log, line => line.Contains("wr0ng", StringComparison.Ordinal) || line.Contains("s3cret", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_reached_connection_limit_has_its_own_cause(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(
            new LabOptions { Brokers = 1, NatsServer = server, Cluster = false, ExtraConfig = "max_connections: 1\n" }, Stop);
        await using var occupant = new NatsConnection(new NatsOpts { Url = cluster.Brokers[0].Url });
        await occupant.ConnectAsync();
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster));

        await prober.UntilAsync(s => s.Causes("n1", "max_connections") == 1, $"limit of {version}");
    }

    private static double Discarded(Scrape scrape, string kind) => scrape.Of("n1", "cordum_nats_probe_reply_discarded_total", ("kind", kind));
}
