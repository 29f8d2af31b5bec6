using System.Diagnostics;
using System.Globalization;
using Cordum.NatsProber.Benchmarks.Harness;
using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Probes;

namespace Cordum.NatsProber.Benchmarks.Overhead;

/// <summary>
/// The product hosted by this program in a process of its own, which can do to itself what nobody can do to it from outside: keep its thread pool busy, or its garbage
/// collector. Beside it, what an application would measure with: a stopwatch around a request.
/// </summary>
internal sealed class StallHost : IDisposable
{
    /// <summary>The word on the command line that makes this program one.</summary>
    public const string Role = "stalled";

    private static readonly HttpClient Http = new();

    private readonly Process _process;
    private readonly Uri _metrics;

    /// <summary>Starts it, and waits until it serves.</summary>
    /// <param name="probeFile">Path of its probe file.</param>
    /// <param name="broker">Where the stopwatch asks.</param>
    public StallHost(string probeFile, Uri broker)
    {
        _process = Process.Start(new ProcessStartInfo(Path.ChangeExtension(typeof(StallHost).Assembly.Location, null), [Role, probeFile, broker.ToString()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _metrics = new Uri(Answer());
    }

    /// <summary>Its process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>A scrape, now.</summary>
    public async Task<ScrapedPage> ScrapeAsync(CancellationToken stop) => new(await Http.GetStringAsync(_metrics, stop));

    /// <summary>Has it provoke a stall, and returns when that is over.</summary>
    /// <param name="kind"><c>pool</c> or <c>gc</c>.</param>
    /// <param name="length">How long it is to be; of a collector's pauses, in all.</param>
    /// <returns>How long it was.</returns>
    public TimeSpan Stall(string kind, TimeSpan length)
    {
        Say(string.Create(CultureInfo.InvariantCulture, $"{kind} {length.TotalSeconds}"));
        return TimeSpan.FromSeconds(double.Parse(Answer(), CultureInfo.InvariantCulture));
    }

    /// <summary>What the stopwatch has read since it was last asked: the longest reading, and how many of them were longer than the prober's timeout.</summary>
    public (TimeSpan Worst, int TooLong) Stopwatch()
    {
        Say("stopwatch 0");
        var words = Answer().Split(' ');
        return (TimeSpan.FromSeconds(double.Parse(words[0], CultureInfo.InvariantCulture)), int.Parse(words[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.StandardInput.Close(); // which ends it
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }

    /// <summary>What the process does, until its standard input ends. On the main thread, which is none of the pool's.</summary>
    public static int Run(string probeFile, string broker)
    {
        var file = ProbeFileReader.Read(probeFile).Files.Single();
        var app = ProberHost.Build(new ProberSettings { Listen = "127.0.0.1:0", Prober = "bench" }, [file], static _ => { });
        app.StartAsync().GetAwaiter().GetResult();
        using var stopwatch = new RequestStopwatch(broker, file.Probes.Request.Every, file.Probes.Request.Timeout);
        Console.WriteLine($"{app.Urls.Single()}/metrics");
        var heap = Provocation.Heap();
        while (Console.ReadLine()?.Split(' ') is [var what, var seconds])
        {
            var length = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
            Console.WriteLine(what switch
            {
                "pool" => Text(Provocation.KeepPoolBusy(length)),
                "gc" => Text(Provocation.Collect(length)),
                _ => stopwatch.Read() is var (worst, tooLong) ? $"{Text(worst)} {tooLong}" : "",
            });
        }

        GC.KeepAlive(heap);
        app.StopAsync().GetAwaiter().GetResult();
        return 0;
    }

    private static string Text(TimeSpan length) => length.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private void Say(string order) => _process.StandardInput.WriteLine(order);

    private string Answer() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the process that is to be stalled has ended");
}
