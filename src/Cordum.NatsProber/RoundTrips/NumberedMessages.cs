using System.Collections.Concurrent;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>Hands the numbered messages that arrive at one endpoint to the route probes that sent them. Thread-safe.</summary>
internal sealed class NumberedMessages
{
    private readonly ConcurrentDictionary<string, Action<long>> _from = new();

    /// <summary>From now on messages from a place go to <paramref name="arrived"/>.</summary>
    /// <param name="place">As in <see cref="ProbeSubjects.Place"/>.</param>
    /// <param name="arrived">Told the number of each.</param>
    public void Expect(string place, Action<long> arrived) => _from[place] = arrived;

    /// <summary>Messages from a place are expected no longer.</summary>
    public void Forget(string place) => _from.TryRemove(place, out _);

    /// <summary>A message has arrived.</summary>
    /// <param name="subject">Its subject, which says where it is from and which it is.</param>
    public void Deliver(string subject)
    {
        if (_from.TryGetValue(ProbeSubjects.PlaceOf(subject), out var arrived))
            arrived(ProbeSubjects.NumberOf(subject));
    }
}
