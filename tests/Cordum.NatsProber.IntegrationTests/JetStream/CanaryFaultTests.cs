using System.Diagnostics;
using Cordum.NatsProber.Lab;
using Cordum.NatsProber.RoundTrips;
using NATS.Client.JetStream.Models;

namespace Cordum.NatsProber.IntegrationTests.JetStream;

/// <summary>JetStream is broken in known ways; the canaries say which, and are well again by themselves.</summary>
public sealed class CanaryFaultTests
{
    private static readonly TimeSpan Elections = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_killed_leader_leaves_no_leader_until_another_is_elected(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server, JetStream = true }, Stop);
        await using var lab = await CanaryLab.OnAsync(cluster, CanaryLab.Settings());
        await lab.UntilBothSucceedAsync();
        var leader = await lab.LeaderElsewhereAsync();
        var before = lab.Log.Count;

        var killed = leader.Kill();
        var away = await CanaryLab.UntilAsync(lab.Stream.RunAsync, Outcome.NoLeader, TimeSpan.FromSeconds(2));
        var seen = Stopwatch.GetElapsedTime(killed);
        await CanaryLab.UntilAsync(lab.Stream.RunAsync, Outcome.Success, Elections, Outcome.NoLeader);
        var healed = Stopwatch.GetElapsedTime(killed);
        await CanaryLab.UntilAsync(lab.Bucket.RunAsync, Outcome.Success, Elections, Outcome.NoLeader);

        TestContext.Current.SendDiagnosticMessage($"nats-server {version}: {leader.Name} killed, no_leader after {seen.TotalSeconds:0.00} s ({away.Detail}), success after {healed.TotalSeconds:0.00} s");
        Assert.Single(lab.Log.Skip(before), line => line.Id == 77 && line.Text.Contains("jetstream", StringComparison.Ordinal) && line.Text.Contains("again after", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_suspended_leader_leaves_no_leader_and_two_suspended_no_quorum(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server, JetStream = true }, Stop);
        await using var lab = await CanaryLab.OnAsync(cluster, CanaryLab.Settings());
        await lab.UntilBothSucceedAsync();
        var leader = await lab.LeaderElsewhereAsync();

        lab.Suspend(leader);
        // A signal takes effect a moment after it was sent: the first tick may still pass.
        var away = await CanaryLab.UntilAsync(lab.Stream.RunAsync, Outcome.NoLeader, TimeSpan.FromSeconds(3), Outcome.Success);
        var other = cluster.Brokers.Single(broker => broker != leader && broker.Name != lab.Connection.ServerInfo!.Name);
        lab.Suspend(other);
        var lost = await CanaryLab.UntilAsync(lab.Stream.RunAsync, Outcome.NoQuorum, TimeSpan.FromSeconds(3), Outcome.NoLeader);
        await CanaryLab.UntilAsync(lab.Bucket.RunAsync, Outcome.NoQuorum, TimeSpan.FromSeconds(3), Outcome.NoLeader);
        lab.Resume(other);
        lab.Resume(leader);

        await CanaryLab.UntilAsync(lab.Stream.RunAsync, Outcome.Success, Elections, Outcome.NoLeader, Outcome.Timeout);
        await CanaryLab.UntilAsync(lab.Bucket.RunAsync, Outcome.Success, Elections, Outcome.NoLeader, Outcome.Timeout);
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}: {away.Detail} | {lost.Detail}");
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_full_store_is_no_space_also_when_its_leaders_have_stepped_down(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(
            new LabOptions { NatsServer = server, BrokerConfig = broker => $"jetstream {{ store_dir: \"{broker.Folder}/jetstream\", max_mem: 1M, max_file: 1M }}" }, Stop);
        await using var lab = await CanaryLab.OnAsync(cluster, CanaryLab.Settings());
        await lab.UntilBothSucceedAsync();

        // A neighbour that fills the memory.
        var api = new JetStreamApi(lab.Connection);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        var made = await api.CreateAsync(new StreamConfig("FILL", ["fill"]) { Storage = StreamConfigStorage.Memory, NumReplicas = 3 }, limit.Token);
        Assert.Equal(JetStreamReply.Given, made.Answer.Reply);
        var filled = new JetStreamAnswer(JetStreamReply.Given);
        for (var i = 0; i < 10 && filled.Reply == JetStreamReply.Given; i++)
        {
            using var once = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            once.CancelAfter(TimeSpan.FromSeconds(1));
            filled = (await api.PublishAsync("fill", new byte[200_000], once.Token)).Answer;
        }

        Assert.NotEqual(JetStreamReply.Given, filled.Reply);

        // Whichever leader is the first to be full refuses; one that swallows the message instead steps down, and its successor refuses.
        Outcome[] before = [Outcome.Success, Outcome.Timeout, Outcome.NoLeader];
        var full = await CanaryLab.UntilAsync(lab.Stream.RunAsync, Outcome.NoSpace, Elections, before);
        await CanaryLab.UntilAsync(lab.Bucket.RunAsync, Outcome.NoSpace, Elections, before);
        var later = await CanaryLab.UntilAsync(lab.Stream.RunAsync, Outcome.NoSpace, TimeSpan.Zero);
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}: {full.Detail} | later: {later.Detail}");
        Assert.Single(lab.Log, line => line.Id == 72 && line.Text.Contains("jetstream", StringComparison.Ordinal));
    }

    /// <summary>
    /// The reason for a canary. The broker's own health check fails within two seconds, but with the same words ("not current") as when one of three is killed and
    /// the quorum stands, and may be well again in between. That nobody leads it says after 3 to 18 s; with <c>js-enabled-only</c> never.
    /// </summary>
    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_lost_quorum_is_seen_before_the_survivors_health_check_tells_of_it(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server, JetStream = true }, Stop);
        await using var lab = await CanaryLab.OnAsync(cluster, CanaryLab.Settings(), first: 2);
        await lab.UntilBothSucceedAsync();
        var survivor = cluster.Brokers.Single(broker => broker.Name == lab.Connection.ServerInfo!.Name);

        // Ticks of one second, as in production, at a phase of their own.
        var canary = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var ticking = TickAsync();
        await Task.Delay(Random.Shared.Next(1000), Stop);
        var killed = Stopwatch.GetTimestamp();
        foreach (var broker in cluster.Brokers.Where(broker => broker != survivor))
            broker.Kill();
        var notWell = SickAsync(survivor, "/healthz", "", killed);
        var leaderless = SickAsync(survivor, "/healthz", "has not established contact with a meta leader", killed);
        var notEnabled = SickAsync(survivor, "/healthz?js-enabled-only=true", "", killed);

        var canaryAfter = Stopwatch.GetElapsedTime(killed, await canary.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop));
        var (notWellAfter, leaderlessAfter, notEnabledAfter) = (await notWell, await leaderless, await notEnabled);
        await done.CancelAsync();
        await ticking;

        TestContext.Current.SendDiagnosticMessage(
            $"nats-server {version}: two of three killed; canary says no_quorum after {canaryAfter.TotalSeconds:0.00} s; /healthz: first not 200 {Text(notWellAfter)}, "
            + $"says that nobody leads {Text(leaderlessAfter)}, with js-enabled-only not 200 {Text(notEnabledAfter)}");
        Assert.True(canaryAfter < (leaderlessAfter ?? TimeSpan.MaxValue), $"canary {canaryAfter}, /healthz {leaderlessAfter}");
        Assert.True(canaryAfter < (notEnabledAfter ?? TimeSpan.MaxValue), $"canary {canaryAfter}, /healthz?js-enabled-only=true {notEnabledAfter}");
        Assert.Single(lab.Log, line => line.Id == 70);

        async Task TickAsync()
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            try
            {
                while (await timer.WaitForNextTickAsync(done.Token))
                {
                    if ((await lab.Stream.RunAsync(done.Token)).Outcome == Outcome.NoQuorum)
                        canary.TrySetResult(Stopwatch.GetTimestamp());
                }
            }
            catch (OperationCanceledException) when (done.IsCancellationRequested)
            {
                // Told to stop.
            }
        }
    }

    /// <returns>How long after the kill the health check first failed with these words; null if it did not within the limit.</returns>
    private static async Task<TimeSpan?> SickAsync(LabBroker broker, string path, string words, long killed)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        while (Stopwatch.GetElapsedTime(killed) < TimeSpan.FromSeconds(8))
        {
            using var answer = await http.GetAsync(new Uri(broker.MonitorUrl + path), Stop);
            if (!answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync(Stop)).Contains(words, StringComparison.Ordinal))
                return Stopwatch.GetElapsedTime(killed);
            await Task.Delay(50, Stop);
        }

        return null;
    }

    private static string Text(TimeSpan? after) => after is { } time ? $"{time.TotalSeconds:0.00} s" : "not within 8 s";
}
