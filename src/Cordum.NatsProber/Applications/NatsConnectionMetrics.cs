using NATS.Client.Core;
using Prometheus;

namespace Cordum.NatsProber.Applications;

/// <summary>
/// Makes a .NET application's connection to NATS emit the series of the prober's alerts: <c>cordum_nats_disconnect_total</c>, <c>cordum_nats_reconnect_total</c>,
/// <c>cordum_nats_closed_total</c> and <c>cordum_nats_connected</c>, with the label <c>component</c>.
/// </summary>
/// <example>
/// <code>
/// await using var nats = new NatsConnection(options);
/// using var metrics = NatsConnectionMetrics.Observe(nats, "billing");
/// try { await nats.ConnectAsync(); }
/// catch (NatsException) { metrics.ConnectFailed(); throw; }
/// </code>
/// </example>
/// <remarks>
/// <para>
/// In every scrape <c>disconnect - reconnect = 1 - connected</c>, once the connection was open or has failed; with several connections under one component,
/// <c>disconnect - reconnect</c> is the number of those that are lost. All series exist, at zero, when <see cref="Observe"/> returns. Two scrapes at the same instant may
/// show each other's instant.
/// </para>
/// <para>
/// What the client (NATS.Net 3) does not tell cannot be counted. It raises no event when a first connect fails: see <see cref="ConnectFailed"/>. It raises none when it gives up
/// for good: that is seen in its state, at the next scrape. It raises its events one after another, behind any other handler of the same connection: one that blocks delays the counting, not the
/// reconnect. And events that are pending when the connection is disposed of are lost: dispose of this first.
/// </para>
/// </remarks>
public sealed class NatsConnectionMetrics : IDisposable
{
    private readonly Lock _gate = new();
    private readonly INatsConnection _connection;
    private readonly ComponentSeries _series;
    private ConnectionTally _tally;

    private NatsConnectionMetrics(INatsConnection connection, ComponentSeries series)
    {
        _connection = connection;
        _series = series;
        _tally = ConnectionTally.Unknown;
    }

    /// <summary>What is counted so far.</summary>
    internal ConnectionTally Tally
    {
        get
        {
            lock (_gate)
                return _tally;
        }
    }

    /// <summary>Counts a connection's losses and returns from now on. Call it before <c>ConnectAsync</c>.</summary>
    /// <param name="connection">The connection; it stays the caller's to connect and to dispose of.</param>
    /// <param name="component">
    /// Who the connection belongs to, such as <c>billing</c>: the label by which the alerts tell applications apart. The same for every replica; the scrape tells those apart.
    /// </param>
    /// <param name="registry">Where the series are made; null for prometheus-net's default registry.</param>
    /// <returns>Dispose of it before the connection, when the connection is not used any more: its losses stay counted, and one that has not ended is settled as a return.</returns>
    /// <exception cref="ArgumentException"><paramref name="component"/> is empty, or <c>natsprober</c>, which is the prober's own.</exception>
    /// <exception cref="InvalidOperationException">The registry has series of these names with other labels.</exception>
    public static NatsConnectionMetrics Observe(INatsConnection connection, string component, CollectorRegistry? registry = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentException.ThrowIfNullOrWhiteSpace(component);
        if (component == "natsprober")
            throw new ArgumentException("'natsprober' is the component of the prober itself; its alerts would take this connection for one of its own.", nameof(component));

        var metrics = new NatsConnectionMetrics(connection, ComponentSeries.Of(registry ?? Prometheus.Metrics.DefaultRegistry, component));
        connection.ConnectionOpened += metrics.OnOpened;
        connection.ConnectionDisconnected += metrics.OnDisconnected;
        metrics.Begin();
        metrics._series.Add(metrics);
        return metrics;
    }

    /// <summary>The first connect has failed: one disconnect, however many attempts fail. The client raises no event for it.</summary>
    public void ConnectFailed() => Change(static tally => tally.IsOpen ? tally : tally.Lost());

    /// <summary>Counts no more.</summary>
    public void Dispose()
    {
        _connection.ConnectionOpened -= OnOpened;
        _connection.ConnectionDisconnected -= OnDisconnected;
        _series.Remove(this);
    }

    /// <summary>What is counted, after a look at what no event tells: that the client has given up.</summary>
    internal ConnectionTally Look()
    {
        lock (_gate)
        {
            if (_connection.ConnectionState == NatsConnectionState.Failed)
                _tally = _tally.Failed();
            return _tally;
        }
    }

    /// <summary>A connection may be open, or lost, before anybody counts. An event that came first has told more than its state now does.</summary>
    private void Begin() => Change(tally => tally != ConnectionTally.Unknown ? tally : _connection.ConnectionState switch
    {
        NatsConnectionState.Open => tally.Opened(),
        NatsConnectionState.Reconnecting => tally.Lost(),
        _ => tally,
    });

    private ValueTask OnOpened(object? sender, NatsEventArgs e)
    {
        Change(static tally => tally.Opened());
        return ValueTask.CompletedTask;
    }

    private ValueTask OnDisconnected(object? sender, NatsEventArgs e)
    {
        Change(static tally => tally.Lost());
        return ValueTask.CompletedTask;
    }

    private void Change(Func<ConnectionTally, ConnectionTally> change)
    {
        lock (_gate)
            _tally = change(_tally);
    }
}
