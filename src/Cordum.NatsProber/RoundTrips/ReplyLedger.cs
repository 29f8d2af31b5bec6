namespace Cordum.NatsProber.RoundTrips;

/// <summary>What a reply is, seen from the request that waits.</summary>
public enum ReplyKind
{
    /// <summary>The answer to the request under way.</summary>
    Current,

    /// <summary>The first answer to a request whose time was up.</summary>
    Late,

    /// <summary>Another answer to a request that was answered before.</summary>
    Duplicate,

    /// <summary>An answer to a request that this link never made.</summary>
    Stray,
}

/// <summary>
/// Tells the reply to the current request from late and repeated ones. One request is under way at a time; numbers only grow, over all
/// sessions of a link, so that an answer from before a reconnect is known as such. Thread-safe.
/// </summary>
public sealed class ReplyLedger
{
    /// <summary>Unanswered requests that are remembered; a reply to an older one counts as a duplicate.</summary>
    private const int Remembered = 1024;

    private readonly Lock _gate = new();
    private readonly HashSet<long> _unanswered = [];
    private readonly Queue<long> _oldest = new();
    private long _current;
    private bool _waiting;

    /// <summary>Opens the next request; the one before, if still open, is given up.</summary>
    /// <returns>Its number, from 1.</returns>
    public long Next()
    {
        lock (_gate)
        {
            GiveUp();
            _waiting = true;
            return ++_current;
        }
    }

    /// <summary>Nobody waits for the current request any more: its answer will be late.</summary>
    public void GiveUp()
    {
        lock (_gate)
        {
            if (!_waiting)
                return;
            _waiting = false;
            _unanswered.Add(_current);
            _oldest.Enqueue(_current);
            if (_oldest.Count > Remembered)
                _unanswered.Remove(_oldest.Dequeue());
        }
    }

    /// <summary>Takes note of a reply.</summary>
    /// <param name="number">The number that it carries.</param>
    public ReplyKind Take(long number)
    {
        lock (_gate)
        {
            if (number < 1 || number > _current)
                return ReplyKind.Stray;
            if (number == _current && _waiting)
            {
                _waiting = false;
                return ReplyKind.Current;
            }

            return _unanswered.Remove(number) ? ReplyKind.Late : ReplyKind.Duplicate;
        }
    }
}
