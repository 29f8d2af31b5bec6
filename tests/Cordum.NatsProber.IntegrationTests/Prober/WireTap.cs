using NATS.Client.Core;

namespace Cordum.NatsProber.IntegrationTests.Prober;

/// <summary>Somebody who listens to every subject of a broker, as people do who look for a fault.</summary>
internal sealed class WireTap : IAsyncDisposable
{
    private readonly NatsConnection _connection;

    // Kept: the client forgets a subscription that nobody else does.
    private readonly INatsSub<byte[]> _all;

    private WireTap(NatsConnection connection, INatsSub<byte[]> all) => (_connection, _all) = (connection, all);

    /// <summary>Listens, from the return on, to all that is sent.</summary>
    public static async Task<WireTap> StartAsync(string url)
    {
        var connection = new NatsConnection(new NatsOpts { Url = url });
        var all = await connection.SubscribeCoreAsync<byte[]>(">");
        await connection.PingAsync(); // handled in order: the broker knows of it
        return new(connection, all);
    }

    public async ValueTask DisposeAsync()
    {
        await _all.UnsubscribeAsync();
        await _connection.DisposeAsync();
    }
}
