using Cordum.NatsProber.Links;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Brokers;

/// <summary>
/// One broker's view of itself: each tick asks every source that there is how the broker is, and the best that answers for the rest. The only writer of the facts.
/// </summary>
internal sealed class BrokerWatch
{
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(50);

    private readonly BrokerProbeTimes _times;
    private readonly Func<LinkSession?> _link;
    private readonly ProberClock _clock;
    private readonly TimeProvider _time;
    private readonly HealthRoundTrip _health;
    private readonly Lock _gate = new();
    private volatile BrokerFacts _facts = BrokerFacts.None;
    private volatile AskedSource? _best;
    private TimeSpan? _aliveAt;

    /// <param name="where">The endpoint.</param>
    /// <param name="sources">Who can be asked, the best first.</param>
    /// <param name="times">How often, and how long an answer may take.</param>
    /// <param name="link">The endpoint's open link, of which the broker is asked.</param>
    /// <param name="stalls">The prober's own stalls.</param>
    /// <param name="clock">The prober's clock.</param>
    /// <param name="time">The source of time.</param>
    /// <param name="logs">For the log.</param>
    public BrokerWatch(
        LinkIdentity where,
        IReadOnlyList<AskedSource> sources,
        BrokerProbeTimes times,
        Func<LinkSession?> link,
        StallWatch stalls,
        ProberClock clock,
        TimeProvider time,
        ILoggerFactory logs)
    {
        Where = where;
        Sources = sources;
        _times = times;
        _link = link;
        _clock = clock;
        _time = time;
        _health = new HealthRoundTrip(where, AskHealthAsync, times.Timeout, stalls, clock, time, logs.CreateLogger<HealthRoundTrip>());
    }

    /// <summary>The endpoint.</summary>
    public LinkIdentity Where { get; }

    /// <summary>Who can be asked, the best first.</summary>
    public IReadOnlyList<AskedSource> Sources { get; }

    /// <summary>What the latest tick that found out anything has found.</summary>
    public BrokerWord Word => _health.Latest;

    /// <summary>What the broker has said of itself.</summary>
    public BrokerFacts Facts => _facts;

    /// <summary>Which source the word and the facts are from; null if none answers.</summary>
    public SourceKind? Source => _best?.Kind ?? (Word.View == BrokerView.Alive ? SourceKind.Account : null);

    /// <summary>When the question was asked that the broker answered last, through whichever source; null before.</summary>
    public TimeSpan? AliveAt
    {
        get
        {
            lock (_gate)
                return _aliveAt;
        }
    }

    /// <summary>The broker has answered somebody's question.</summary>
    /// <param name="asked">When it was asked.</param>
    public void Lives(TimeSpan asked)
    {
        lock (_gate)
            _aliveAt = Instant.Later(_aliveAt ?? asked, asked);
    }

    /// <summary>The endpoint's link is open: this is the process there now.</summary>
    public void Reached(BrokerInfo broker) => Learn(facts => facts.Met(broker.ServerId, broker.ServerName));

    /// <summary>Runs one tick. Throws only <see cref="OperationCanceledException"/>, for <paramref name="stop"/>.</summary>
    public async Task<TickResult> RunAsync(CancellationToken stop)
    {
        var began = _clock.Now;
        var session = _link();
        // That the broker lives is asked of the account too, which knows nothing of health.
        var others = Sources.Where(source => source.Kind == SourceKind.Account && Sources.Count > 1).Select(source => LooksAliveAsync(source, session, stop)).ToList();
        var result = await _health.RunAsync(stop).ConfigureAwait(false);
        if (!IsWord(Word))
            _best = null; // the question was taken back when its time was up, before anybody could be chosen
        var left = (_times.Every * 0.8) - (_clock.Now - began);
        if (_best is { } best && left > ShortestLook)
            await LearnAsync(best, session, Instant.Earlier(left, _times.Timeout), stop).ConfigureAwait(false);
        await Task.WhenAll(others).ConfigureAwait(false); // last, so that a source that hangs keeps nobody from the others' answers
        return result;
    }

