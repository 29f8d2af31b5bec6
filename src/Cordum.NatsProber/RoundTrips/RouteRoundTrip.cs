using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;
using NATS.Client.Core;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>
/// A request that enters at one broker and is answered at another, over the links and responders that both have anyhow; before it, on the same way, a row
/// of numbered messages. It sees a cut between two brokers while every client's connection stands.
/// </summary>
internal sealed class RouteRoundTrip(
    ILink from,
    ProbeSubjects fromSubjects,
    ResponderKeeper to,
    string there,
    TimeSpan timeout,
    int messages,
    MessageLedger numbered,
    Action<ReplyKind> discarded,
    StallWatch stalls,
    ProberClock clock,
    TimeProvider time,
    ILogger<RouteRoundTrip> log)
{
    private static volatile bool _warm;

    private readonly ReplyLedger _ledger = new();
    private readonly Excuses _excuses = new();
    private ReplyIntake? _intake;
    private volatile RouteEnds? _ends;
    private Outcome? _told;
    private TimeSpan _failingSince;

    /// <summary>Runs one tick. Throws only <see cref="OperationCanceledException"/>, for <paramref name="stop"/>.</summary>
    public async Task<TickResult> RunAsync(CancellationToken stop)
    {
        if (!await CompletesAsync(Task.WhenAll(from.Settled, to.Link.Settled), timeout, stop).ConfigureAwait(false))
            return new(Outcome.Indeterminate); // as for requests: the links have no state yet
        if (from.Session is not { } entry || to.Link.Session is not { } exit)
            return new(Outcome.Disconnected, Detail: $"no connection to {(from.Session is null ? from.Identity.Endpoint : to.Link.Identity.Endpoint)}");

        var began = clock.Now;
        TickResult result;
        try
        {
            result = await AskAsync(entry, exit, stop).ConfigureAwait(false);
            if (!_warm && result.Outcome is Outcome.Success or Outcome.Indeterminate)
            {
                // The first round trip of a process pays for compiling the code that it runs: tens of milliseconds that no broker took.
                _warm = true;
                result = await AskAsync(entry, exit, stop).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (!stop.IsCancellationRequested && e is NatsException or ObjectDisposedException or OperationCanceledException or TimeoutException)
        {
            // Folded up under our hands, or it takes no bytes: the link's own probe finds out why.
            result = entry.Ended.IsCompleted || exit.Ended.IsCompleted ? new(Outcome.Disconnected) : new(Outcome.Timeout, Detail: "the broker takes no more bytes");
        }
        finally
        {
            _ledger.GiveUp();
        }

        Tell(result, began);
        return result;
    }

    /// <summary>A numbered message has arrived. If an end of the route was lost since it was sent, nothing is said of it: a broker that hung delivers what it held back.</summary>
    public void Arrived(long number)
    {
        if (_ends is { Stand: true })
            numbered.Arrived(number, clock.Now);
        else
            numbered.Void();
    }

    private async Task<TickResult> AskAsync(LinkSession entry, LinkSession exit, CancellationToken stop)
    {
        await Waiting.HalfOfAsync(ready => to.WhenReadyAsync(exit, ready), timeout, time, stop).ConfigureAwait(false);
        _intake ??= new(from, fromSubjects.AnyRouteReply(to.Subjects), _ledger, discarded, clock);
        var listener = await _intake.ListenAsync(entry).WaitAsync(timeout, time, stop).ConfigureAwait(false);
        using var unsent = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, unsent.Token);
        await SendNumberedAsync(entry, exit, either.Token).ConfigureAwait(false);

        var number = _ledger.Next();
        var reply = listener.Expect();
        var answered = Task.WhenAny(reply, entry.Ended, exit.Ended);
        var sent = clock.Now;
        await entry.Connection.PublishAsync(
            to.Subjects.Request, Array.Empty<byte>(), replyTo: fromSubjects.RouteReply(to.Subjects, number), cancellationToken: either.Token).ConfigureAwait(false);
        while (Waiting.GoesOn(stalls, sent, clock.Now, timeout))
        {
            if (await CompletesAsync(answered, timeout - stalls.Awake(sent, clock.Now), stop).ConfigureAwait(false))
                return reply.IsCompleted ? Replied(await reply.ConfigureAwait(false), exit, sent) : new(Outcome.Disconnected);
        }

        if (Waiting.WasAsleep(stalls, sent, clock.Now, timeout) && _excuses.TryTake())
            return new(Outcome.Indeterminate);
        if ((entry.Denial ?? to.Denial) is { } denial)
            return new(Outcome.Error, Detail: $"{denial}; grant the prober's user publish and subscribe on {fromSubjects.Grant}");

        // As for requests: who listens to all subjects keeps the broker from saying that nobody answers.
        if (!to.HasServedElsewhere(sent))
            return to.Problem is { } problem ? new(Outcome.NoResponders, Detail: problem) : new(Outcome.Indeterminate);
        return new(Outcome.Timeout, Detail: $"no reply within {timeout.TotalMilliseconds:0} ms");
    }

    private TickResult Replied(Reply answer, LinkSession exit, TimeSpan sent)
    {
        _excuses.Renew();
        if (answer.NoResponders && to.WasSettlingElsewhere(sent))
            return new(Outcome.Indeterminate); // the news of the responder may still be on its way to the broker at the entry
        if (answer.NoResponders)
        {
            return new(
                Outcome.NoResponders,
                Detail: to.Ready is null ? to.Problem ?? "the responder there is not ready" : "the broker at the entry knows of no subscriber, though there is one at the other");
        }

        if (answer.ServerId != exit.Broker.ServerId)
            return new(Outcome.WrongServer, Detail: $"answered on {answer.ServerId}, not on {exit.Broker.ServerId}");
        return Waiting.Answered(stalls, sent, answer.At, timeout);
    }

    private async Task SendNumberedAsync(LinkSession entry, LinkSession exit, CancellationToken stop)
    {
        if (to.Ready is not { } receiver || to.WasSettlingElsewhere(clock.Now))
        {
            _ends = null; // nobody is there, or the broker at the entry may not know of it yet
            numbered.Void();
            return;
        }

        // Whoever lost its connection meanwhile may have lost what was under way.
        var ends = new RouteEnds(entry, exit, receiver.Session);
        if (_ends != ends)
            numbered.Void();
        _ends = ends;
        numbered.Settle(clock.Now);
        for (var i = 0; i < messages; i++)
        {
            var subject = to.Subjects.Numbered(fromSubjects, numbered.Send(clock.Now));
            await entry.Connection.PublishAsync(subject, Array.Empty<byte>(), cancellationToken: stop).ConfigureAwait(false);
        }
    }

    /// <summary>One line when a route fails, or fails otherwise than before, and one when it is good again.</summary>
    private void Tell(TickResult result, TimeSpan began)
    {
        if (result.Outcome is Outcome.Indeterminate or Outcome.Disconnected)
            return; // the prober's own affair, or a link's, which has its own lines
        var (cluster, at) = (from.Identity.Cluster, from.Identity.Endpoint);
        if (result.Outcome == Outcome.Success)
        {
            if (_told is not null)
                RouteLog.Recovered(log, cluster, at, there, (clock.Now - _failingSince).TotalSeconds);
            _told = null;
            return;
        }

        if (_told is null)
            _failingSince = began;
        if (_told != result.Outcome)
            RouteLog.Failing(log, cluster, at, there, SnakeCase.Of(result.Outcome), result.Detail ?? "");
        _told = result.Outcome;
    }

    private Task<bool> CompletesAsync(Task task, TimeSpan within, CancellationToken stop) => Waiting.CompletesAsync(task, within, time, stop);
}

/// <summary>The connections at both ends of a route: the links that make it one, and that of the responder.</summary>
internal sealed record RouteEnds(LinkSession Entry, LinkSession Exit, LinkSession Receiver)
{
    /// <summary>None of them has ended.</summary>
    public bool Stand => !Entry.Ended.IsCompleted && !Exit.Ended.IsCompleted && !Receiver.Ended.IsCompleted;
}

internal static partial class RouteLog
{
    [LoggerMessage(36, LogLevel.Warning, "{Cluster} route from {From} to {To} fails, outcome {Outcome}: {Detail}")]
    public static partial void Failing(ILogger log, string cluster, string from, string to, string outcome, string detail);

    [LoggerMessage(37, LogLevel.Information, "{Cluster} route from {From} to {To} is good again after {AfterSeconds:0.###} s")]
    public static partial void Recovered(ILogger log, string cluster, string from, string to, double afterSeconds);
}
