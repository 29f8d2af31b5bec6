using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Cordum.NatsProber.Lab;
using NATS.Client.Core;

namespace Cordum.NatsProber.IntegrationTests.Verdicts;

/// <summary>The broker itself ends the connection, for a reason that it tells or has on record; and the prober that loses it by its own fault.</summary>
public sealed class AccessVerdictTests
{
    private static readonly VerdictLabOptions Options = new() { Extra = "max_pending: 1MB\n" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_link_that_reads_too_slowly_is_evicted(string server, string version)
    {
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}");
        await using var lab = await VerdictLab.StartAsync(server, Options);
        await using var other = await OtherAsync(lab.Broker);

        await lab.ProvokeAsync(Options, "evicted_slow_consumer", async _ =>
        {
            var (cid, subjects) = await VerdictLab.LinkAsync(lab.Broker, "n1");
            var subject = subjects.First(one => one.EndsWith(".rep.*", StringComparison.Ordinal)).Replace("*", "flood", StringComparison.Ordinal);
            lab.Proxy.LeaveWithBroker = true;
            var closed = false;
            for (var sent = 0; sent < 200 && !closed; sent++)
            {
                await other.PublishAsync(subject, new byte[512 * 1024], cancellationToken: Stop);
                closed = sent % 8 == 7 && (await VerdictLab.PageAsync(lab.Broker, $"connz?cid={cid}&state=closed")).GetProperty("connections").GetArrayLength() > 0;
            }

            Assert.True(closed, "the broker bears with a link that reads nothing");
            lab.Proxy.LeaveWithBroker = false;
        });
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_link_that_is_kicked_through_the_system_account(string server, string version)
    {
        Assert.SkipWhen(version.StartsWith("2.9.", StringComparison.Ordinal), "nats-server has KICK since 2.10");
        await using var lab = await VerdictLab.StartAsync(server, Options);
        await using var system = new NatsConnection(NatsOpts.Default with { Url = lab.Broker.Url, AuthOpts = new NatsAuthOpts { Username = "sys", Password = "sys-password" } });

        await lab.ProvokeAsync(Options, "kicked", async _ =>
        {
            var (cid, _) = await VerdictLab.LinkAsync(lab.Broker, "n1");
            var serverId = (await VerdictLab.PageAsync(lab.Broker, "varz")).GetProperty("server_id").GetString();
            await system.RequestAsync<byte[], byte[]>($"$SYS.REQ.SERVER.{serverId}.KICK", Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { cid })), cancellationToken: Stop);
        });
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Credentials_that_a_reload_revokes(string server, string version)
    {
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}");
        await using var lab = await VerdictLab.StartAsync(server, Options);
        var configured = await File.ReadAllTextAsync(lab.Broker.ConfigFile, Stop);

        // Once with another password, of which brokers tell, once without the user, of which they do not.
        await lab.ProvokeAsync(Options, "auth_revoked", async round =>
        {
            var without = round % 2 == 0 ? configured.Replace("app-password", "another-password", StringComparison.Ordinal) : configured.Replace("user: app,", "user: nobody,", StringComparison.Ordinal);
            var before = await lab.Prober.ScrapeAsync();
            await ReloadAsync(lab.Broker, without);
            await lab.Prober.UntilAsync(scrape => !scrape.IsConnected("n1") && scrape.Dials("n1", "auth") > before.Dials("n1", "auth"), "a dial that is refused");
            await ReloadAsync(lab.Broker, configured);
        });
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_broker_that_is_full(string server, string version)
    {
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}");
        await using var lab = await VerdictLab.StartAsync(server, Options);
        var configured = await File.ReadAllTextAsync(lab.Broker.ConfigFile, Stop);

        await lab.ProvokeAsync(Options, "limit_reached", async _ =>
        {
            // Which clients are one too many is the broker's choice: until it chooses the link.
            for (var tries = 0; tries < 30; tries++)
            {
                await ReloadAsync(lab.Broker, configured + "\nmax_connections: 1\n");
                var since = Stopwatch.GetTimestamp();
                while ((await VerdictLab.PageAsync(lab.Broker, "varz")).GetProperty("connections").GetInt32() > 1)
                {
                    Assert.True(Stopwatch.GetElapsedTime(since).TotalSeconds < 5, "the limit is kept");
                    await Task.Delay(10, Stop);
                }

                var isLost = !(await lab.Prober.ScrapeAsync()).IsConnected("n1");
                await ReloadAsync(lab.Broker, configured + "\nmax_connections: 1000\n");
                if (isLost)
                    return;
            }

            Assert.Fail("the broker never chose the link");
        });
    }

    /// <summary>Brokers that ping every second throw out who does not answer; here nobody but the prober is to blame.</summary>
    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_prober_that_is_stopped_for_20_s(string server, string version)
    {
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}");
        var options = new VerdictLabOptions { Extra = "ping_interval: \"1s\"\nping_max: 2\n" };
        await using var lab = await VerdictLab.StartAsync(server, options);

        // Once for the full time; the others for as long as it takes.
        await lab.ProvokeAsync(options, "prober_fault", async round =>
        {
            lab.Prober.Signal("STOP");
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(round == 1 ? 20 : 6), Stop);
            }
            finally
            {
                lab.Prober.Signal("CONT");
            }
        });
        var last = await lab.ReadyAsync(options);
        Assert.All(last.Endpoints, endpoint => Assert.Equal(last.Disconnects(endpoint), VerdictLab.Verdicts(last, endpoint, "prober_fault")));
    }

    private static async Task<NatsConnection> OtherAsync(LabBroker broker)
    {
        var other = new NatsConnection(NatsOpts.Default with { Url = broker.Url, AuthOpts = new NatsAuthOpts { Username = "other", Password = "other-password" } });
        await other.ConnectAsync();
        return other;
    }

    private static async Task ReloadAsync(LabBroker broker, string configuration)
    {
        await File.WriteAllTextAsync(broker.ConfigFile, configuration, Stop);
        var before = (await VerdictLab.PageAsync(broker, "varz")).GetProperty("config_load_time").GetDateTimeOffset();
        broker.Reload();
        var limit = Stopwatch.GetTimestamp();
        while ((await VerdictLab.PageAsync(broker, "varz")).GetProperty("config_load_time").GetDateTimeOffset() == before)
        {
            Assert.True(Stopwatch.GetElapsedTime(limit).TotalSeconds < 10, "no reload");
            await Task.Delay(10, Stop);
        }
    }
}
