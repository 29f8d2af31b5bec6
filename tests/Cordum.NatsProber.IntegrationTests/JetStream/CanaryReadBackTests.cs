using System.Diagnostics;
using System.Text;
using Cordum.NatsProber.Lab;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.IntegrationTests.JetStream;

/// <summary>What is made of an acknowledged message that is not there, of a lost connection, and of the prober's own stalls.</summary>
public sealed class CanaryReadBackTests : IAsyncLifetime
{
    private LabCluster _cluster = null!;
    private CanaryLab _lab = null!;
    private FakeJetStream _fake = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = NatsServers.Paths.Last(), Brokers = 1, Cluster = false }, Stop);
        _lab = await CanaryLab.OnAsync(_cluster, CanaryLab.Settings(replicas: 1));
        _fake = await FakeJetStream.StartAsync(_cluster.Brokers[0].Url, _lab.Vantage.Names);
        await CanaryLab.UntilAsync(_lab.Stream.RunAsync, Outcome.Success, TimeSpan.Zero);
    }

    public async ValueTask DisposeAsync()
    {
        await _fake.DisposeAsync();
        await _lab.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_message_that_was_acknowledged_and_is_not_there_is_lost_and_told_loudly()
    {
        _fake.Store = _ => null;

        var lost = await CanaryLab.UntilAsync(_lab.Stream.RunAsync, Outcome.Error, TimeSpan.Zero);

        Assert.Contains("was acknowledged, and is not there", lost.Detail, StringComparison.Ordinal);
        Assert.Single(_lab.Log, line => line.Id == 78);
    }

    [Fact]
    public async Task Another_message_in_its_place_is_a_loss_too()
    {
        _fake.Store = _ => Encoding.ASCII.GetBytes("somebody else's");

        var lost = await CanaryLab.UntilAsync(_lab.Stream.RunAsync, Outcome.Error, TimeSpan.Zero);

        Assert.Contains("another is stored in its place", lost.Detail, StringComparison.Ordinal);
        Assert.Single(_lab.Log, line => line.Id == 78);
    }

    [Fact]
    public async Task A_message_that_a_new_leader_finds_a_moment_later_is_a_success_and_its_time_counts()
    {
        _fake.LateBy = 2;

        var late = await CanaryLab.UntilAsync(_lab.Stream.RunAsync, Outcome.Success, TimeSpan.Zero);

        Assert.InRange(late.Duration!.Value, TimeSpan.FromMilliseconds(95), _lab.Vantage.Settings.Timeout);
    }

    [Fact]
    public async Task A_purge_is_no_loss()
    {
        _fake.Store = _ => null;
        _fake.First = 1_000_000;

        var purged = await CanaryLab.UntilAsync(_lab.Stream.RunAsync, Outcome.Error, TimeSpan.Zero);

        Assert.Contains("somebody purged it", purged.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(_lab.Log, line => line.Id == 78);
    }

    [Fact]
    public async Task A_later_value_in_its_place_is_somebody_elses_doing()
    {
        _fake.Ahead = 1;

        var overwritten = await CanaryLab.UntilAsync(_lab.Stream.RunAsync, Outcome.Error, TimeSpan.Zero);

        Assert.Contains("another prober named test", overwritten.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(_lab.Log, line => line.Id == 78);
    }

    [Fact]
    public async Task An_unanswered_message_is_a_timeout_when_all_else_is_well_and_goes_out_once()
    {
        _fake.Acknowledges = false;
        var before = _fake.Published;

        var slow = await CanaryLab.UntilAsync(_lab.Stream.RunAsync, Outcome.Timeout, TimeSpan.Zero);

        Assert.Contains("the stream's leader n1 answers now", slow.Detail, StringComparison.Ordinal);
        Assert.Equal(before + 1, _fake.Published);
    }

    [Fact]
    public async Task A_connection_that_is_lost_ends_the_tick_at_once_and_later_ones_before_they_ask()
    {
        _fake.Acknowledges = false;
        var before = _fake.Published;
        var began = Stopwatch.GetTimestamp();
        var tick = _lab.Stream.RunAsync(Stop);
        while (_fake.Published == before)
            await Task.Yield();
        _cluster.Brokers[0].Kill();

        Assert.Equal(Outcome.Disconnected, (await tick).Outcome);
        Assert.True(Stopwatch.GetElapsedTime(began) < _lab.Vantage.Settings.Timeout, "not before its timeout");
        Assert.Equal(Outcome.Disconnected, (await _lab.Stream.RunAsync(Stop)).Outcome);
        Assert.Single(_lab.Log, line => line.Id == 76);
    }

    [Fact]
    public async Task Without_a_connection_it_is_disconnected()
    {
        using var stalls = new StallWatch(_lab.Clock, _lab.Stalls);
        using var without = new JetStreamRoundTrip(
            _lab.Vantage with { Connection = () => null }, stalls, _lab.Clock, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<JetStreamRoundTrip>.Instance);

        Assert.Equal(Outcome.Disconnected, (await without.RunAsync(Stop)).Outcome);
    }

    [Fact]
    public async Task A_prober_that_was_held_up_all_the_while_accuses_nobody()
    {
        _fake.Acknowledges = false;
        _lab.Stalls.Add(StallKind.Scheduler, _lab.Clock.Now, _lab.Clock.Now + TimeSpan.FromMinutes(1));

        Assert.Equal(Outcome.Indeterminate, (await _lab.Stream.RunAsync(Stop)).Outcome);
        Assert.DoesNotContain(_lab.Log, line => line.Id == 74);
    }

    [Fact]
    public async Task Told_to_stop_it_says_nothing_of_the_broker()
    {
        _fake.Acknowledges = false;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var before = _fake.Published;
        var tick = _lab.Stream.RunAsync(stop.Token);
        while (_fake.Published == before)
            await Task.Yield();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tick);
        Assert.DoesNotContain(_lab.Log, line => line.Id is > 69 and < 77);
    }
}
