using Cordum.NatsProber.Brokers;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>A source that never answers.</summary>
internal sealed class SilentSource(SourceKind kind) : IBrokerSource
{
    public SourceKind Kind => kind;

    public static IReadOnlyList<AskedSource> OfEveryKind() =>
        [.. Enum.GetValues<SourceKind>().Select(kind => new AskedSource(new SilentSource(kind), TimeProvider.System))];

    public async Task<MonitorReply> AskAsync(BrokerQuestion question, CancellationToken stop)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        throw new InvalidOperationException("An infinite wait has ended.");
    }
}
