namespace Cordum.NatsProber.Brokers;

/// <summary>
/// Bounds what the prober remembers of disconnects over all of its clusters: a record with its evidence is some 640 bytes, and a prober of many clusters in a bad week would grow
/// for days. Where there are too many, the cluster that remembers most forgets its oldest, so that one that churns takes nothing from one that had a single incident.
/// </summary>
internal sealed class DisconnectMemory
{
    /// <summary>How many all histories remember together: ten clusters' full ones, some 3 MB.</summary>
    public const int Most = 10 * DisconnectHistory.Most;

    private readonly Lock _gate = new();
    private readonly List<DisconnectHistory> _histories = [];

    /// <summary>A history of one more cluster.</summary>
    public DisconnectHistory Open()
    {
        var history = new DisconnectHistory(this);
        lock (_gate)
            _histories.Add(history);
        return history;
    }

    /// <summary>A history has remembered one more.</summary>
    internal void Grown()
    {
        lock (_gate)
        {
            while (_histories.Sum(static history => history.Remembered) > Most)
                _histories.MaxBy(static history => history.Remembered)!.ForgetOldest();
        }
    }
}
