using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Brokers;

/// <summary>
/// Keeps one endpoint's connection to ask over, while there is a seat for it and the endpoint's link is open. A seat that one broker's end sets free is taken by whoever waits: so
/// the connections are where brokers live.
/// </summary>
/// <param name="link">The endpoint's link.</param>
/// <param name="connector">Dials the endpoint, with the credentials to ask with.</param>
/// <param name="observers">The cluster's.</param>
/// <param name="announced">Told what brokers announce to the system account; null where the credentials are not the system account's.</param>
/// <param name="clock">The prober's clock.</param>
/// <param name="time">The source of time.</param>
/// <param name="log">Told of what is the prober's own fault, and of credentials that are refused.</param>
internal sealed class ObserverKeeper(
    LinkKeeper link,
    PinnedConnector connector,
    Observers observers,
    Action<CaseEvidence>? announced,
    ProberClock clock,
    TimeProvider time,
    ILogger<ObserverKeeper> log)
{
    /// <summary>After a dial that failed: whoever refuses the credentials must not hear of them every second.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(15);

    private const string Shutdown = ".SHUTDOWN";
    private const string LameDuck = ".LAMEDUCK";
    private const string Server = "$SYS.SERVER.";

    private string _told = "";

    /// <summary>Runs until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await link.WhenOpenAsync(stop).ConfigureAwait(false);
                await observers.Seats.WaitAsync(stop).ConfigureAwait(false);
                var wait = TimeSpan.Zero;
                try
                {
                    // Waiting for the seat may have taken hours.
                    if (link.Session is { } session)
                        wait = await ObserveAsync(session, stop).ConfigureAwait(false);
                    // In the seat, so that a thousand endpoints are not a thousand who knock with credentials that are refused.
                    await Task.Delay(wait, time, stop).ConfigureAwait(false);
                }
                finally
                {
                    observers.Seats.Release();
                }

                await Task.Delay(DialPace.Longest, time, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                ObserverLog.Failed(log, link.Identity.Cluster, link.Identity.Endpoint, e);
                observers.Prevented("the prober itself failed");
                await Task.Delay(AfterFailure, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Makes the connection and holds it until it, or the link that it stands beside, ends.</summary>
    /// <returns>How long to wait before the next.</returns>
    private async Task<TimeSpan> ObserveAsync(LinkSession beside, CancellationToken stop)
    {
        string? WrongProcess(BrokerInfo info) => info.ServerId == beside.Broker.ServerId ? null : "another broker process answers than the link is open to";
        var result = await connector.DialAsync(WrongProcess, static (_, _) => { }, DialPace.Longest, stop).ConfigureAwait(false);
        if (result is DialResult.Failed failed)
        {
            observers.Failed(failed);
            if (failed.Cause is DisconnectCause.Auth or DisconnectCause.AuthExpired && failed.Detail != _told)
                ObserverLog.Refused(log, link.Identity.Cluster, link.Identity.Endpoint, announced is null ? "the prober's own account" : "the system account", _told = failed.Detail);
            return AfterFailure;
        }

        if (result is not DialResult.Opened opened)
        {
            observers.Prevented(result is DialResult.Prevented prevented ? prevented.Detail : "the prober could not dial");
            return AfterFailure;
        }

        var observer = new Observer(link.Identity.Endpoint, opened.Session, () => ReferenceEquals(link.Session, beside) && beside.UnansweredSince is null, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var listening = Task.CompletedTask;
        try
        {
            HearDenials(observer);
            if (announced is not null)
                listening = await ListenAsync(opened.Session, announced, ends.Token).ConfigureAwait(false);
            observers.Add(observer);
            _told = "";
            await Task.WhenAny(opened.Session.Ended, beside.Ended).WaitAsync(stop).ConfigureAwait(false);
            return TimeSpan.Zero;
        }
        finally
        {
            observers.Remove(observer);
            await ends.CancelAsync().ConfigureAwait(false);
            // Not awaited on the way to the next: the client may take seconds to fold up.
            var folding = opened.Session.FoldUpAsync(e => ObserverLog.Failed(log, link.Identity.Cluster, link.Identity.Endpoint, e));
            if (stop.IsCancellationRequested)
                await Task.WhenAll(folding, listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void HearDenials(Observer observer) => observer.Session.Connection.ServerError += (_, e) =>
    {
        if (e.Error.Contains("permissions violation", StringComparison.OrdinalIgnoreCase) && e.Error.Contains("$SYS.", StringComparison.Ordinal))
            observer.Denied(Printable.Of(e.Error));
        return ValueTask.CompletedTask;
    };

    /// <summary>Hears what brokers announce. The broker has taken the subscriptions when this returns: what comes after is heard.</summary>
    private async Task<Task> ListenAsync(LinkSession session, Action<CaseEvidence> hears, CancellationToken ends)
    {
        var shutdowns = await session.Connection.SubscribeCoreAsync<byte[]>($"{Server}*{Shutdown}", cancellationToken: ends).ConfigureAwait(false);
        var drains = await session.Connection.SubscribeCoreAsync<byte[]>($"{Server}*{LameDuck}", cancellationToken: ends).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ends);
        limit.CancelAfter(PinnedConnector.DialTimeout);
        await session.Connection.PingAsync(limit.Token).ConfigureAwait(false);
        return Task.WhenAll(
            HearAsync(shutdowns, subject => hears(new CaseEvidence.ShutdownAnnounced(ServerIn(subject, Shutdown), clock.Now))),
            HearAsync(drains, subject => hears(new CaseEvidence.DrainAnnounced(ServerIn(subject, LameDuck), clock.Now))));

        async Task HearAsync(NATS.Client.Core.INatsSub<byte[]> from, Action<string> heard)
        {
            try
            {
                await foreach (var message in from.Msgs.ReadAllAsync(ends).ConfigureAwait(false))
                    heard(message.Subject);
            }
            catch (Exception e) when (e is NATS.Client.Core.NatsException or OperationCanceledException or ObjectDisposedException)
            {
                // The connection has ended, and its keeper makes another. A broker that shuts down announces that first: what it has sent is heard out.
                while (from.Msgs.TryRead(out var last))
                    heard(last.Subject);
            }
        }
    }

    private static string ServerIn(string subject, string end) => subject[Server.Length..^end.Length];
}

internal static partial class ObserverLog
{
    [LoggerMessage(83, LogLevel.Warning, "{Cluster}/{Endpoint} refuses the credentials of {Account}, with which brokers are asked about themselves: {Detail}")]
    public static partial void Refused(ILogger log, string cluster, string endpoint, string account, string detail);

    [LoggerMessage(84, LogLevel.Error, "{Cluster}/{Endpoint} the connection to ask brokers over failed: the prober's own fault, not the broker's")]
    public static partial void Failed(ILogger log, string cluster, string endpoint, Exception fault);
}
