using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;
using NATS.Client.Core;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// One request/reply round trip over a link, to the prober's own responder: the one on the same broker, or any of the cluster's. One tick at a time.
/// </summary>
/// <remarks>
/// A broker that hangs keeps its sockets open, and only silence gives it away. So a PING follows a request that is still unanswered after a
/// quarter of the timeout: if neither reply nor PONG comes until the end, the link itself is lost; if the PONG comes, the link stands, and it is
/// the round trip that failed. Where the responder has not been there yet, a message to the link itself follows as well: a broker that brings that back, and no
/// answer, has failed nobody.
/// </remarks>
internal sealed class RequestRoundTrip(
    ILink link,
    IAnswerers responder,
    ProbeSubjects subjects,
    TimeSpan timeout,
    Action<ReplyKind> discarded,
    StallWatch stalls,
    ProberClock clock,
    TimeProvider time,
    ILogger<RequestRoundTrip> log)
{
    private readonly ReplyLedger _ledger = new();
    private ReplyIntake? _intake;
    private LinkSession? _toldDenial;
    private readonly Excuses _excuses = new();
    private bool _warm;

    /// <summary>Runs one tick. Throws only <see cref="OperationCanceledException"/>, for <paramref name="stop"/>.</summary>
    public async Task<TickResult> RunAsync(CancellationToken stop)
    {
        if (!await CompletesAsync(link.Settled, timeout, stop).ConfigureAwait(false))
            return new(Outcome.Indeterminate); // the first dial is still under way: the link has no state yet that could be told
        if (link.Session is not { } session)
            return new(link.Snapshot.State.LatestCause == DisconnectCause.WrongServer ? Outcome.WrongServer : Outcome.Disconnected);

        var result = await TickAsync(session, stop).ConfigureAwait(false);
        if (_warm || result.Outcome is not (Outcome.Success or Outcome.Indeterminate))
            return result;

        // The first round trip of a process pays for compiling the code that it runs: tens of milliseconds that no broker took.
        _warm = true;
        return await TickAsync(session, stop).ConfigureAwait(false);
    }

    private async Task<TickResult> TickAsync(LinkSession session, CancellationToken stop)
    {
        var began = clock.Now;
        try
        {
            _intake ??= new(link, subjects.AnyReply, _ledger, discarded, clock);
            var listener = await _intake.ListenAsync(session).WaitAsync(timeout, time, stop).ConfigureAwait(false);
            if (!responder.IsReady(session))
                await AnswerableAsync(session, stop).ConfigureAwait(false);
            return await RequestAsync(session, listener, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (!stop.IsCancellationRequested && session.Ended.IsCompleted
            && e is NatsException or ObjectDisposedException or OperationCanceledException or TimeoutException)
        {
            return new(Outcome.Disconnected); // the client folded up under our hands; the link's keeper knows why, and when
        }
        catch (Exception e) when (!stop.IsCancellationRequested && e is TimeoutException or OperationCanceledException)
        {
            // Neither a subscription nor a request is more than a few bytes: a broker that lets a socket fill up with those reads nothing.
            var now = clock.Now;
            link.FellSilent(session, new SocketEnd(DisconnectCause.Timeout, began, now, "the broker takes no more bytes"));
            return new(Outcome.Timeout);
        }
        finally
        {
            _ledger.GiveUp();
        }
    }

    private Task AnswerableAsync(LinkSession session, CancellationToken stop) =>
        Waiting.HalfOfAsync(ready => responder.WhenReadyAsync(session, ready), timeout, time, stop);

    private async Task<TickResult> RequestAsync(LinkSession session, ReplyListener listener, CancellationToken stop)
    {
        var number = _ledger.Next();
        var reply = listener.Expect();
        var answered = Task.WhenAny(reply, session.Ended);
        session.MarkNextSend();
        var sent = clock.Now;
        var publishing = session.Connection.PublishAsync(subjects.Request, Array.Empty<byte>(), replyTo: subjects.Reply(number), cancellationToken: stop);
        // As a rule it is queued at once, and needs neither a timer nor a token of its own.
        if (publishing.IsCompletedSuccessfully)
            publishing.GetAwaiter().GetResult();
        else
            await publishing.AsTask().WaitAsync(timeout, time, stop).ConfigureAwait(false);
        if (await CompletesAsync(answered, timeout / 4, stop).ConfigureAwait(false))
            return await RepliedAsync(session, reply, sent).ConfigureAwait(false);

        session.UnansweredSince = sent;
        var attended = responder.HasServed(session, sent);
        if (!attended)
            await session.Connection.PublishAsync(subjects.Echo, Array.Empty<byte>(), cancellationToken: stop).AsTask().WaitAsync(timeout, time, stop).ConfigureAwait(false);
        var pinged = clock.Now;
        using var pingEnds = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var ping = session.Connection.PingAsync(pingEnds.Token).AsTask();
        try
        {
            while (Waiting.GoesOn(stalls, sent, clock.Now, timeout))
            {
                if (await CompletesAsync(answered, timeout - stalls.Awake(sent, clock.Now), stop).ConfigureAwait(false))
                    return await RepliedAsync(session, reply, sent).ConfigureAwait(false);
            }

            return Failed(session, sent, alive: ping.IsCompletedSuccessfully || session.LastReadAt > pinged, unattended: !attended && listener.HasEchoed(sent));
        }
        finally
        {
            await pingEnds.CancelAsync().ConfigureAwait(false);
            await ping.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)
                .ConfigureAwait(false);
        }
    }

    private async Task<TickResult> RepliedAsync(LinkSession session, Task<Reply> reply, TimeSpan sent)
    {
        if (!reply.IsCompleted)
            return new(Outcome.Disconnected); // the session ended; its keeper knows why, and when

        _excuses.Renew();
        session.UnansweredSince = null;
        var answer = await reply.ConfigureAwait(false);
        if (!answer.NoResponders && !responder.MayAnswer(session, answer.ServerId))
        {
            RequestLog.WrongServer(log, link.Identity.Cluster, link.Identity.Endpoint, session.Broker.ServerId, answer.ServerId);
            return new(Outcome.WrongServer);
        }

        // That nobody listens is an answer, too: the broker's own, to a request that it took.
        link.Report(session, new LinkEvent.RoundTripSucceeded(sent, answer.At));
        if (answer.NoResponders)
            return responder.WasSettling(sent) ? new(Outcome.Indeterminate) : new(Outcome.NoResponders, Detail: responder.Problem);

        // On the way to the socket it was in our hands. That it went out is what began the round trip.
        return Waiting.Answered(stalls, session.SentSinceMark ?? sent, answer.At, timeout);
    }

    /// <param name="session">The session that the request went over.</param>
    /// <param name="sent">When.</param>
    /// <param name="alive">The broker gave another sign of life since.</param>
    /// <param name="unattended">It delivers, and there was nobody yet to deliver the request to.</param>
    private TickResult Failed(LinkSession session, TimeSpan sent, bool alive, bool unattended)
    {
        var now = clock.Now;
        if (session.Ended.IsCompleted)
            return new(Outcome.Disconnected);
        if (Waiting.WasAsleep(stalls, sent, now, timeout) && _excuses.TryTake())
            return new(Outcome.Indeterminate);

        if (!alive)
        {
            link.FellSilent(session, new SocketEnd(
                DisconnectCause.Timeout, sent, now, $"no reply within {timeout.TotalMilliseconds:0} ms, nor a PONG: the broker is silent"));
            return new(Outcome.Timeout);
        }

        if ((session.Denial ?? responder.Denial) is { } denial)
        {
            // The broker does what it was told to. It is for the prober's owner to mend.
            if (!ReferenceEquals(_toldDenial, session))
                RequestLog.Denied(log, link.Identity.Cluster, link.Identity.Endpoint, denial, subjects.Grant);
            _toldDenial = session;
            return new(Outcome.Error, Detail: $"{denial}; grant the prober's user publish and subscribe on {subjects.Grant}");
        }

        // Where somebody else takes in the prober's subjects, as who listens to all of them does, a broker never says that nobody answers.
        if (unattended)
        {
            session.UnansweredSince = null;
            return responder.Problem is { } problem ? new(Outcome.NoResponders, Detail: problem) : new(Outcome.Indeterminate);
        }

        link.Report(session, new LinkEvent.RoundTripFailed(sent, now));
        responder.Renew();
        return new(Outcome.Timeout);
    }

    private Task<bool> CompletesAsync(Task task, TimeSpan within, CancellationToken stop) => Waiting.CompletesAsync(task, within, time, stop);
}

internal static partial class RequestLog
{
    [LoggerMessage(30, LogLevel.Error, "{Cluster}/{Endpoint} a request that entered at broker {Asked} was answered on broker {Answered}")]
    public static partial void WrongServer(ILogger log, string cluster, string endpoint, string asked, string answered);

    [LoggerMessage(31, LogLevel.Error, "{Cluster}/{Endpoint} the prober may not use its own subjects: {Denial}; grant its user publish and subscribe on {Grant}")]
    public static partial void Denied(ILogger log, string cluster, string endpoint, string denial, string grant);
}