    /// <summary>The best word that there is about the broker's health; where no source knows of that, whether it lives.</summary>
    private async Task<MonitorReply> AskHealthAsync(CancellationToken stop)
    {
        List<AskedSource> able = [.. Sources.Where(source => source.Kind != SourceKind.Account)];
        if (able.Count == 0)
        {
            var lives = await LooksAliveAsync(Sources[0], _link(), stop).ConfigureAwait(false);
            _best = null;
            return lives is MonitorReply.Answered ? new MonitorReply.Lives() : lives;
        }

        // The second best must still be of use when the best hangs.
        var limit = able.Count == 1 ? Timeout.InfiniteTimeSpan : _times.Timeout * 0.75;
        var replies = await Task.WhenAll(able.Select(async source =>
        {
            var asked = _clock.Now;
            var reply = await source.AskAsync(BrokerQuestion.Health, static reply => IsWord(HealthAnswer.Read(reply)), limit, stop).ConfigureAwait(false);
            if (IsWord(HealthAnswer.Read(reply)))
                Lives(asked);
            return (Source: source, Reply: reply);
        })).ConfigureAwait(false);
        var best = replies.FirstOrDefault(one => IsWord(HealthAnswer.Read(one.Reply)));
        _best = best.Source;
        return best.Reply ?? replies[0].Reply;
    }

    /// <returns>False if that changed nothing.</returns>
    private bool Learn(Func<BrokerFacts, BrokerFacts> more)
    {
        lock (_gate)
        {
            var before = _facts;
            _facts = more(before);
            return !ReferenceEquals(before, _facts);
        }
    }

    private static bool IsWord(BrokerWord word) => word.View is BrokerView.Healthy or BrokerView.Unhealthy;

    /// <summary>The own account is told of connections alone. That there is an answer is the answer.</summary>
    private async Task<MonitorReply> LooksAliveAsync(AskedSource source, LinkSession? session, CancellationToken stop)
    {
        var asked = _clock.Now;
        var clientId = session?.Broker.ClientId ?? BrokerQuestion.Nobody;
        var reply = await source.AskAsync(BrokerQuestion.Open(clientId), static reply => MonitorPages.Connz(reply) is not null, _times.Timeout, stop).ConfigureAwait(false);
        if (MonitorPages.Connz(reply) is not { } page)
            return reply is MonitorReply.Answered ? new MonitorReply.Failed(BrokerView.Malformed, "an answer that is none of a broker's") : reply;
        Lives(asked);
        Learn(facts => facts.With(page.ServerId!));
        if (session is not null && page.ServerId == session.Broker.ServerId)
            Learn(facts => facts.With(page.Of(clientId) ?? ConnectionRecord.None, _clock.Now));
        return reply;
    }

    private async Task LearnAsync(AskedSource best, LinkSession? session, TimeSpan limit, CancellationToken stop)
    {
        using var end = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, end.Token);
        try
        {
            var asked = _time.GetUtcNow();
            if (await ReadAsync(BrokerQuestion.Varz, MonitorPages.Varz).ConfigureAwait(false) is { } varz && !Learn(facts => facts.With(varz, asked, _time.GetUtcNow())))
                return; // another broker's: what it would say of the rest is no word about this one either
            if (session is null)
                Learn(facts => facts.With(null, _clock.Now));
            else if (await ReadAsync(BrokerQuestion.Open(session.Broker.ClientId), MonitorPages.Connz).ConfigureAwait(false) is { } connz
                && connz.ServerId == session.Broker.ServerId)
                Learn(facts => facts.With(connz.Of(session.Broker.ClientId) ?? ConnectionRecord.None, _clock.Now));
            if (await ReadAsync(BrokerQuestion.Routez, MonitorPages.Routez).ConfigureAwait(false) is { } routez)
                Learn(facts => facts with { RoutePeers = routez.Peers });
            if (await ReadAsync(BrokerQuestion.Jsz, MonitorPages.Jsz).ConfigureAwait(false) is { } jsz)
                Learn(facts => facts with { HasMetaGroup = jsz.Meta is not null, KnowsMetaLeader = jsz.Meta?.Leader is { Length: > 0 } });
            var isHealthy = Word.View == BrokerView.Healthy || (Word.View == BrokerView.Unhealthy && await ServerIsHealthyAsync().ConfigureAwait(false));
            Learn(facts => facts with { ServerIsHealthy = isHealthy });
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // What is known by now stands until the next tick; the question that took too long is counted.
        }

        Task<T?> ReadAsync<T>(BrokerQuestion question, Func<MonitorReply, T?> read)
            where T : class => best.ReadAsync(question, read, limit, either.Token);

        async Task<bool> ServerIsHealthyAsync() =>
            await ReadAsync(BrokerQuestion.HealthOfServer, static reply => HealthAnswer.Read(reply) is var word && IsWord(word) ? word : null).ConfigureAwait(false) is { View: BrokerView.Healthy };
    }
}

/// <summary>How often a broker is asked, and how long an answer may take.</summary>
internal readonly record struct BrokerProbeTimes(TimeSpan Every, TimeSpan Timeout);
