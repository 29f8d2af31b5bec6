namespace Cordum.NatsProber.Scheduling;

/// <summary>What to do with a tick that the scheduler fired.</summary>
/// <param name="Run">Whether to run it; if not, it is one of the missed.</param>
/// <param name="Missed">Promised ticks that will not be run: those skipped before this one, and this one if it is stale.</param>
public readonly record struct TickDecision(bool Run, long Missed);

/// <summary>
/// Accounts for every tick that a schedule promised, whatever the scheduler made of it: skipped after a stall, fired late, fired in a burst.
/// Not thread-safe: the ticks of one probe come one after another.
/// </summary>
/// <param name="first">When the first tick is due.</param>
/// <param name="every">The interval.</param>
public sealed class TickLedger(DateTimeOffset first, TimeSpan every)
{
    private long _next;

    /// <summary>Takes note of a tick.</summary>
    /// <param name="due">When it was due.</param>
    /// <param name="now">The present, on the scheduler's clock.</param>
    public TickDecision Take(DateTimeOffset due, DateTimeOffset now)
    {
        var number = (long)Math.Round((due - first) / every);
        var skipped = number - _next;
        if (skipped < 0)
            return new(false, 0); // accounted for already
        _next = number + 1;

        // A tick whose successor is due already is not caught up with: a burst of late probes measures the burst.
        var stale = now - due >= every;
        return new(!stale, skipped + (stale ? 1 : 0));
    }
}
