using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Brokers;

/// <summary>
/// The connections over which one cluster's brokers are asked, all with the same credentials: a few, wherever a link is open, and on their own, so that a subject which the broker
/// denies harms no probe.
/// </summary>
internal sealed class Observers
{
    /// <summary>How many are held at most: enough to hear of a broker whose death takes one of them along.</summary>
    public const int Most = 3;

    private readonly Lock _gate = new();
    private readonly List<Observer> _open = [];
    private BrokerWord _problem = new(BrokerView.Unreachable, "no connection to ask over yet");

    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first connection has been made, or could not be.</summary>
    public Task Settled => _settled.Task;

    /// <summary>One seat for each connection; who wants to make one waits for it.</summary>
    public SemaphoreSlim Seats { get; } = new(Most);

    /// <summary>Why there is no connection.</summary>
    public BrokerWord Problem
    {
        get
        {
            lock (_gate)
                return _problem;
        }
    }

    /// <summary>There is one at least, and what brokers announce is heard on it.</summary>
    public bool AreListening
    {
        get
        {
            lock (_gate)
                return _open.Count > 0;
        }
    }

    /// <summary>A connection to ask about a broker over; null if there is none.</summary>
    /// <param name="endpoint">The broker's endpoint. One through another broker is better: this one may be the one that hangs.</param>
    /// <param name="inVain">The one over which the last question went unanswered; null if it did not. The route between the two brokers may be cut.</param>
    public Observer? Choose(string endpoint, Observer? inVain = null)
    {
        lock (_gate)
        {
            return _open.Where(observer => !observer.Session.Ended.IsCompleted)
                .OrderBy(observer => ReferenceEquals(observer, inVain))
                .ThenBy(observer => observer.Endpoint == endpoint)
                .ThenByDescending(observer => observer.IsUp)
                .ThenByDescending(observer => observer.Session.LastReadAt)
                .FirstOrDefault();
        }
    }

    /// <summary>One more.</summary>
    public void Add(Observer observer)
    {
        lock (_gate)
            _open.Add(observer);
        _settled.TrySetResult();
    }

    /// <summary>One less.</summary>
    public void Remove(Observer observer)
    {
        lock (_gate)
        {
            _open.Remove(observer);
            _problem = new(BrokerView.Unreachable, "no connection to ask over");
        }
    }

    /// <summary>One could not be made.</summary>
    public void Failed(DialResult.Failed failed)
    {
        lock (_gate)
            _problem = new(failed.Cause is DisconnectCause.Auth or DisconnectCause.AuthExpired ? BrokerView.Denied : BrokerView.Unreachable, failed.Detail);
    }
}

/// <summary>One open connection to ask over.</summary>
/// <param name="endpoint">To whose broker it leads.</param>
/// <param name="session">The connection.</param>
/// <param name="isUp">Whether the endpoint's link is open, too, and answers.</param>
internal sealed class Observer(string endpoint, LinkSession session, Func<bool> isUp)
{
    private readonly Lock _gate = new();
    private readonly List<CancellationTokenSource> _waiting = [];
    private string? _denial;

    /// <summary>To whose broker it leads.</summary>
    public string Endpoint => endpoint;

    /// <summary>The connection.</summary>
    public LinkSession Session => session;

    /// <summary>Whether the endpoint's link is open, and answers.</summary>
    public bool IsUp => isUp();

    /// <summary>The broker's words when it denied the questions; null if it has not.</summary>
    public string? Denial
    {
        get
        {
            lock (_gate)
                return _denial;
        }
    }

    /// <summary>The broker has denied a subject of the questions: who waits for an answer on this connection need not any longer.</summary>
    public void Denied(string words)
    {
        List<CancellationTokenSource> waiting;
        lock (_gate)
        {
            _denial ??= words;
            waiting = [.. _waiting];
        }

        foreach (var one in waiting)
            one.Cancel();
    }

    /// <summary>Cancels <paramref name="waiting"/> when the questions are denied; until the result is disposed.</summary>
    public IDisposable WhenDenied(CancellationTokenSource waiting)
    {
        lock (_gate)
            _waiting.Add(waiting);
        return new Wait(this, waiting);
    }

    private sealed class Wait(Observer of, CancellationTokenSource waiting) : IDisposable
    {
        public void Dispose()
        {
            lock (of._gate)
                of._waiting.Remove(waiting);
        }
    }
}
