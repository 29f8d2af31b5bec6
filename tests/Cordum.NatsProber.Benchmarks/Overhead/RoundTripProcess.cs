using System.Diagnostics;
using System.Globalization;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>The ways to measure a round trip that are compared.</summary>
internal enum Way
{
    /// <summary><see cref="RawPing"/></summary>
    Ping,

    /// <summary><see cref="RawRequest"/></summary>
    Request,

    /// <summary><see cref="ProductRequest"/></summary>
    Product,
}

/// <summary>One way of measuring alone in a process of its own: this program once more, told on standard input how often to measure, and answering with the times.</summary>
internal sealed class RoundTripProcess : IDisposable
{
    /// <summary>The word on the command line that makes this program one.</summary>
    public const string Role = "round-trips";

    private readonly Process _process;

    /// <summary>Starts it.</summary>
    /// <param name="way">What it measures.</param>
    /// <param name="broker">Where.</param>
    public RoundTripProcess(Way way, Uri broker) => _process = Process.Start(new ProcessStartInfo(
        Path.ChangeExtension(typeof(RoundTripProcess).Assembly.Location, null), [Role, way.ToString(), broker.ToString()])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    /// <summary>Has it measure.</summary>
    /// <returns>Microseconds of each round trip.</returns>
    public double[] Measure(double perSecond, int count)
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{perSecond} {count}"));
        var answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the process that measures round trips has ended");
        return [.. answer.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    public void Dispose()
    {
        _process.StandardInput.Close(); // which ends it
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }

    /// <summary>What the process does, until its standard input ends.</summary>
    public static async Task<int> RunAsync(string way, string broker)
    {
        await using var roundTrip = await OpenAsync(Enum.Parse<Way>(way), new Uri(broker), CancellationToken.None);
        while (Console.ReadLine() is { } order)
        {
            var words = order.Split(' ');
            var took = new List<double>();
            Pace.Run(double.Parse(words[0], CultureInfo.InvariantCulture), int.Parse(words[1], CultureInfo.InvariantCulture), () => took.Add(roundTrip.Once()));
            Console.WriteLine(string.Join(' ', took.Select(one => one.ToString("0.0", CultureInfo.InvariantCulture))));
        }

        return 0;
    }

    /// <summary>One way, ready to measure.</summary>
    public static async Task<IRoundTrip> OpenAsync(Way way, Uri broker, CancellationToken stop) => way switch
    {
        Way.Ping => new RawPing(broker),
        Way.Request => new RawRequest(broker),
        _ => await ProductRequest.StartAsync(broker, stop),
    };
}
