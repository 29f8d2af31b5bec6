using NATS.Client.Core;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>What a cleanup did.</summary>
/// <param name="Removed">Names of the streams that it deleted; empty if there were none.</param>
/// <param name="Problems">Why others could not be deleted, for people; empty if none is left.</param>
internal sealed record JetStreamCleanupResult(IReadOnlyList<string> Removed, IReadOnlyList<string> Problems);

/// <summary>Deletes what a prober made in a cluster's JetStream. Doing it twice does no harm.</summary>
internal static class JetStreamCleanup
{
    /// <summary>Deletes the stream and the bucket.</summary>
    /// <param name="connection">The connection to ask over.</param>
    /// <param name="names">What the prober owns.</param>
    /// <param name="timeout">How long each may take.</param>
    /// <param name="time">Timers.</param>
    /// <param name="stop">Ends it with <see cref="OperationCanceledException"/>.</param>
    public static async Task<JetStreamCleanupResult> RunAsync(
        NatsConnection connection, JetStreamNames names, TimeSpan timeout, TimeProvider time, CancellationToken stop)
    {
        var removed = new List<string>();
        var problems = new List<string>();
        var api = new JetStreamApi(connection);
        foreach (var stream in new[] { names.Stream, names.BucketStream })
        {
            using var late = new CancellationTokenSource(timeout, time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
            var answer = await api.DeleteAsync(stream, end.Token).ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
            if (answer.Reply == JetStreamReply.Given)
                removed.Add(stream);
            else if (answer.Code != JetStreamCodes.NoStream)
                problems.Add($"{stream}: its deletion {answer}{Hint(answer, stream)}");
        }

        return new(removed, problems);
    }

    private static string Hint(JetStreamAnswer answer, string stream) => answer.Reply == JetStreamReply.Silent
        ? $"; JetStream has no leader, or the prober's user may not publish to $JS.API.STREAM.DELETE.{stream}"
        : "";
}
