using System.Security.Cryptography;
using System.Text;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;
using NATS.Client.JetStream.Models;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// One round trip through JetStream: a message is published to a stream of the prober's own, acknowledged by its leader, and read back from it. What goes over
/// the connection is what an application would send; the prober's pinned links only help to say why it failed. One tick at a time.
/// </summary>
/// <param name="vantage">Where from.</param>
/// <param name="kind">Which probe this is.</param>
/// <param name="shape">The stream.</param>
/// <param name="subject">Where messages are published.</param>
/// <param name="question">The question that reads back the message with a sequence number.</param>
/// <param name="grants">What the prober's user must be allowed to publish to.</param>
/// <param name="stalls">The prober's own stalls.</param>
/// <param name="clock">The prober's time.</param>
/// <param name="time">Its timers.</param>
/// <param name="log">Where to tell.</param>
internal sealed class JetStreamCanary(
    JetStreamVantage vantage,
    ProbeKind kind,
    JetStreamShape shape,
    string subject,
    Func<ulong, StreamMsgGetRequest> question,
    IReadOnlyList<string> grants,
    StallWatch stalls,
    ProberClock clock,
    TimeProvider time,
    ILogger log) : IDisposable
{
    /// <summary>How often the stream is looked at while all is well: for its peers, and for changes that somebody else made to it.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private readonly string _run = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private readonly JetStreamKeeper _keeper = new(
        shape, what => JetStreamLog.Changed(log, vantage.Cluster, SnakeCase.Of(kind), shape.Name, what), time);
    private readonly JetStreamTelling _telling = new(vantage.Cluster, SnakeCase.Of(kind), log);

    private JetStreamLine? _line;
    private TimeSpan? _looked;
    private long _number;
    private readonly Excuses _excuses = new();
    private bool _everWorked;
    private bool _wasFull;
    private bool _warm;

    /// <summary>Runs one tick. Throws only <see cref="OperationCanceledException"/>, for <paramref name="stop"/>.</summary>
    public async Task<TickResult> RunAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var began = clock.Now;
        var result = await TickAsync(stop).ConfigureAwait(false);
        if (!_warm && result.Outcome is Outcome.Success or Outcome.Indeterminate)
        {
            // The first round trip of a process pays for compiling the code that it runs: tens of milliseconds that no broker took.
            _warm = true;
            result = await TickAsync(stop).ConfigureAwait(false);
        }

        if (result.Outcome is not (Outcome.Indeterminate or Outcome.Disconnected))
            _wasFull = result.Outcome == Outcome.NoSpace;
        _telling.Tell(result, began, clock.Now);
        return result;
    }

    private async Task<TickResult> TickAsync(CancellationToken stop)
    {
        if (Line() is not { Identity: { } identity } line)
            return new(Outcome.Disconnected);
        line.Watch();
        var api = new JetStreamApi(line.Connection);
        if (!_keeper.IsReady && await SetUpAsync(line, identity, api, stop).ConfigureAwait(false) is { } failed)
            return failed;

        var payload = Encoding.ASCII.GetBytes($"{_run}-{++_number}");
        var attempt = new JetStreamAttempt(api, shape.Name, subject, payload, question, clock, time);
        await BoundedAsync(attempt.RunAsync, vantage.Settings.Timeout, line, identity, stop).ConfigureAwait(false);
        if (attempt.Done is { } done)
            return await SucceededAsync(api, attempt.Sent, done, stop).ConfigureAwait(false);
        return attempt.ReadBack == JetStreamReadBack.None || Prevented(line, identity) is not null
            ? await FailedAsync(line, identity, api, attempt.Step, attempt.Answer, attempt.Sent, stop).ConfigureAwait(false)
            : await UnreadAsync(line, identity, api, attempt, stop).ConfigureAwait(false);
    }

    private JetStreamLine? Line()
    {
        var connection = vantage.Connection();
        if (ReferenceEquals(_line?.Connection, connection))
            return _line;
        _line?.Dispose();
        return _line = connection is null ? null : new JetStreamLine(connection, grants);
    }

    /// <returns>The tick's end, if the stream is not as it is to be and cannot be made so.</returns>
    private async Task<TickResult?> SetUpAsync(JetStreamLine line, (string, ulong) identity, JetStreamApi api, CancellationToken stop)
    {
        var began = clock.Now;
        var there = JetStreamAnswer.Silent;
        using var late = new CancellationTokenSource(vantage.Settings.Timeout, time);
        await BoundedAsync(EnsureAsync, vantage.Setup, line, identity, stop).ConfigureAwait(false);
        return there.Reply == JetStreamReply.Given
            ? null
            : await FailedAsync(line, identity, api, JetStreamStep.Stream, there, began, stop).ConfigureAwait(false);

        async Task EnsureAsync(CancellationToken end)
        {
            using var look = CancellationTokenSource.CreateLinkedTokenSource(end, late.Token);
            there = await _keeper.EnsureAsync(api, subject, look.Token, end).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Runs a piece of work for as long as it may take. That is time in which the prober could have heard the answer: what it slept through is added,
    /// up to a limit. The loss of the connection, or a denial, ends it at once.
    /// </summary>
    private async Task BoundedAsync(
        Func<CancellationToken, Task> work, TimeSpan limit, JetStreamLine line, (string, ulong) identity, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var began = clock.Now;
        var running = work(end.Token);
        while (!running.IsCompleted && !stop.IsCancellationRequested && Waiting.GoesOn(stalls, began, clock.Now, limit))
        {
            var rest = Instant.Later(limit - stalls.Awake(began, clock.Now), Waiting.Shortest);
            Task wait = Task.WhenAny(running, line.Trouble).WaitAsync(rest, time, stop);
            await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!line.Trouble.IsCompleted)
                continue;
            if (Prevented(line, identity) is not null)
                break;
            line.Watch(); // old news, from before the tick
        }

        await end.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
    }

    private async Task<TickResult> SucceededAsync(JetStreamApi api, TimeSpan sent, TimeSpan done, CancellationToken stop)
    {
        _excuses.Renew();
        _everWorked = true;

        var result = Waiting.Answered(stalls, sent, done, vantage.Settings.Timeout);
        if (!_telling.IsAway && _looked is { } looked && clock.Now - looked < LookAgain)
            return result;

        // Not part of the measurement. If it is not answered, what was known stands.
        _looked = clock.Now;
        using var extra = new CancellationTokenSource(vantage.Extra, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(extra.Token, stop);
        var seen = await api.StreamAsync(shape.Name, end.Token).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        if (seen.Value is { } info)
            _keeper.Note(info);
        return result;
    }

    /// <param name="line">The connection.</param>
    /// <param name="identity">What it was when the tick began.</param>
    /// <param name="api">Where to ask.</param>
    /// <param name="step">What failed.</param>
    /// <param name="answer">How.</param>
    /// <param name="began">When that step began.</param>
    /// <param name="stop">Ends it at once.</param>
    private async Task<TickResult> FailedAsync(
        JetStreamLine line, (string, ulong) identity, JetStreamApi api, JetStreamStep step, JetStreamAnswer answer, TimeSpan began, CancellationToken stop)
    {
        if (Prevented(line, identity) is { } prevented)
            return prevented;
        if (answer.Reply == JetStreamReply.Silent && Waiting.WasAsleep(stalls, began, clock.Now, vantage.Settings.Timeout) && _excuses.TryTake())
            return new(Outcome.Indeterminate);

        var known = new JetStreamEvidence { Step = step, Failed = answer, EverWorked = _everWorked, WasFull = _wasFull };
        var evidence = await new JetStreamInquiry(vantage, shape.Name, _keeper, time).AskAsync(line, api, known, stop).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        if (Prevented(line, identity) is { } preventedMeanwhile)
            return preventedMeanwhile;
        var (outcome, detail) = JetStreamDiagnosis.Of(evidence);
        if (outcome == Outcome.Error)
            _keeper.Doubt();
        return new(outcome, Detail: detail);
    }

    /// <summary>The message was acknowledged, and something else, or nothing, is where it should be.</summary>
    private async Task<TickResult> UnreadAsync(
        JetStreamLine line, (string, ulong) identity, JetStreamApi api, JetStreamAttempt attempt, CancellationToken stop)
    {
        if (attempt.ReadBack == JetStreamReadBack.Overwritten)
            return new(Outcome.Error, Detail: $"somebody else writes {subject}: is there another prober named {vantage.Prober}?");

        // The gravest thing that a broker can be accused of is worth a second look.
        using var extra = new CancellationTokenSource(vantage.Extra, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(extra.Token, stop);
        var information = api.StreamAsync(shape.Name, end.Token);
        await attempt.ReadAsync(end.Token).ConfigureAwait(false);
        var seen = await information.ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        if (Prevented(line, identity) is { } prevented)
            return prevented;
        if (attempt.Done is not null)
            return new(Outcome.Timeout, Detail: "the message was acknowledged in time, and could be read only after the timeout");
        if (attempt.Answer.Reply != JetStreamReply.Given && attempt.Answer.Code != JetStreamCodes.NoMessage)
            return await FailedAsync(line, identity, api, JetStreamStep.Read, attempt.Answer, attempt.Sent, stop).ConfigureAwait(false);

        _keeper.Doubt();
        var first = seen.Value?.State.FirstSeq;
        if (attempt.ReadBack == JetStreamReadBack.Missing && first is { } begin && !JetStreamReadBacks.IsLoss(attempt.Sequence, begin))
            return new(Outcome.Error, Detail: $"message {attempt.Sequence} was removed: stream {shape.Name} begins at {begin} now; somebody purged it");
        var detail = $"message {attempt.Sequence} of stream {shape.Name} was acknowledged, and "
            + (attempt.ReadBack == JetStreamReadBack.Replaced ? "another is stored in its place" : $"is not there (the last one is {seen.Value?.State.LastSeq})");
        JetStreamLog.Lost(log, vantage.Cluster, SnakeCase.Of(kind), detail);
        return new(Outcome.Error, Detail: detail);
    }

    /// <summary>The tick says nothing about JetStream: the connection is another one, or the prober may not ask.</summary>
    private TickResult? Prevented(JetStreamLine line, (string, ulong) identity) =>
        line.Denial is { } denial ? new(Outcome.Error, Detail: $"{denial}; grant the prober's user publish on {string.Join(", ", grants)}")
        : line.Identity != identity ? new(Outcome.Disconnected)
        : null;

    /// <summary>Stops listening to the connection.</summary>
    public void Dispose() => _line?.Dispose();
}
