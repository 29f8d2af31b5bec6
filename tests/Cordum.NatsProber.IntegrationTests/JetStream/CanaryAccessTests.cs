using Cordum.NatsProber.Lab;
using Cordum.NatsProber.RoundTrips;
using NATS.Client.Core;

namespace Cordum.NatsProber.IntegrationTests.JetStream;

/// <summary>Where JetStream is not to be had, and what a user must be granted: exactly that, and no more.</summary>
public sealed class CanaryAccessTests
{
    private static readonly NatsAuthOpts User = new() { Username = "prober", Password = "s3cret" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Servers_without_jetstream_are_not_enabled(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server }, Stop);
        await using var lab = await CanaryLab.OnAsync(cluster, CanaryLab.Settings());

        var off = await CanaryLab.UntilAsync(lab.Stream.RunAsync, Outcome.NotEnabled, TimeSpan.Zero);
        await CanaryLab.UntilAsync(lab.Bucket.RunAsync, Outcome.NotEnabled, TimeSpan.Zero);
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}, JetStream off: {off.Detail}");
        Assert.Equal([73, 73], lab.Log.Select(line => line.Id));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_account_without_jetstream_is_not_enabled_though_the_server_is(string server, string version)
    {
        const string Config = """
            accounts {
              WITH { jetstream: enabled, users: [{ user: other, password: x }] }
              WITHOUT { users: [{ user: prober, password: s3cret }] }
            }
            """;
        await using var cluster = await LabCluster.StartAsync(
            new LabOptions { NatsServer = server, Brokers = 1, Cluster = false, JetStream = true, ExtraConfig = Config }, Stop);
        await using var lab = await CanaryLab.OnAsync(cluster, CanaryLab.Settings(replicas: 1), auth: User);

        var off = await CanaryLab.UntilAsync(lab.Stream.RunAsync, Outcome.NotEnabled, TimeSpan.Zero);
        await CanaryLab.UntilAsync(lab.Bucket.RunAsync, Outcome.NotEnabled, TimeSpan.Zero);
        Assert.Contains("10039", off.Detail, StringComparison.Ordinal);
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}, account without: {off.Detail}");
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task The_grants_are_enough_and_a_missing_one_is_told_with_all_that_is_needed(string server, string version)
    {
        var names = JetStreamNames.For("test", "lab");
        string[] grants = ["_cordum.probe.test.>", .. names.StreamGrants, .. names.BucketGrants, .. names.CleanupGrants];
        await using var cluster = await StartAsync(server, grants);
        await using (var lab = await CanaryLab.OnAsync(cluster, CanaryLab.Settings(replicas: 1), auth: User))
        {
            await lab.UntilBothSucceedAsync();

            // Everything that it ever asks: an update, the questions after a failure, the removal.
            await using (var admin = await CanaryLab.OnAsync(cluster, CanaryLab.Settings(replicas: 1), auth: new() { Username = "admin", Password = "x" }))
            {
                var stream = await admin.Context.GetStreamAsync(names.Stream, cancellationToken: Stop);
                await admin.Context.UpdateStreamAsync(stream.Info.Config with { MaxMsgs = 7 }, Stop);
                await admin.Context.DeleteStreamAsync(names.BucketStream, Stop);
            }

            await CanaryLab.UntilAsync(lab.Bucket.RunAsync, Outcome.Error, TimeSpan.Zero);
            await using (var restarted = await CanaryLab.OnAsync(cluster, CanaryLab.Settings(replicas: 1), auth: User))
                await restarted.UntilBothSucceedAsync();
            var cleaned = await JetStreamCleanup.RunAsync(lab.Connection, names, TimeSpan.FromSeconds(5), TimeProvider.System, Stop);
            Assert.Equal((2, 0), (cleaned.Removed.Count, cleaned.Problems.Count));
        }

        Assert.DoesNotContain(cluster.Brokers[0].RecentLog(1000), line => line.Contains("Violation", StringComparison.OrdinalIgnoreCase));

        // One of them taken away: told at once, with all that is needed.
        foreach (var denied in new[] { $"$JS.API.STREAM.CREATE.{names.Stream}", $"$JS.API.STREAM.MSG.GET.{names.Stream}", "_cordum.probe.test.>" })
        {
            await using var lesser = await StartAsync(server, [.. grants.Except([denied])], denied);
            await using var lab = await CanaryLab.OnAsync(lesser, CanaryLab.Settings(replicas: 1), auth: User);
            var refused = await CanaryLab.UntilAsync(lab.Stream.RunAsync, Outcome.Error, TimeSpan.Zero);
            Assert.Contains("Permissions Violation", refused.Detail, StringComparison.Ordinal);
            Assert.All(names.StreamGrants, grant => Assert.Contains(grant, refused.Detail, StringComparison.Ordinal));
            Assert.DoesNotContain(lab.Log, line => line.Text.Contains("s3cret", StringComparison.Ordinal));
        }

        TestContext.Current.SendDiagnosticMessage($"nats-server {version}: enough are {string.Join(", ", grants)}");
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Replicas_on_a_server_alone_are_an_error_with_the_remedy(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(
            new LabOptions { NatsServer = server, Brokers = 1, Cluster = false, JetStream = true }, Stop);
        await using var lab = await CanaryLab.OnAsync(cluster, CanaryLab.Settings());

        var refused = await CanaryLab.UntilAsync(lab.Stream.RunAsync, Outcome.Error, TimeSpan.Zero);

        Assert.Contains("set probes.jetstream.replicas to 1", refused.Detail, StringComparison.Ordinal);
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}: {refused.Detail}");
    }

    private static Task<LabCluster> StartAsync(string server, string[] grants, string? denied = null) => LabCluster.StartAsync(
        new LabOptions
        {
            NatsServer = server,
            Brokers = 1,
            Cluster = false,
            JetStream = true,
            ExtraConfig = $$"""
                authorization {
                  users = [
                    { user: admin, password: x },
                    { user: prober, password: s3cret, permissions: {
                        publish: { allow: [{{Quoted(grants)}}]{{(denied is null ? "" : $", deny: [{Quoted([denied])}]")}} }, subscribe: "_cordum.probe.test.>" } }
                  ]
                }
                """,
        },
        Stop);

    private static string Quoted(string[] subjects) => string.Join(", ", subjects.Select(subject => $"\"{subject}\""));
}
