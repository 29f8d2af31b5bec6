using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Brokers;

/// <summary>A disconnect that has no verdict yet, or whose connection the broker still counts.</summary>
/// <param name="Endpoint">The broker's endpoint; null if it is none of the probe file's.</param>
/// <param name="At">Wall time of the client's event.</param>
/// <param name="Case">The evidence so far.</param>
/// <param name="IsPending">It has no verdict yet.</param>
/// <param name="CountsDeadLink">The broker still counts the connection as open.</param>
internal sealed record OpenCase(string? Endpoint, DateTimeOffset At, DisconnectCase Case, bool IsPending, bool CountsDeadLink);

/// <summary>A disconnect with its verdict.</summary>
/// <param name="Endpoint">The broker's endpoint; null if it is none of the probe file's.</param>
/// <param name="At">Wall time of the client's event.</param>
/// <param name="Case">All evidence.</param>
/// <param name="Conclusion">The verdict, and what decided it.</param>
/// <param name="ConcludedAt">Wall time of the verdict.</param>
/// <param name="RegainedAt">When the link was open again, on the prober's clock; null if it was not by then.</param>
/// <param name="ClockSkew">The broker's clock less the prober's; null if not known.</param>
internal sealed record JudgedDisconnect(
    string? Endpoint, DateTimeOffset At, DisconnectCase Case, Conclusion Conclusion, DateTimeOffset ConcludedAt, TimeSpan? RegainedAt, TimeSpan? ClockSkew)
{
    /// <summary>How far the skew may be off, either way; null if not known.</summary>
    public TimeSpan? ClockSkewError { get; init; }

    /// <summary>When the process that the link was lost to had been started, by its own clock; null if not known.</summary>
    public DateTimeOffset? BrokerStartedAt { get; init; }
}

/// <summary>The verdicts of one cluster: counted all, remembered the latest.</summary>
/// <param name="memory">What bounds how many all clusters' histories remember together.</param>
internal sealed class DisconnectHistory(DisconnectMemory memory)
{
    /// <summary>How many are remembered, if all of them together are not too many.</summary>
    public const int Most = 500;

    private static readonly int VerdictCount = Enum.GetValues<Verdict>().Length;

    private readonly Lock _gate = new();
    private readonly List<JudgedDisconnect> _latest = [];
    private readonly Dictionary<LinkIdentity, long[]> _counts = [];

    /// <summary>The remembered ones, the oldest first.</summary>
    public IReadOnlyList<JudgedDisconnect> Latest
    {
        get
        {
            lock (_gate)
                return [.. _latest];
        }
    }

    /// <summary>How many are remembered now.</summary>
    public int Remembered
    {
        get
        {
            lock (_gate)
                return _latest.Count;
        }
    }

    /// <summary>Verdicts on one link's disconnects, indexed by <see cref="Verdict"/>.</summary>
    public IReadOnlyList<long> Counts(LinkIdentity link)
    {
        lock (_gate)
            return _counts.TryGetValue(link, out var counts) ? [.. counts] : new long[VerdictCount];
    }

    /// <summary>One more.</summary>
    public void Add(JudgedDisconnect judged)
    {
        lock (_gate)
        {
            var link = judged.Case.Loss.Link;
            if (!_counts.TryGetValue(link, out var counts))
                _counts[link] = counts = new long[VerdictCount];
            counts[(int)judged.Conclusion.Verdict]++;
        }

        Remember(judged);
    }

    /// <summary>One that this prober did not see, and so does not count.</summary>
    public void Remember(JudgedDisconnect judged)
    {
        lock (_gate)
        {
            _latest.Add(judged);
            if (_latest.Count > Most)
                _latest.RemoveAt(0);
        }

        memory.Grown(); // outside of the lock: it may take another history's
    }

    /// <summary>Forgets the oldest that is remembered.</summary>
    internal void ForgetOldest()
    {
        lock (_gate)
        {
            if (_latest.Count > 0)
                _latest.RemoveAt(0);
        }
    }

    /// <summary>A link is open. A verdict may come before the link, or the broker's successor, does: both are noted beside it, and it stands.</summary>
    /// <param name="link">Which link.</param>
    /// <param name="endpoint">The endpoint of the broker that it is open to; null if it is none of the probe file's.</param>
    /// <param name="opened">To which process, and when.</param>
    public void Opened(LinkIdentity link, string? endpoint, CaseEvidence.Opened opened)
    {
        lock (_gate)
        {
            for (var i = 0; i < _latest.Count; i++)
            {
                var one = _latest[i];
                if (one.Case.Loss.Link == link && one.RegainedAt is null && one.Case.Loss.At <= opened.At)
                    one = one with { RegainedAt = opened.At };
                if (endpoint is not null && one.Endpoint == endpoint && one.Case is { Reopened: null, Successor: null })
                    one = one with { Case = one.Case.With(opened) };
                _latest[i] = one;
            }
        }
    }

    /// <summary>The link is probed no longer: its counts are forgotten with its series.</summary>
    public void Forget(LinkIdentity link)
    {
        lock (_gate)
            _counts.Remove(link);
    }
}
