using System.Collections.Concurrent;
using System.Diagnostics;
using NATS.Client.Core;

namespace Cordum.NatsProber.Benchmarks.Truth;

/// <summary>What an application can count of its own connection: a client with all seeds and the defaults, and the two events that it raises.</summary>
internal sealed class ApplicationCounter : IAsyncDisposable
{
    private readonly string _cluster;
    private readonly NatsConnection _connection;
    private readonly ConcurrentQueue<(long At, bool IsOpen)> _events = new();

    private ApplicationCounter(string cluster, IEnumerable<string> urls)
    {
        _cluster = cluster;
        _connection = new NatsConnection(new NatsOpts { Url = string.Join(',', urls), Name = "application" });
        _connection.ConnectionDisconnected += (_, _) => Keep(isOpen: false);
        _connection.ConnectionOpened += (_, _) => Keep(isOpen: true);
    }

    /// <summary>Connects.</summary>
    public static async Task<ApplicationCounter> StartAsync(string cluster, IEnumerable<string> urls)
    {
        var counter = new ApplicationCounter(cluster, urls);
        await counter._connection.ConnectAsync();
        return counter;
    }

    /// <summary>The outages that it would tell of: from a loss to the next open.</summary>
    public IEnumerable<ToldOutage> Outages(BenchClock clock)
    {
        TimeSpan? lost = null;
        foreach (var (timestamp, isOpen) in _events)
        {
            var at = clock.Of(timestamp);
            if (!isOpen)
                lost ??= at;
            else if (lost is { } since)
            {
                yield return new(_cluster, null, since, at, at - since);
                lost = null;
            }
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private ValueTask Keep(bool isOpen)
    {
        _events.Enqueue((Stopwatch.GetTimestamp(), isOpen));
        return ValueTask.CompletedTask;
    }
}
