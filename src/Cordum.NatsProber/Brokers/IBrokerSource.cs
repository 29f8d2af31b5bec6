namespace Cordum.NatsProber.Brokers;

/// <summary>Somebody who can be asked about one broker.</summary>
internal interface IBrokerSource
{
    /// <summary>What kind of source it is.</summary>
    SourceKind Kind { get; }

    /// <summary>Asks. Bounded in bytes, not in time: that is <paramref name="stop"/>'s business, for which alone it throws.</summary>
    /// <param name="question">The question.</param>
    /// <param name="stop">Ends the asking.</param>
    Task<MonitorReply> AskAsync(BrokerQuestion question, CancellationToken stop);
}
