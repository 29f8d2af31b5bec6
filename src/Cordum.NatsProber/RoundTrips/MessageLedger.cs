namespace Cordum.NatsProber.RoundTrips;

/// <summary>What is known of the numbered messages of one route.</summary>
/// <param name="Received">Messages that arrived, the late ones included, each once.</param>
/// <param name="Lost">Messages that did not arrive within the ledger's patience.</param>
/// <param name="Late">Messages that arrived after their time was up.</param>
/// <param name="Duplicated">Arrivals of messages that had arrived before.</param>
/// <param name="Reordered">Messages that arrived in time, but after one that was sent later.</param>
public readonly record struct MessageTotals(long Received, long Lost, long Late, long Duplicated, long Reordered);

/// <summary>
/// Keeps the books of the numbered messages that one end of a route sends and the other receives. A message ends as received or as lost, and never as
/// both: one that comes after it was given up for lost is not counted again. Pure but for its lock: time is given to it. Thread-safe.
/// </summary>
/// <param name="timeout">A message that takes longer is late.</param>
/// <param name="patience">A message that takes longer is lost; longer than <paramref name="timeout"/>.</param>
/// <param name="awake">How much of an interval the prober could have heard a message in: what it slept through makes none late.</param>
public sealed class MessageLedger(TimeSpan timeout, TimeSpan patience, Func<TimeSpan, TimeSpan, TimeSpan> awake)
{
    /// <summary>Arrivals that are remembered, to know a second one.</summary>
    private const int Remembered = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, TimeSpan> _outstanding = [];
    private readonly HashSet<long> _arrived = [];
    private readonly Queue<long> _oldest = new();
    private long _next = 1;
    private long _highest;
    private MessageTotals _totals;

    /// <summary>What is known now.</summary>
    public MessageTotals Totals
    {
        get
        {
            lock (_gate)
                return _totals;
        }
    }

    /// <summary>A message is about to be sent.</summary>
    /// <param name="now">When, on the prober's clock.</param>
    /// <returns>Its number.</returns>
    public long Send(TimeSpan now)
    {
        lock (_gate)
        {
            _outstanding.Add(_next, now);
            return _next++;
        }
    }

    /// <summary>A message has arrived.</summary>
    /// <param name="number">Its number; one that was never sent, or is long settled, is ignored.</param>
    /// <param name="at">When.</param>
    public void Arrived(long number, TimeSpan at)
    {
        lock (_gate)
        {
            if (!_outstanding.Remove(number, out var sent))
            {
                if (_arrived.Contains(number))
                    _totals = _totals with { Duplicated = _totals.Duplicated + 1 };
                return;
            }

            Remember(number);
            var late = awake(sent, at) > timeout;
            var reordered = !late && number < _highest;
            _highest = Math.Max(_highest, number);
            _totals = _totals with
            {
                Received = _totals.Received + 1,
                Late = _totals.Late + (late ? 1 : 0),
                Reordered = _totals.Reordered + (reordered ? 1 : 0),
            };
        }
    }

    /// <summary>Gives up what has been waited for long enough.</summary>
    /// <param name="now">The present.</param>
    public void Settle(TimeSpan now)
    {
        lock (_gate)
        {
            foreach (var (number, sent) in _outstanding)
            {
                if (now - sent <= patience || awake(sent, now) <= patience)
                    continue;
                _outstanding.Remove(number);
                _totals = _totals with { Lost = _totals.Lost + 1 };
            }
        }
    }

    /// <summary>
    /// One end of the route lost its connection: what was under way may have gone with it, as NATS promises no more, and the disconnect is counted
    /// already. Nothing is said of those messages.
    /// </summary>
    public void Void()
    {
        lock (_gate)
            _outstanding.Clear();
    }

    private void Remember(long number)
    {
        _arrived.Add(number);
        _oldest.Enqueue(number);
        if (_oldest.Count > Remembered)
            _arrived.Remove(_oldest.Dequeue());
    }
}
