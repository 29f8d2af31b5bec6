namespace Cordum.NatsProber.Timing;

/// <summary>When the prober itself was held up lately, and for how long in all. Thread-safe; no instant is counted twice.</summary>
public sealed class StallRecord
{
    /// <summary>Stalls are remembered for longer than any probe may take.</summary>
    private const int Remembered = 256;

    private readonly Lock _gate = new();
    /// <summary>Disjoint, in the order in which they were written down.</summary>
    private readonly List<(TimeSpan From, TimeSpan To)> _recent = new(Remembered + 1);
    private readonly TimeSpan[] _totals = new TimeSpan[Enum.GetValues<StallKind>().Length];
    private TimeSpan _forgottenUntil;
    private TimeSpan _latestBeat;

    /// <summary>When the watch last woke, on the prober's clock.</summary>
    public TimeSpan LatestBeat
    {
        get
        {
            lock (_gate)
                return _latestBeat;
        }
    }

    /// <summary>Time lost to one kind of stall since the start.</summary>
    public TimeSpan Total(StallKind kind)
    {
        lock (_gate)
            return _totals[(int)kind];
    }

    /// <summary>How much of an interval was lost to stalls that have ended.</summary>
    public TimeSpan Overlap(TimeSpan from, TimeSpan to)
    {
        lock (_gate)
        {
            var sum = TimeSpan.Zero;
            foreach (var stall in _recent)
            {
                var held = (stall.To < to ? stall.To : to) - Instant.Later(stall.From, from);
                if (held > TimeSpan.Zero)
                    sum += held;
            }

            return sum;
        }
    }

    /// <summary>The watch is awake.</summary>
    internal void Woke(TimeSpan at)
    {
        lock (_gate)
            _latestBeat = at;
    }

    /// <summary>
    /// Writes down a stall that has ended. Parts of it that are written down already stay with the kind that came first; a long stall with a short one
    /// within it keeps what lies on both sides.
    /// </summary>
    internal void Add(StallKind kind, TimeSpan from, TimeSpan to)
    {
        lock (_gate)
        {
            from = Instant.Later(from, _forgottenUntil);
            if (to <= from)
                return;

            _totals[(int)kind] += to - from - Overlap(from, to);
            for (var i = _recent.Count - 1; i >= 0; i--)
            {
                var held = _recent[i];
                if (held.To < from || held.From > to)
                    continue;
                from = held.From < from ? held.From : from;
                to = Instant.Later(held.To, to);
                _recent.RemoveAt(i);
            }

            _recent.Add((from, to));
            if (_recent.Count <= Remembered)
                return;
            _forgottenUntil = Instant.Later(_forgottenUntil, _recent[0].To);
            _recent.RemoveAt(0);
        }
    }
}
