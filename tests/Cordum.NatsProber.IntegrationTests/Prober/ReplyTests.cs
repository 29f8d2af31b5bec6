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

        await using var meddler = new Meddler(cluster.Brokers[0].Url, TimeSpan.FromMilliseconds(500));
        var before = await prober.ScrapeAsync();
        var after = await prober.UntilAsync(s => Discarded(s, "duplicate") >= 4, "duplicates");
        Assert.True(after.Ticks("n1", "success") >= before.Ticks("n1", "success") + 3);
        Assert.Equal(0, after.Ticks("n1", "wrong_server"));
        Assert.Equal(0, Discarded(after, "late") + Discarded(after, "stray"));
    }

    [Fact]
    public async Task Requests_that_fail_on_a_living_link_are_an_outage_without_a_disconnect_and_their_answers_are_late()
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { Brokers = 1, NatsServer = NatsServers.Any, Cluster = false }, Stop);
        await using var proxy = new FaultProxy(cluster.Brokers[0].ClientPort);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of([("n1", proxy.Url, "n1")]));
        await prober.UntilAsync(s => s.Ticks("n1", "success") >= 2, "successes");

        // The responder's connection dies unseen; somebody else answers in its place, too late.
        await using (new Meddler(cluster.Brokers[0].Url, TimeSpan.FromMilliseconds(700)))
        {
            proxy.SilenceResponders = true;
            var failing = await prober.UntilAsync(s => s.Ticks("n1", "timeout") >= 2 && Discarded(s, "late") >= 1, "timeouts and late replies");
            Assert.Equal((0, true), (failing.Disconnects("n1"), failing.IsConnected("n1")));
            Assert.True(failing.Of("n1", "cordum_nats_outage_start_timestamp_seconds") > 0);
        }

        proxy.SilenceResponders = false;
        var healed = await prober.UntilAsync(s => s.Outages("n1") == 1, "the end of the outage");
        Assert.Equal((0, 0, true), (healed.Disconnects("n1"), healed.Reconnects("n1"), healed.IsConnected("n1")));
        Assert.Equal(0, healed.Ticks("n1", "wrong_server"));
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

        Assert.Equal(0, scrape.FailedTicks("n1"));
        Assert.DoesNotContain(cluster.Brokers[0].RecentLog(500), line => line.Contains("Violation", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(prober.Log, line => line.Contains("s3cret", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_user_who_may_not_use_the_probers_subjects_is_told_so_and_the_broker_is_not_blamed(string server, string version)
    {
        const string Config = "authorization { users = [ { user: prober, password: s3cret, permissions: { publish: \"other.>\", subscribe: \"other.>\" } } ] }\n";
        await using var cluster = await LabCluster.StartAsync(
            new LabOptions { Brokers = 1, NatsServer = server, Cluster = false, ExtraConfig = Config }, Stop);
        var password = Path.Combine(cluster.Folder, "password");
        await File.WriteAllTextAsync(password, "s3cret", Stop);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster, $"auth: {{ user: prober, passwordFile: {password} }}"));

        var scrape = await prober.UntilAsync(s => s.Ticks("n1", "error") >= 2, $"errors on {version}");

        Assert.Equal((0, true), (scrape.Disconnects("n1"), scrape.IsConnected("n1")));
        Assert.Equal(0, scrape.Of("n1", "cordum_nats_outage_start_timestamp_seconds"));
        var told = Assert.Single(await prober.EventsAsync("n1", 31, 1));
        Assert.Contains("Permissions Violation", told.GetProperty("Denial").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("_cordum.probe.test.>", told.GetProperty("Grant").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_broker_that_lives_and_delivers_nothing_is_an_outage_whatever_becomes_of_the_responders(bool refusesResponders)
    {
        await using var broker = Stranger.Deaf(refusesResponders);
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of([("n1", broker.Url, "n1")]));

        string[] links = ["n1", "_cluster"];
        var scrape = await prober.UntilAsync(s => links.All(link => s.Ticks(link, "timeout") >= 4), "requests go unanswered");

        Assert.All(links, link =>
        {
            Assert.Equal((0, true), (scrape.Disconnects(link), scrape.IsConnected(link)));
            Assert.True(scrape.Of(link, "cordum_nats_outage_start_timestamp_seconds") > 0);
            Assert.Equal(0, scrape.Ticks(link, "indeterminate") + scrape.Ticks(link, "no_responders"));
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // somebody listens to everything: the broker never says that there is nobody
    public async Task A_responder_that_is_refused_fails_ticks_and_starts_no_outage(bool isTapped)
    {
        await using var cluster = await LabCluster.StartAsync(
            new LabOptions { Brokers = 1, NatsServer = NatsServers.Any, Cluster = false, ExtraConfig = $"max_connections: {(isTapped ? 2 : 1)}\n" }, Stop);
        await using var tap = isTapped ? await WireTap.StartAsync(cluster.Brokers[0].Url) : null;
        await using var prober = await ProberProcess.StartAsync(ProbeFiles.Of(cluster));

        var scrape = await prober.UntilAsync(s => s.Ticks("n1", "no_responders") >= 2, "no responders");

        Assert.Equal((0, true), (scrape.Disconnects("n1"), scrape.IsConnected("n1")));
        Assert.Equal(0, scrape.Of("n1", "cordum_nats_outage_start_timestamp_seconds"));
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

    /// <summary>Answers every request on the endpoint's subject after a while, with another broker's id.</summary>
    private sealed class Meddler : IAsyncDisposable
    {
        private readonly NatsConnection _connection;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _meddling;

        public Meddler(string url, TimeSpan after)
        {
            _connection = new NatsConnection(new NatsOpts { Url = url });
            _meddling = MeddleAsync(after);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _meddling;
            await _connection.DisposeAsync();
            _stop.Dispose();
        }

        private async Task MeddleAsync(TimeSpan after)
        {
            try
            {
                await foreach (var request in _connection.SubscribeAsync<byte[]>("_cordum.probe.test.*.test.n1.req", cancellationToken: _stop.Token))
                {
                    await Task.Delay(after, _stop.Token);
                    await _connection.PublishAsync(request.ReplyTo!, "NSOMEBODYELSE"u8.ToArray(), cancellationToken: _stop.Token);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // Told to stop.
            }
        }
    }
}
