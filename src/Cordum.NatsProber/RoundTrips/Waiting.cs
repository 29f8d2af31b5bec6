using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// Waiting for an answer, up to a time. A timeout is time in which the prober could have heard the answer: what it slept through is added, up to a limit, after
/// which nothing can be said.
/// </summary>
internal static class Waiting
{
    /// <summary>How many timeouts a tick may take when the prober keeps being held up.</summary>
    private const int Longest = 3;

    /// <summary>Timers count whole milliseconds; a shorter wait would spin.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>Whether a task completes within a time. Throws what the task throws, and <see cref="OperationCanceledException"/> for <paramref name="stop"/>.</summary>
    public static async Task<bool> CompletesAsync(Task task, TimeSpan within, TimeProvider time, CancellationToken stop)
    {
        if (task.IsCompletedSuccessfully)
            return true;
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

    /// <summary>
    /// Right after an open a responder may need a moment. If it takes longer than half the timeout, the request goes out without it: that is the question,
    /// and the broker says what it knows, such as that nobody listens.
    /// </summary>
    /// <param name="ready">Completes when the responder listens.</param>
    /// <param name="timeout">How long an answer may take.</param>
    /// <param name="time">What the wait is measured by.</param>
    /// <param name="stop">Ends the wait, which then throws <see cref="OperationCanceledException"/>.</param>
    public static async Task HalfOfAsync(Func<CancellationToken, Task> ready, TimeSpan timeout, TimeProvider time, CancellationToken stop)
    {
        using var half = new CancellationTokenSource(timeout / 2, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(half.Token, stop);
        try
        {
            await ready(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Half of the time is up.
        }
    }

    /// <summary>Whether an answer may still come in time.</summary>
    /// <param name="stalls">The prober's own stalls.</param>
    /// <param name="began">When the waiting began.</param>
    /// <param name="now">The present.</param>
    /// <param name="timeout">How long an answer may take.</param>
    public static bool GoesOn(StallWatch stalls, TimeSpan began, TimeSpan now, TimeSpan timeout) =>
        stalls.Awake(began, now) < timeout && now - began < timeout * Longest;

    /// <summary>Whether the prober slept through so much of the waiting that no answer says nothing.</summary>
    public static bool WasAsleep(StallWatch stalls, TimeSpan began, TimeSpan now, TimeSpan timeout) => stalls.Awake(began, now) < timeout - Shortest;

    /// <summary>An answer has come: a time that is more than half ours, or that would have been too long had we been awake, says nothing about the broker.</summary>
    /// <param name="stalls">The prober's own stalls.</param>
    /// <param name="sent">When it was asked.</param>
    /// <param name="at">When the answer came.</param>
    /// <param name="timeout">How long an answer may take.</param>
    public static TickResult Answered(StallWatch stalls, TimeSpan sent, TimeSpan at, TimeSpan timeout)
    {
        var took = Instant.NotNegative(at - sent);
        return stalls.Stalled(sent, at) > took / 2 || took > timeout ? new(Outcome.Indeterminate) : new(Outcome.Success, took);
    }
}
