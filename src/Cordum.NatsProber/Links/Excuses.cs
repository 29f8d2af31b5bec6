using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Links;

/// <summary>
/// How often in a row a prober that was held up may be believed to have missed an answer. On a host that is busy for ever, a broker that never once
/// answered is the likelier cause, and an outage that is not reported the greater evil.
/// </summary>
internal sealed class Excuses
{
    private const int Most = 4;

    private int _inARow;

    /// <summary>Takes one more, if there is one left.</summary>
    public bool TryTake() => _inARow++ < Most;

    /// <summary>
    /// Whether a dial's silence says nothing. Of the seconds that it had an answer needs milliseconds: only if most of them were not ours to listen in.
    /// </summary>
    public bool TryTake(DialResult.Failed failed, StallWatch stalls) =>
        failed.Cause == DisconnectCause.Timeout && stalls.Awake(failed.Began, failed.At) < (failed.At - failed.Began) / 2 && TryTake();

    /// <summary>Something was certain: the row has ended.</summary>
    public void Renew() => _inARow = 0;
}
