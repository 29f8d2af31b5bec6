using System.Diagnostics.CodeAnalysis;

namespace Cordum.NatsProber.Timing;

/// <summary>One at a time, in the order of asking, without holding a thread.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A semaphore whose wait handle nobody asks for holds nothing.")]
internal sealed class Turns
{
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Waits for a turn; disposing the result ends it.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken stop)
    {
        await _one.WaitAsync(stop).ConfigureAwait(false);
        return new Turn(_one);
    }

    private sealed class Turn(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}
