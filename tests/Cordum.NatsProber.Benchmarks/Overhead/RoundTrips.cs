using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>A way to measure a round trip.</summary>
internal interface IRoundTrip : IAsyncDisposable
{
    /// <summary>One round trip, to its end.</summary>
    /// <returns>How long it took, in microseconds, as whoever measures it this way would report it.</returns>
    double Once();
}

/// <summary>PING and PONG on a raw socket: the broker alone, without a subscription, a route through its account, or anybody who answers.</summary>
internal sealed class RawPing(Uri broker) : IRoundTrip
{
    private readonly RawConnection _connection = new(broker);

    public double Once()
    {
        var sent = Stopwatch.GetTimestamp();
        _connection.Send("PING\r\n"u8);
        _connection.UntilPong();
        return Stopwatch.GetElapsedTime(sent).TotalMicroseconds;
    }

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// A request and its reply on raw sockets, laid out as the prober's: the request goes out on one connection, on a second one somebody answers with 56 bytes, and
/// the reply comes to a subject of its own beneath a wildcard that the first is subscribed to. A thread each, blocked in its read.
/// </summary>
internal sealed class RawRequest : IRoundTrip
{
    private static readonly string Answer = new('A', 56);

    private readonly string _prefix = $"_cordum.probe.bench.{Guid.NewGuid().ToString("N")[..8]}.raw.n1";
    private readonly RawConnection _asks;
    private readonly RawConnection _answers;
    private readonly Thread _answerer;
    private long _number;
    private long _read;
    private long _answered;

    public RawRequest(Uri broker)
    {
        (_asks, _answers) = (new(broker), new(broker));
        _asks.Send(Encoding.ASCII.GetBytes($"SUB {_prefix}.rep.* 1\r\nPING\r\n"));
        _asks.UntilPong();
        _answers.Send(Encoding.ASCII.GetBytes($"SUB {_prefix}.req 1\r\nPING\r\n"));
        _answers.UntilPong();
        _answerer = new Thread(AnswerAll) { IsBackground = true, Name = "raw answerer" };
        _answerer.Start();
    }

    /// <summary>Its round trips in parts, since somebody last cleared it.</summary>
    public List<RoundTripParts> Log { get; } = [];

    public double Once()
    {
        var request = RawConnection.Publish($"{_prefix}.req", $"{_prefix}.rep.{++_number}", "");
        var sent = Stopwatch.GetTimestamp();
        _asks.Send(request);
        _ = _asks.UntilMessage();
        var arrived = Stopwatch.GetTimestamp();
        var (read, answered) = (Interlocked.Read(ref _read), Interlocked.Read(ref _answered));
        Log.Add(new(0, Micros(sent, read), Micros(read, answered), Micros(answered, arrived), 0, Micros(sent, arrived)));
        return Micros(sent, arrived);
    }

    public ValueTask DisposeAsync()
    {
        _answers.Shutdown();
        _answerer.Join();
        _answers.Dispose();
        _asks.Dispose();
        return ValueTask.CompletedTask;
    }

    private static double Micros(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMicroseconds;

    private void AnswerAll()
    {
        try
        {
            while (true)
            {
                var replyTo = Encoding.ASCII.GetString(_answers.UntilMessage());
                Interlocked.Exchange(ref _read, Stopwatch.GetTimestamp());
                var answer = RawConnection.Publish(replyTo, null, Answer);
                Interlocked.Exchange(ref _answered, Stopwatch.GetTimestamp());
                _answers.Send(answer);
            }
        }
        catch (Exception e) when (e is EndOfStreamException or SocketException)
        {
            // It was shut down. If it was not, whoever asks waits for ever and the benchmark with it: there is no number to report then.
        }
    }
}

/// <summary>Where the microseconds of one round trip went.</summary>
/// <param name="Begin">From the tick's being due to the socket write: a thread is found for it, the link is looked at, the client writes. Not part of what is reported.</param>
/// <param name="Request">From there to the answerer's socket read: the kernel, the broker, and the reader's being woken.</param>
/// <param name="Answer">From there to the answerer's socket write.</param>
/// <param name="Reply">From there to the asker's socket read.</param>
/// <param name="End">From there to the tick's end: not part of what is reported.</param>
/// <param name="Reported">What whoever measures reports of it.</param>
internal readonly record struct RoundTripParts(double Begin, double Request, double Answer, double Reply, double End, double Reported);
