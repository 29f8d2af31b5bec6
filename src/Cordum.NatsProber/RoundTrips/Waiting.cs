using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>Waiting for an answer, up to a time.</summary>
internal static class Waiting
{
    /// <summary>Timers count whole milliseconds; a shorter wait would spin.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>Whether a task completes within a time. Throws what the task throws, and <see cref="OperationCanceledException"/> for <paramref name="stop"/>.</summary>
    public static async Task<bool> CompletesAsync(Task task, TimeSpan within, TimeProvider time, CancellationToken stop)
    {
        try
        {
            await task.WaitAsync(Instant.Later(within, Shortest), time, stop).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
