using System.Text;
using Cordum.NatsProber.Lab;
using Cordum.NatsProber.RoundTrips;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;

namespace Cordum.NatsProber.IntegrationTests.JetStream;

/// <summary>The canaries on a healthy cluster: what they make, leave alone, mend, report and remove.</summary>
public sealed class CanaryStreamTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Servers => NatsServers.All;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_message_and_a_value_come_back_and_what_was_made_is_kept_in_shape(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server, JetStream = true }, Stop);
        await using var lab = await CanaryLab.OnAsync(cluster, CanaryLab.Settings());
        var names = lab.Vantage.Names;
        await lab.UntilBothSucceedAsync();

        var message = await CanaryLab.UntilAsync(lab.Stream.RunAsync, Outcome.Success, TimeSpan.FromSeconds(5));
        var value = await CanaryLab.UntilAsync(lab.Bucket.RunAsync, Outcome.Success, TimeSpan.FromSeconds(5));
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}: jetstream {message.Duration!.Value.TotalMilliseconds:0.0} ms, kv {value.Duration!.Value.TotalMilliseconds:0.0} ms");
        Assert.InRange(message.Duration!.Value, TimeSpan.FromTicks(1), lab.Vantage.Settings.Timeout);

        var stream = (await lab.Context.GetStreamAsync(names.Stream, cancellationToken: Stop)).Info;
        Assert.Equal((3, StreamConfigStorage.Memory, 64, 65_536, StreamConfigDiscard.Old), (stream.Config.NumReplicas, stream.Config.Storage, stream.Config.MaxMsgs, stream.Config.MaxBytes, stream.Config.Discard));
        Assert.Contains("prober test in cluster lab", stream.Config.Description, StringComparison.Ordinal);

        // A true bucket: an ordinary client reads the value, and its revision.
        var store = await new NatsKVContext(lab.Context).GetStoreAsync(names.Bucket, Stop);
        var entry = await store.GetEntryAsync<byte[]>(names.Key, cancellationToken: Stop);
        Assert.Matches("^[0-9a-f]{8}-[0-9]+$", Encoding.ASCII.GetString(entry.Value!));

        // Left alone when it is right: the same stream, not another one, when a prober starts anew.
        await using (var again = await CanaryLab.OnAsync(cluster, CanaryLab.Settings()))
        {
            await again.UntilBothSucceedAsync();
            Assert.DoesNotContain(again.Log, line => line.Id == 79);
        }

        Assert.Equal(stream.Created, (await lab.Context.GetStreamAsync(names.Stream, cancellationToken: Stop)).Info.Created);

        // Changed when the settings differ.
        await using (var smaller = await CanaryLab.OnAsync(cluster, CanaryLab.Settings(replicas: 1)))
        {
            await smaller.UntilBothSucceedAsync();
            Assert.Contains("replicas 3 -> 1", Assert.Single(smaller.Log, line => line.Id == 79 && line.Text.Contains($"stream {names.Stream} ", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
            Assert.Equal(1, (await lab.Context.GetStreamAsync(names.Stream, cancellationToken: Stop)).Info.Config.NumReplicas);
        }

        await lab.Context.UpdateStreamAsync((await lab.Context.GetStreamAsync(names.Stream, cancellationToken: Stop)).Info.Config with { MaxMsgs = 5 }, Stop);
        await using (var larger = await CanaryLab.OnAsync(cluster, CanaryLab.Settings()))
        {
            await larger.UntilBothSucceedAsync();
            var config = (await lab.Context.GetStreamAsync(names.Stream, cancellationToken: Stop)).Info.Config;
            Assert.Equal((3, 64), (config.NumReplicas, config.MaxMsgs));
        }

        // Another storage is not for the prober to decide: it would have to delete.
        await using (var onDisk = await CanaryLab.OnAsync(cluster, CanaryLab.Settings() with { OnDisk = true }))
        {
            var refused = await CanaryLab.UntilAsync(onDisk.Stream.RunAsync, Outcome.Error, TimeSpan.FromSeconds(5));
            Assert.Contains("natsprober once --cleanup", refused.Detail, StringComparison.Ordinal);
            Assert.Equal(StreamConfigStorage.Memory, (await lab.Context.GetStreamAsync(names.Stream, cancellationToken: Stop)).Info.Config.Storage);
        }

        // More replicas than servers: said as such.
        await using (var five = await CanaryLab.OnAsync(cluster, CanaryLab.Settings(replicas: 5), clusterName: "five"))
        {
            var refused = await CanaryLab.UntilAsync(five.Stream.RunAsync, Outcome.Error, TimeSpan.FromSeconds(5));
            Assert.Contains("5 replicas are more than the cluster's 3 endpoints", refused.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_stream_that_is_deleted_under_us_is_reported_and_made_again(string server, string version)
    {
        await using var cluster = await LabCluster.StartAsync(new LabOptions { NatsServer = server, JetStream = true }, Stop);
        await using var lab = await CanaryLab.OnAsync(cluster, CanaryLab.Settings());
        await lab.UntilBothSucceedAsync();

        var names = lab.Vantage.Names;
        var created = (await lab.Context.GetStreamAsync(names.Stream, cancellationToken: Stop)).Info.Created;

        await lab.Context.DeleteStreamAsync(names.Stream, Stop);
        await lab.Context.DeleteStreamAsync(names.BucketStream, Stop);

        Assert.Contains("vanished", (await CanaryLab.UntilAsync(lab.Stream.RunAsync, Outcome.Error, TimeSpan.Zero)).Detail, StringComparison.Ordinal);
        await CanaryLab.UntilAsync(lab.Stream.RunAsync, Outcome.Success, TimeSpan.FromSeconds(5), Outcome.NoLeader, Outcome.Timeout);
        Assert.Contains("vanished", (await CanaryLab.UntilAsync(lab.Bucket.RunAsync, Outcome.Error, TimeSpan.Zero)).Detail, StringComparison.Ordinal);
        await CanaryLab.UntilAsync(lab.Bucket.RunAsync, Outcome.Success, TimeSpan.FromSeconds(5), Outcome.NoLeader, Outcome.Timeout);
        Assert.True((await lab.Context.GetStreamAsync(names.Stream, cancellationToken: Stop)).Info.Created > created);
        Assert.DoesNotContain(lab.Log, line => line.Id == 78);
        TestContext.Current.SendDiagnosticMessage($"nats-server {version}: {string.Join(" | ", lab.Log.Select(line => line.Text))}");

        // Removed on request, twice without harm, and made again by whoever probes on.
        var first = await JetStreamCleanup.RunAsync(lab.Connection, names, TimeSpan.FromSeconds(5), TimeProvider.System, Stop);
        Assert.Equal([names.Stream, names.BucketStream], first.Removed);
        var second = await JetStreamCleanup.RunAsync(lab.Connection, names, TimeSpan.FromSeconds(5), TimeProvider.System, Stop);
        Assert.Empty(second.Removed);
        Assert.Empty(first.Problems.Concat(second.Problems));
        var gone = await Assert.ThrowsAsync<NatsJSApiException>(async () => await lab.Context.GetStreamAsync(names.Stream, cancellationToken: Stop));
        Assert.Equal(JetStreamCodes.NoStream, gone.Error.ErrCode);
    }
}
