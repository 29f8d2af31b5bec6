using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Links;

/// <summary>
/// The rows in which a prober's pinned links and responders wait to dial. Some dozens of endpoints that are down at once are dialled as often as each one's own
/// <see cref="DialPace"/> says; when a region goes, when it comes back, and when the prober starts, brokers are not met by everybody at once, and the prober has
/// time left to watch the rest.
/// </summary>
/// <remarks>
/// Who was met by silence the last time stands in a row of its own: hundreds of dials that wait for a dead region must not keep a healthy broker's waiting.
/// </remarks>
/// <param name="clock">The prober's clock.</param>
/// <param name="time">What waits.</param>
internal sealed class DialBudget(ProberClock clock, TimeProvider time)
{
    /// <summary>
    /// How many dials may be under way before the next begins. On a processor that cannot keep up they take longer, and so the row slows down by itself; at a
    /// fixed rate each would be late, taken for a silent one, and dialled again.
    /// </summary>
    public const int AtOnce = 32;

    /// <summary>The same in the row of those who were met by silence. Waiting for somebody who is silent costs nothing.</summary>
    public const int SilentAtOnce = 256;

    private readonly DialRow _hopeful = new(AtOnce, clock, time);
    private readonly DialRow _silent = new(SilentAtOnce, clock, time);

    /// <summary>Nobody waits in a row: there is room for attempts beside those that must be.</summary>
    /// <param name="wasSilent">The other side gave no answer the last time.</param>
    public bool HasRoom(bool wasSilent) => RowOf(wasSilent).HasRoom;

    /// <summary>Waits for a place, first come, first served.</summary>
    /// <param name="wasSilent">The other side gave no answer the last time.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>The place; to be disposed of at the dial's end.</returns>
    public Task<IDisposable> TakeAsync(bool wasSilent, CancellationToken stop) => RowOf(wasSilent).TakeAsync(stop);

    private DialRow RowOf(bool wasSilent) => wasSilent ? _silent : _hopeful;
}
