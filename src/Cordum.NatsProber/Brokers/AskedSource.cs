namespace Cordum.NatsProber.Brokers;

/// <summary>How one question to a source ended. A closed set: the <c>outcome</c> label of <c>cordum_nats_broker_query_total</c>, in snake case.</summary>
public enum QueryOutcome
{
    /// <summary>With an answer.</summary>
    Ok,

    /// <summary>Nobody gave a whole answer: refused, not resolved, cut, or there is no connection to ask over.</summary>
    Unreachable,

    /// <summary>No whole answer in time.</summary>
    Timeout,

    /// <summary>Somebody answered, and would not tell.</summary>
    Denied,

    /// <summary>The TLS handshake failed, or a certificate file cannot be used.</summary>
    Tls,

    /// <summary>Somebody answered, and it is not what a broker says.</summary>
    Malformed,
}

/// <summary>A source whose questions are bounded in time and counted. Safe for several askers at once.</summary>
/// <param name="source">The source.</param>
/// <param name="time">The source of time.</param>
internal sealed class AskedSource(IBrokerSource source, TimeProvider time)
{
    private readonly long[] _counts = new long[Enum.GetValues<QueryOutcome>().Length];
    private volatile bool _isUp;
    private volatile int _latest = -1;

    /// <summary>What kind of source it is.</summary>
    public SourceKind Kind => source.Kind;

    /// <summary>Its latest answer was one.</summary>
    public bool IsUp => _isUp;

    /// <summary>How its latest question ended; null before the first.</summary>
    public QueryOutcome? Latest => _latest is var latest and >= 0 ? (QueryOutcome)latest : null;

    /// <summary>How many questions have ended so.</summary>
    public long Count(QueryOutcome outcome) => Interlocked.Read(ref _counts[(int)outcome]);

    /// <summary>Asks. Throws only <see cref="OperationCanceledException"/>, for <paramref name="stop"/>.</summary>
    /// <param name="question">The question.</param>
    /// <param name="isAnswer">Whether what came is an answer to it.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="stop">Ends it; counted as a timeout, since nothing had come by then.</param>
    public async Task<MonitorReply> AskAsync(BrokerQuestion question, Func<MonitorReply, bool> isAnswer, TimeSpan limit, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            var reply = await source.AskAsync(question, either.Token).ConfigureAwait(false);
            Note(OutcomeOf(reply, isAnswer));
            return reply;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            Note(QueryOutcome.Timeout);
            stop.ThrowIfCancellationRequested();
            return new MonitorReply.Failed(BrokerView.Timeout, $"no whole answer within {limit.TotalMilliseconds:0} ms");
        }
    }

    /// <summary>Asks for a page, as <see cref="AskAsync"/> does, and reads it once.</summary>
    /// <returns>Null if what came is no such page.</returns>
    public async Task<T?> ReadAsync<T>(BrokerQuestion question, Func<MonitorReply, T?> read, TimeSpan limit, CancellationToken stop)
        where T : class
    {
        T? page = null;
        await AskAsync(question, reply => (page = read(reply)) is not null, limit, stop).ConfigureAwait(false);
        return page;
    }

    private static QueryOutcome OutcomeOf(MonitorReply reply, Func<MonitorReply, bool> isAnswer) => reply switch
    {
        MonitorReply.Failed { Word.View: BrokerView.Unreachable } => QueryOutcome.Unreachable,
        MonitorReply.Failed { Word.View: BrokerView.Timeout } => QueryOutcome.Timeout,
        MonitorReply.Failed { Word.View: BrokerView.Denied } => QueryOutcome.Denied,
        MonitorReply.Failed { Word.View: BrokerView.Tls } => QueryOutcome.Tls,
        MonitorReply.Failed => QueryOutcome.Malformed,
        MonitorReply.Answered { Status: 401 or 403 or 407 } => QueryOutcome.Denied,
        _ => isAnswer(reply) ? QueryOutcome.Ok : QueryOutcome.Malformed,
    };

    private void Note(QueryOutcome outcome)
    {
        Interlocked.Increment(ref _counts[(int)outcome]);
        _isUp = outcome == QueryOutcome.Ok;
        _latest = (int)outcome;
    }
}
