using Cordum.NatsProber.Timing;
using NATS.Client.JetStream.Models;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// The <c>kv</c> probe: a value put into a key-value bucket of the prober's own, acknowledged with its revision, and got back. A put is a message to the key's
/// subject, and a get reads the last message there: on the wire it is what a key-value client does, with its revisions for sequence numbers.
/// </summary>
internal sealed class KeyValueRoundTrip(
    JetStreamVantage vantage, StallWatch stalls, ProberClock clock, TimeProvider time, ILogger<KeyValueRoundTrip> log) : IDisposable
{
    private readonly JetStreamCanary _canary = new(
        vantage,
        ProbeKind.Kv,
        JetStreamShape.OfBucket(vantage.Names, vantage.Prober, vantage.Cluster, vantage.Settings.Replicas, vantage.Settings.OnDisk),
        vantage.Names.KeySubject,
        _ => new StreamMsgGetRequest { LastBySubj = vantage.Names.KeySubject },
        vantage.Names.BucketGrants,
        stalls,
        clock,
        time,
        log);

    /// <summary>Runs one tick. Throws only <see cref="OperationCanceledException"/>, for <paramref name="stop"/>.</summary>
    public Task<TickResult> RunAsync(CancellationToken stop) => _canary.RunAsync(stop);

    /// <summary>Stops listening to the connection. The bucket stays.</summary>
    public void Dispose() => _canary.Dispose();
}
