using Cordum.NatsProber.Timing;
using NATS.Client.JetStream.Models;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>The <c>jetstream</c> probe: a message to a stream of the prober's own, acknowledged and read back by its sequence number.</summary>
internal sealed class JetStreamRoundTrip(
    JetStreamVantage vantage, StallWatch stalls, ProberClock clock, TimeProvider time, ILogger<JetStreamRoundTrip> log) : IDisposable
{
    private readonly JetStreamCanary _canary = new(
        vantage,
        ProbeKind.Jetstream,
        JetStreamShape.OfStream(vantage.Names, vantage.Prober, vantage.Cluster, vantage.Settings.Replicas, vantage.Settings.OnDisk),
        vantage.Names.Subject,
        static sequence => new StreamMsgGetRequest { Seq = sequence },
        [vantage.Names.Subject, .. vantage.Names.StreamGrants],
        stalls,
        clock,
        time,
        log);

    /// <summary>Runs one tick. Throws only <see cref="OperationCanceledException"/>, for <paramref name="stop"/>.</summary>
    public Task<TickResult> RunAsync(CancellationToken stop) => _canary.RunAsync(stop);

    /// <summary>Stops listening to the connection. The stream stays.</summary>
    public void Dispose() => _canary.Dispose();
}
