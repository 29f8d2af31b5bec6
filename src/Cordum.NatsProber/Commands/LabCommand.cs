using System.Globalization;
using Cordum.NatsProber.Lab;

namespace Cordum.NatsProber.Commands;

/// <summary><c>natsprober lab</c>: a local cluster of real nats-server processes to play with.</summary>
public static class LabCommand
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    /// <summary>Starts the brokers, starts again those that end, and ends them all when cancelled.</summary>
    /// <param name="options">The options, as typed.</param>
    /// <param name="output">Where the brokers and what becomes of them are told.</param>
    /// <param name="error">Where it is told why the lab cannot start.</param>
    /// <param name="cancellationToken">Ends the lab: SIGINT or SIGTERM.</param>
    /// <returns>0 ended as asked, 1 could not start, 2 bad option values.</returns>
    public static async Task<int> RunAsync(LabCommandOptions options, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = options.Errors();
        foreach (var one in errors)
            await error.WriteLineAsync($"natsprober lab: {one}");
        if (!options.TryGetRestartAfter(out var restartAfter) || errors.Count > 0)
            return 2;
        var told = TextWriter.Synchronized(output);

        try
        {
            await using var lab = await LabCluster.StartAsync(ToLab(options), cancellationToken);
            Introduce(lab, restartAfter, told);
            await Task.WhenAll(lab.Brokers.Select(broker => KeepAsync(broker, restartAfter, told, cancellationToken)));
            return 0;
        }
        catch (LabException e)
        {
            await error.WriteLineAsync($"natsprober lab: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static LabOptions ToLab(LabCommandOptions options) => new()
    {
        Brokers = options.Brokers,
        NatsServer = options.NatsServer,
        ClusterName = options.ClusterName,
        Cluster = options.Brokers > 1,
        FirstClientPort = options.ClientPort,
        FirstMonitorPort = options.MonitorPort,
        FirstRoutePort = options.RoutePort,
        JetStream = options.JetStream,
    };

    private static void Introduce(LabCluster lab, TimeSpan? restartAfter, TextWriter output)
    {
        foreach (var broker in lab.Brokers)
            output.WriteLine($"{broker.Name}  {broker.Url}  monitor {broker.MonitorUrl}  pid {broker.ProcessId}");
        output.WriteLine($"ready: {Count(lab.Brokers.Count)}, cluster {lab.ClusterName}; Ctrl-C ends it");

        var pid = lab.Brokers[0].ProcessId;
        var name = lab.Brokers[0].Name;
        var after = restartAfter is { } wait ? $"it is started again after {Seconds(wait)}" : "it stays down";
        output.WriteLine(
            $"""
             faults to try:
               kill -9 {pid}      {name} is gone at once; {after}
               kill -STOP {pid}   {name} hangs: it accepts connections and never answers; kill -CONT {pid} wakes it
               kill -USR2 {pid}   {name} enters lame duck mode: it tells its clients, closes them one by one and exits
             logs: {Path.Combine(lab.Folder, "*", Path.GetFileName(lab.Brokers[0].LogFile))}
             """);
    }

    /// <summary>Says when a broker's process has ended, and starts it again, until cancelled.</summary>
    private static async Task KeepAsync(LabBroker broker, TimeSpan? restartAfter, TextWriter output, CancellationToken cancellationToken)
    {
        while (true)
        {
            var exitCode = await broker.ExitedAsync(cancellationToken);
            var when = Now();

            // Where there is no setsid (macOS), Ctrl-C reaches the brokers as well, and they are quicker than we are: that is no news.
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            var how = exitCode > 128 ? $"was ended by signal {exitCode - 128}" : $"exited with code {exitCode}";
            var next = restartAfter is { } wait ? $"starts again in {Seconds(wait)}" : "stays down";
            output.WriteLine($"{when} {broker.Name} (pid {broker.ProcessId}) {how}; {next}");
            await Task.Delay(restartAfter ?? Timeout.InfiniteTimeSpan, cancellationToken);
            while (!await StartedAgainAsync(broker, output, cancellationToken))
                await Task.Delay(RetryPause, cancellationToken);
        }
    }

    private static async Task<bool> StartedAgainAsync(LabBroker broker, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            await broker.StartAsync(cancellationToken);
            output.WriteLine($"{Now()} {broker.Name} (pid {broker.ProcessId}) accepts clients again on {broker.Url}");
            return true;
        }
        catch (LabException e)
        {
            output.WriteLine($"{Now()} {e.Message} Next try in {Seconds(RetryPause)}.");
            return false;
        }
    }

    private static string Now() => DateTimeOffset.Now.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    private static string Count(int brokers) => brokers == 1 ? "1 broker" : $"{brokers} brokers";
}
