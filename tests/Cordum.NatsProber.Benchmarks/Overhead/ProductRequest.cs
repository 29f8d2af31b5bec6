using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.Probes;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.Timing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>The prober's own request probe, put together as the service does it and run tick by tick: on the thread pool, as its scheduler runs it.</summary>
internal sealed class ProductRequest : IRoundTrip
{
    private readonly CancellationTokenSource _stop = new();
    private readonly StallWatch _stalls;
    private readonly ProberClock _clock;
    private readonly ProbedLink _link;

    private ProductRequest(Uri broker)
    {
        var time = TimeProvider.System;
        _clock = new ProberClock(time);
        var record = new StallRecord();
        _stalls = new StallWatch(_clock, record);
        var metrics = new ProberMetrics("bench", _clock, record);
        var parts = new ProberParts("bench", _clock, time, new MonotonicWallClock(time), _stalls, metrics, NullLoggerFactory.Instance);
        var endpoint = new ProbedEndpoint("n1", broker, null, null);
        var file = new ProbeFile("bench", "bench", [endpoint], null, null, null, new ProbeSet { Request = new() { Timeout = TimeSpan.FromMilliseconds(500) } }, null);
        _link = new ProbedCluster(parts, file).Endpoints[0];
        _link.Start(_stop.Token);
    }

    /// <summary>Its round trips in parts, since somebody last cleared it.</summary>
    public List<RoundTripParts> Log { get; } = [];

    /// <summary>Ticks that did not succeed: the prober was held up by whatever else the machine does.</summary>
    public int Indeterminate { get; private set; }

    /// <summary>Dials, and returns when the first round trip has succeeded.</summary>
    /// <exception cref="InvalidOperationException">It did not succeed.</exception>
    public static async Task<ProductRequest> StartAsync(Uri broker, CancellationToken stop)
    {
        var product = new ProductRequest(broker);
        await product._link.Responder.WhenAnyReadyAsync(stop).WaitAsync(TimeSpan.FromSeconds(10), stop);
        return product;
    }

    public double Once()
    {
        while (true)
        {
            var due = _clock.Now;
            // As the ticker does: its caller has other probes to fire.
            var result = Task.Run(() => _link.Tasks[0].RunAsync(_stop.Token)).GetAwaiter().GetResult();
            var end = _clock.Now;
            if (result.Outcome == Outcome.Indeterminate)
            {
                Indeterminate++;
                continue;
            }

            if (result is not { Outcome: Outcome.Success, Duration: { } took } || _link.Link.Session is not { } asks || _link.Responder.Ready?.Session is not { } answers)
                throw new InvalidOperationException($"a round trip to an idle broker ended with {result.Outcome}: {result.Detail}");
            var (written, read, answered, arrived) = (asks.LastSentAt, answers.LastReadAt, answers.LastSentAt, asks.LastReadAt);
            Log.Add(new(
                (written - due).TotalMicroseconds,
                (read - written).TotalMicroseconds,
                (answered - read).TotalMicroseconds,
                (arrived - answered).TotalMicroseconds,
                (end - arrived).TotalMicroseconds,
                took.TotalMicroseconds));
            return took.TotalMicroseconds;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _link.EndAsync();
        _stalls.Dispose();
        _stop.Dispose();
    }
}
