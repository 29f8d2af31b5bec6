using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Tests.Brokers;

/// <summary>Disconnects for tests: the client's event is 100 s after the prober's start, at noon.</summary>
internal static class Losses
{
    public static readonly TimeSpan At = TimeSpan.FromSeconds(100);

    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly LinkIdentity Pinned = new("prod", "n1", "endpoint");

    public static readonly LinkIdentity Failover = new("prod", "_cluster", "cluster");

    public static readonly LinkLoss Eof = new()
    {
        Link = Pinned,
        Broker = new BrokerInfo { ServerId = "OLD", ServerName = "nats-1", ClientId = 7 },
        Cause = DisconnectCause.Eof,
        Words = null,
        EndedByUs = false,
        WentSilent = false,
        LastGood = After(-0.8),
        Began = At,
        At = At,
        Detail = "the broker closed the connection",
    };

    public static readonly LinkLoss Silence = Eof with
    {
        Cause = DisconnectCause.Timeout,
        EndedByUs = true,
        WentSilent = true,
        LastGood = After(-1.5),
        Began = After(-0.5),
        Detail = "no reply within 500 ms",
    };

    /// <summary>An instant, told from the client's event.</summary>
    public static TimeSpan After(double seconds) => At + TimeSpan.FromSeconds(seconds);
}
