using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.RoundTrips;

namespace Cordum.NatsProber.Commands;

/// <summary><c>natsprober once --cleanup</c>: deletes what this prober made in the clusters' JetStream, and probes nothing.</summary>
internal static class OnceCleanup
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Deletes stream and bucket in every cluster, in one that the prober no longer probes by JetStream too.</summary>
    /// <returns>0 if nothing of the prober's is left, else 2.</returns>
    public static async Task<int> RunAsync(Probing probing, TimeProvider time, TextWriter output, CancellationToken stop)
    {
        var failed = false;
        foreach (var cluster in probing.Clusters)
        {
            await cluster.Failover.Settled.WaitAsync(stop).ConfigureAwait(false);
            if (cluster.Failover.Session is not { } session)
            {
                failed = true;
                await output.WriteLineAsync($"{cluster.Name}: not cleaned up, no connection: {cluster.Failover.LatestDetail}").ConfigureAwait(false);
                continue;
            }

            var (removed, problems) = await JetStreamCleanup.RunAsync(session.Connection, cluster.JetStreamNames, Timeout, time, stop).ConfigureAwait(false);
            foreach (var stream in removed)
                await output.WriteLineAsync($"{cluster.Name}: removed {stream}").ConfigureAwait(false);
            foreach (var problem in problems)
                await output.WriteLineAsync($"{cluster.Name}: {problem}").ConfigureAwait(false);
            if (removed.Count + problems.Count == 0)
                await output.WriteLineAsync($"{cluster.Name}: nothing to remove").ConfigureAwait(false);
            failed |= problems.Count > 0;
        }

        return failed ? OnceReport.Critical : 0;
    }
}
