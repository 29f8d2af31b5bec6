using System.Diagnostics;
using NATS.Client.Core;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>What an application measures with: a stopwatch around a request of its NATS client, again and again. It knows nothing of itself.</summary>
internal sealed class RequestStopwatch : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _timeout;
    private readonly Task _running;
    private TimeSpan _worst;
    private int _tooLong;

    /// <summary>Starts.</summary>
    /// <param name="broker">Where it asks.</param>
    /// <param name="every">How often.</param>
    /// <param name="timeout">A reading that is longer counts as too long.</param>
    public RequestStopwatch(string broker, TimeSpan every, TimeSpan timeout)
    {
        _timeout = timeout;
        _running = RunAsync(broker, every);
    }

    /// <summary>The longest reading since the last call, and how many were too long.</summary>
    public (TimeSpan Worst, int TooLong) Read()
    {
        lock (_gate)
        {
            var read = (_worst, _tooLong);
            (_worst, _tooLong) = (TimeSpan.Zero, 0);
            return read;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        _stop.Dispose();
    }

    private async Task RunAsync(string broker, TimeSpan every)
    {
        await using var asks = new NatsConnection(new NatsOpts { Url = broker });
        await using var answers = new NatsConnection(new NatsOpts { Url = broker });
        await using var subscription = await answers.SubscribeCoreAsync<byte[]>("stopwatch", cancellationToken: _stop.Token);
        var answering = AnswerAsync(subscription);
        await answers.PingAsync(_stop.Token);
        using var timer = new PeriodicTimer(every);
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await asks.RequestAsync<byte[], byte[]>("stopwatch", [], replyOpts: new NatsSubOpts { Timeout = TimeSpan.FromSeconds(30) }, cancellationToken: _stop.Token);
            }
            catch (NatsException) when (!_stop.IsCancellationRequested)
            {
                // The broker is away for a while, on purpose: a reading all the same.
            }

            var took = Stopwatch.GetElapsedTime(began);
            lock (_gate)
            {
                _worst = took > _worst ? took : _worst;
                _tooLong += took > _timeout ? 1 : 0;
            }
        }

        await answering;
    }

    private async Task AnswerAsync(INatsSub<byte[]> requests)
    {
        await foreach (var request in requests.Msgs.ReadAllAsync(_stop.Token))
            await request.ReplyAsync(Array.Empty<byte>(), cancellationToken: _stop.Token);
    }
}
