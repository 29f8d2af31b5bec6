using System.Net.Sockets;
using Cordum.NatsProber.Hosting;

namespace Cordum.NatsProber.Commands;

/// <summary><c>natsprober run</c>: the service.</summary>
internal static class RunCommand
{
    /// <summary>Runs until <paramref name="stop"/>, SIGTERM or SIGINT.</summary>
    /// <returns>0 after a clean end; 1 if it could not start; 2 for bad settings or probe files.</returns>
    public static async Task<int> RunAsync(IReadOnlyDictionary<string, string?> options, TextWriter error, CancellationToken stop)
    {
        if (CommandInput.Read(options, error) is not var (settings, files, warnings))
            return ExitCode.BadInput;

        await using var app = ProberHost.Build(settings, files);
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RunCommand).FullName!);
        foreach (var warning in warnings)
            RunLog.ProbeFileWarning(log, warning);
        try
        {
            await app.StartAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Ok; // told to end before it had begun
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await error.WriteLineAsync($"natsprober: cannot listen on {settings.Listen}: {e.Message} (--listen HOST:PORT chooses another)").ConfigureAwait(false);
            return ExitCode.CannotStart;
        }

        RunLog.Serving(log, settings.Prober, string.Join(" and ", app.Urls.Select(url => url + "/metrics")));
        await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
        return ExitCode.Ok;
    }
}

/// <summary>From here on standard error is a log, in one format to its last line.</summary>
internal static partial class RunLog
{
    [LoggerMessage(60, LogLevel.Information, "Prober {Prober} serves {Urls}")]
    public static partial void Serving(ILogger log, string prober, string urls);

    [LoggerMessage(61, LogLevel.Warning, "{Warning}")]
    public static partial void ProbeFileWarning(ILogger log, string warning);
}
