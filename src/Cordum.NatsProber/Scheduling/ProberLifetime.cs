namespace Cordum.NatsProber.Scheduling;

/// <summary>The end of the prober's work, as a token that everything in it hears.</summary>
internal sealed class ProberLifetime : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Cancelled when the prober stops.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>The prober stops.</summary>
    public Task StopAsync() => _stopping.CancelAsync();

    public void Dispose() => _stopping.Dispose();
}
