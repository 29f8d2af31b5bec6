using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Brokers;

/// <summary>What inquests need to know of their cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="EndpointOf">Which endpoint a broker is; null if none.</param>
/// <param name="SessionOf">The open session of an endpoint's link, or null.</param>
/// <param name="WatchOf">Who asks an endpoint's broker about itself; null where nobody does.</param>
/// <param name="ClientNameOf">What an endpoint's link calls itself in the brokers' records.</param>
/// <param name="HearsBrokers">Whether what brokers announce to the system account is heard now.</param>
/// <param name="Announcements">What was heard.</param>
internal sealed record InquestCluster(
    string Name,
    Func<BrokerInfo, string?> EndpointOf,
    Func<string, LinkSession?> SessionOf,
    Func<string, BrokerWatch?> WatchOf,
    Func<string, string> ClientNameOf,
    Func<bool> HearsBrokers,
    Announcements Announcements);

/// <summary>What brokers have announced lately: a shutdown is announced before the links are lost that it takes along.</summary>
internal sealed class Announcements
{
    private const int Most = 64;

    private readonly Lock _gate = new();
    private readonly Queue<CaseEvidence> _recent = new();

    /// <summary>The latest, the oldest first.</summary>
    public IReadOnlyList<CaseEvidence> Recent
    {
        get
        {
            lock (_gate)
                return [.. _recent];
        }
    }

    /// <summary>A broker process has announced that it drains.</summary>
    public bool IsDraining(string serverId)
    {
        lock (_gate)
            return _recent.OfType<CaseEvidence.DrainAnnounced>().Any(drain => drain.ServerId == serverId);
    }

    /// <summary>One more. Several connections hear the same: it is kept as it was heard first.</summary>
    public void Add(CaseEvidence announcement)
    {
        lock (_gate)
        {
            if (_recent.Any(heard => heard with { At = announcement.At } == announcement))
                return;
            _recent.Enqueue(announcement);
            if (_recent.Count > Most)
                _recent.Dequeue();
        }
    }
}
