using Cordum.NatsProber.Probes;
using NATS.Client.Core;

namespace Cordum.NatsProber.RoundTrips;

/// <summary>Where the round trips through a cluster's JetStream start from, and what the prober's links see meanwhile.</summary>
/// <param name="Prober">The prober's name.</param>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Settings">Interval, timeout, replicas and storage.</param>
/// <param name="Connection">The connection that fails over as an application's does; null while there is none. Owned elsewhere.</param>
/// <param name="IsUp">Whether the pinned link to the server of this <c>server_name</c> is open; null if the prober has no link to it.</param>
/// <param name="Endpoints">Pinned links that are open, and all of them.</param>
internal sealed record JetStreamVantage(
    string Prober,
    string Cluster,
    JetStreamProbe Settings,
    Func<NatsConnection?> Connection,
    Func<string, bool?> IsUp,
    Func<(int Up, int All)> Endpoints)
{
    private static readonly TimeSpan LongestExtra = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestSetup = TimeSpan.FromSeconds(5);

    /// <summary>What the prober owns in the cluster.</summary>
    public JetStreamNames Names => JetStreamNames.For(Prober, Cluster);

    /// <summary>How long a failed tick may go on asking why: its outcome comes before the next tick is due.</summary>
    public TimeSpan Extra
    {
        get
        {
            var room = (Settings.Every - Settings.Timeout) * 0.8;
            return room < LongestExtra ? room : LongestExtra;
        }
    }

    /// <summary>How long the making of a stream may take, which elects a leader first; at least the timeout.</summary>
    public TimeSpan Setup
    {
        get
        {
            var room = Settings.Every - Settings.Timeout - Extra;
            room = room < LongestSetup ? room : LongestSetup;
            return room > Settings.Timeout ? room : Settings.Timeout;
        }
    }
}
