using System.Diagnostics.CodeAnalysis;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Timing;

namespace Cordum.NatsProber.Brokers;

/// <summary>Asks sources what became of a connection. Bounded: so many questions at once, so long each.</summary>
/// <param name="clock">The prober's clock.</param>
/// <param name="time">The source of time.</param>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A semaphore whose wait handle nobody asks for holds nothing.")]
internal sealed class BrokerInquiry(ProberClock clock, TimeProvider time)
{
    /// <summary>How long one question may take.</summary>
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(2);

    /// <summary>How often, and how long apart, a predecessor is asked for: the connections to ask over may not be there yet.</summary>
    private const int PredecessorTries = 10;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(3);

    /// <summary>How many questions may be on their way at once: when a whole region goes, what is asked of whoever is left must not be a storm.</summary>
    private readonly SemaphoreSlim _asking = new(16);

    /// <summary>What one source knows of a lost connection and of its broker.</summary>
    /// <returns>Null if it does not answer.</returns>
    public async Task<CaseEvidence?> EvidenceAsync(LinkLoss loss, BrokerWatch watch, AskedSource source, CancellationToken stop)
    {
        await _asking.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            return loss.Broker is { } broker
                ? await RecordAsync(broker, watch, source, stop).ConfigureAwait(false)
                : await IdentityAsync(watch, source, stop).ConfigureAwait(false);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>The latest connection of the same name that the broker has closed, and when.</summary>
    /// <param name="broker">The broker, with its number for the connection of now.</param>
    /// <param name="clientName">The name of both.</param>
    /// <param name="watch">Whom to ask.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Null if there is none, or nobody tells.</returns>
    public async Task<ClosedConnection?> PredecessorAsync(BrokerInfo broker, string clientName, BrokerWatch watch, CancellationToken stop)
    {
        for (var tries = 0; tries < PredecessorTries; tries++)
        {
            foreach (var source in watch.Sources)
            {
                if (await ConnzAsync(source, BrokerQuestion.LatestClosed, stop).ConfigureAwait(false) is not { } page)
                    continue;
                if (page.ServerId != broker.ServerId)
                    return null; // its records ended with its process
                var before = page.Connections?.FirstOrDefault(one => one?.Name == clientName && one.Cid != broker.ClientId && one.Stop is not null);
                return before is null ? null : new(source.Kind, page.ServerId!, before.Cid, before.Record, clock.Now - (page.Now - before.Stop!.Value));
            }

            await Task.Delay(BetweenTries, time, stop).ConfigureAwait(false);
        }

        return null;
    }

    private async Task<CaseEvidence?> RecordAsync(BrokerInfo broker, BrokerWatch watch, AskedSource source, CancellationToken stop)
    {
        var asked = clock.Now;
        // Closed ones first: a connection that is among neither was on its way from one to the other, or is not known.
        if (await ConnzAsync(source, BrokerQuestion.Closed(broker.ClientId), stop).ConfigureAwait(false) is not { } closed)
            return null;
        var (page, record) = (closed, closed.Of(broker.ClientId));
        if (record is null && closed.ServerId == broker.ServerId && await ConnzAsync(source, BrokerQuestion.Open(broker.ClientId), stop).ConfigureAwait(false) is { } open)
            (page, record) = (open, open.Of(broker.ClientId) ?? ConnectionRecord.None);
        watch.Lives(asked);
        var isSame = page.ServerId == broker.ServerId;
        var startedAt = isSame || source.Kind == SourceKind.Account ? null : await VarzAsync(source, stop).ConfigureAwait(false) is { } varz ? OnOurClock(varz) : (TimeSpan?)null;
        return new CaseEvidence.Answered(source.Kind, page.ServerId!, asked, clock.Now, isSame ? record : null, startedAt);
    }

    private async Task<CaseEvidence?> IdentityAsync(BrokerWatch watch, AskedSource source, CancellationToken stop)
    {
        var asked = clock.Now;
        if (source.Kind == SourceKind.Account)
        {
            if (await ConnzAsync(source, BrokerQuestion.Open(BrokerQuestion.Nobody), stop).ConfigureAwait(false) is not { } page)
                return null;
            watch.Lives(asked);
            return new CaseEvidence.Answered(source.Kind, page.ServerId!, asked, clock.Now, null, null);
        }

        if (await VarzAsync(source, stop).ConfigureAwait(false) is not { } varz)
            return null;
        watch.Lives(asked);
        return new CaseEvidence.Answered(source.Kind, varz.ServerId!, asked, clock.Now, null, OnOurClock(varz));
    }

    /// <summary>When the process was started: by how long it has been running on its own clock, so that no skew enters.</summary>
    private TimeSpan OnOurClock(VarzPage varz) => clock.Now - (varz.Now - varz.Start);

    private static Task<ConnzPage?> ConnzAsync(AskedSource source, BrokerQuestion question, CancellationToken stop) => source.ReadAsync(question, MonitorPages.Connz, AskLimit, stop);

    private static Task<VarzPage?> VarzAsync(AskedSource source, CancellationToken stop) => source.ReadAsync(BrokerQuestion.Varz, MonitorPages.Varz, AskLimit, stop);
}
