using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;
using NATS.Client.Core;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// One request/reply round trip over a pinned link, to the prober's own responder on the same broker. One tick at a time.
/// </summary>
/// <remarks>
/// A broker that hangs keeps its sockets open, and only silence gives it away. So, half-way through the timeout, a PING follows a request that
/// is still unanswered: if neither reply nor PONG comes until the end, the link itself is lost; if the PONG comes, the link stands, and it is
/// the round trip that failed.
/// </remarks>
internal sealed class RequestRoundTrip(
    LinkKeeper link,
    ResponderKeeper responder,
    ProbeSubjects subjects,
    TimeSpan timeout,
    Action<ReplyKind> discarded,
    StallWatch stalls,
    ProberClock clock,
    TimeProvider time,
    ILogger<RequestRoundTrip> log)
{
    /// <summary>Timers count whole milliseconds; a shorter wait would spin.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>How many timeouts a tick may take when the prober keeps being held up; after that nothing can be said.</summary>
    private const int LongestWait = 3;

    private readonly ReplyLedger _ledger = new();
    private ReplyListener? _listener;
    private bool _warm;

    /// <summary>Runs one tick. Takes no longer than about the timeout, and throws only <see cref="OperationCanceledException"/> for <paramref name="stop"/>.</summary>
    public async Task<TickResult> RunAsync(CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        try
        {
            await link.Settled.WaitAsync(either.Token).ConfigureAwait(false);
            if (link.Session is not { } session)
                return new(link.Snapshot.State.LatestCause == DisconnectCause.WrongServer ? Outcome.WrongServer : Outcome.Disconnected);
            var result = await RequestAsync(session, either.Token, stop).ConfigureAwait(false);
            if (_warm || result.Outcome is not (Outcome.Success or Outcome.Indeterminate))
                return result;

            // The first round trip of a process pays for compiling the code that it runs: tens of milliseconds that no broker took.
            _warm = true;
            return await RequestAsync(session, either.Token, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Not even the first dial has ended within the tick's time.
            return new(Outcome.Disconnected);
        }
    }

    private async Task<TickResult> RequestAsync(LinkSession session, CancellationToken deadline, CancellationToken stop)
    {
        var sent = clock.Now;
        try
        {
            var listener = await ListenAsync(session, deadline).ConfigureAwait(false);
            await ResponderOrHalfTimeAsync(session, deadline).ConfigureAwait(false);

            var number = _ledger.Next();
            var reply = listener.Expect();
            sent = clock.Now;
            using var unsent = CancellationTokenSource.CreateLinkedTokenSource(stop);
            unsent.CancelAfter(timeout);
            await session.Connection.PublishAsync(subjects.Request, Array.Empty<byte>(), replyTo: subjects.Reply(number), cancellationToken: unsent.Token)
                .ConfigureAwait(false);
            return await OutcomeAsync(session, reply, sent, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (!stop.IsCancellationRequested && e is OperationCanceledException or NatsException or ObjectDisposedException)
        {
            // Writing did not get through in time, or the client has folded up.
            return Failed(session, sent, sign: sent, e.Message);
        }
        finally
        {
            _ledger.GiveUp();
        }
    }

    /// <summary>Waits for the reply; asks for a sign of life at half-time; decides what silence means at the end.</summary>
    private async Task<TickResult> OutcomeAsync(LinkSession session, Task<Reply> reply, TimeSpan sent, CancellationToken stop)
    {
        var half = timeout / 2;
        if (await AnsweredAsync(half).ConfigureAwait(false))
            return await RepliedAsync(session, reply, sent).ConfigureAwait(false);

        var pinged = clock.Now;
        using var pingEnds = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var ping = session.Connection.PingAsync(pingEnds.Token).AsTask();
        try
        {
            // The timeout is time in which the prober could have heard the reply: what it slept through is added, up to a limit.
            while (stalls.Awake(sent, clock.Now) < timeout && clock.Now - sent < timeout * LongestWait)
            {
                if (await AnsweredAsync(timeout - stalls.Awake(sent, clock.Now)).ConfigureAwait(false))
                    return await RepliedAsync(session, reply, sent).ConfigureAwait(false);
            }

            return Failed(session, sent, pinged, $"no reply within {timeout.TotalMilliseconds:0} ms");
        }
        finally
        {
            await pingEnds.CancelAsync().ConfigureAwait(false);
            await ping.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)
                .ConfigureAwait(false);
        }

        async Task<bool> AnsweredAsync(TimeSpan wait)
        {
            try
            {
                await Task.WhenAny(reply, session.Ended).WaitAsync(Instant.Later(wait, Shortest), time, stop).ConfigureAwait(false);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }

    private async Task<TickResult> RepliedAsync(LinkSession session, Task<Reply> reply, TimeSpan sent)
    {
        if (!reply.IsCompleted)
            return new(Outcome.Disconnected); // the session ended; its keeper knows why, and when

        var answer = await reply.ConfigureAwait(false);
        if (answer.NoResponders)
            return new(Outcome.NoResponders);
        if (answer.ServerId != session.Broker.ServerId)
        {
            RequestLog.WrongServer(log, link.Identity.Cluster, link.Identity.Endpoint, session.Broker.ServerId, answer.ServerId);
            return new(Outcome.WrongServer);
        }

        link.Report(session, new LinkEvent.RoundTripSucceeded(sent, answer.At));
        var took = Instant.NotNegative(answer.At - sent);
        // The broker lives. But a time that is more than half ours, or that would have been too long had we been awake, says nothing about it.
        return stalls.Stalled(sent, answer.At) > took / 2 || took > timeout ? new(Outcome.Indeterminate) : new(Outcome.Success, took);
    }

    /// <param name="session">The session that the request went over.</param>
    /// <param name="sent">When.</param>
    /// <param name="sign">Bytes that arrived after this instant are a sign of life.</param>
    /// <param name="detail">For people.</param>
    private TickResult Failed(LinkSession session, TimeSpan sent, TimeSpan sign, string detail)
    {
        var now = clock.Now;
        if (session.Ended.IsCompleted)
            return new(Outcome.Disconnected);
        if (stalls.Awake(sent, now) < timeout - Shortest)
            return new(Outcome.Indeterminate);

        if (session.LastReadAt <= sign)
        {
            session.End(new SocketEnd(DisconnectCause.Timeout, sent, now, $"{detail}, nor a PONG: the broker is silent"));
        }
        else
        {
            link.Report(session, new LinkEvent.RoundTripFailed(sent, now));
            responder.Renew();
        }

        return new(Outcome.Timeout);
    }

    private async Task<ReplyListener> ListenAsync(LinkSession session, CancellationToken stop)
    {
        if (_listener is { } listening && ReferenceEquals(listening.Session, session))
            return listening;
        return _listener = await ReplyListener.StartAsync(session, subjects, _ledger, discarded, stop).ConfigureAwait(false);
    }

    /// <summary>
    /// Right after an open the responder may need a moment. If it takes longer than half the timeout, the request goes out without it, and
    /// the broker says what it knows: that nobody listens.
    /// </summary>
    private async Task ResponderOrHalfTimeAsync(LinkSession session, CancellationToken deadline)
    {
        using var half = new CancellationTokenSource(timeout / 2, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(half.Token, deadline);
        try
        {
            await responder.WhenReadyAsync(session, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!deadline.IsCancellationRequested)
        {
            // The request is the question.
        }
    }
}

internal static partial class RequestLog
{
    [LoggerMessage(30, LogLevel.Error, "{Cluster}/{Endpoint} a request that entered at broker {Asked} was answered on broker {Answered}")]
    public static partial void WrongServer(ILogger log, string cluster, string endpoint, string asked, string answered);
}
