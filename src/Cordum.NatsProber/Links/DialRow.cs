using System.Diagnostics.CodeAnalysis;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Links;

/// <summary>A row of dials: so many in a second, and so many under way.</summary>
/// <param name="atOnce">How many may be under way before the next begins.</param>
/// <param name="clock">The prober's clock.</param>
/// <param name="time">What waits.</param>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A semaphore whose wait handle nobody asks for holds nothing.")]
internal sealed class DialRow(int atOnce, ProberClock clock, TimeProvider time)
{
    /// <summary>How many dials may begin in a second. One that is refused costs some 150 us of CPU, one that succeeds ten times that.</summary>
    public const int PerSecond = 1000;

    /// <summary>How much of the time in which nobody dialled, or a timer was late, may be made up for.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(20);

    /// <summary>After so long a dial under way stops counting: it waits for somebody who is silent, which costs nothing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(1) / PerSecond;

    private readonly SemaphoreSlim _underWay = new(atOnce);
    private readonly Turns _row = new();
    private TimeSpan _next;
    private int _waiting;

    /// <summary>Nobody waits: there is room for attempts beside those that must be.</summary>
    public bool HasRoom => Volatile.Read(ref _waiting) == 0;

    /// <summary>Waits for a place, first come, first served.</summary>
    /// <returns>The place; to be disposed of at the dial's end.</returns>
    public async Task<IDisposable> TakeAsync(CancellationToken stop)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _underWay.WaitAsync(stop).ConfigureAwait(false);
            var place = new Place(_underWay);
            try
            {
                await WaitAsync(stop).ConfigureAwait(false);
                place.Leave(Patience, time);
                return place;
            }
            catch
            {
                place.Dispose();
                throw;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        using var turn = await _row.TakeAsync(stop).ConfigureAwait(false);
        var wait = _next - clock.Now;
        if (wait > TimeSpan.Zero)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), time, stop).ConfigureAwait(false);
        _next = Instant.Later(clock.Now - Slack, _next) + Gap;
    }

    private sealed class Place(SemaphoreSlim underWay) : IDisposable
    {
        private ITimer? _leaves;
        private int _isLeft;

        public void Leave(TimeSpan after, TimeProvider time) =>
            _leaves = time.CreateTimer(static place => ((Place)place!).Leave(), this, after, Timeout.InfiniteTimeSpan);

        public void Dispose()
        {
            _leaves?.Dispose();
            Leave();
        }

        private void Leave()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0)
                underWay.Release();
        }
    }
}
