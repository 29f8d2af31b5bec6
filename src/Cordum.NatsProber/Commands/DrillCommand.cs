using System.Net.Sockets;
using Cordum.NatsProber.Drills;
using Cordum.NatsProber.Lab;
using Microsoft.AspNetCore.Connections;

namespace Cordum.NatsProber.Commands;

/// <summary><c>natsprober drill</c>: proof that turbulence is counted, logged and, where it is asked for, alerted on.</summary>
internal static class DrillCommand
{
    /// <summary>Runs the drill and writes its report.</summary>
    /// <param name="options">The options, as typed.</param>
    /// <param name="output">Where the report goes, unless it goes to a file.</param>
    /// <param name="error">Where progress and errors go.</param>
    /// <param name="stop">Ends it early: SIGINT or SIGTERM.</param>
    /// <returns>0 all passed, 1 some failed, it could not start or its report could not be written, 2 bad input, 130 interrupted.</returns>
    public static async Task<int> RunAsync(DrillCommandOptions options, TextWriter output, TextWriter error, CancellationToken stop)
    {
        if (options.Read(error) is not { } order)
            return ExitCode.BadInput;
        var progress = TextWriter.Synchronized(error);
        try
        {
            await using var drill = await Drill.StartAsync(order, TimeProvider.System, progress, stop).ConfigureAwait(false);
            var report = await drill.RunAsync(stop).ConfigureAwait(false);
            var text = DrillReportText.Of(report);
            // Before anything is ended, which takes a while: whoever interrupts twice has the report all the same.
            var written = true;
            if (options.Report is { } file)
                written = await DrillReportFile.WriteAsync(file, text, output, progress).ConfigureAwait(false);
            else
                await output.WriteAsync(text).ConfigureAwait(false);
            await progress.WriteLineAsync(DrillReportText.Sum(report)).ConfigureAwait(false);
            return report.Interrupted ? ExitCode.Interrupted : report.Passed && written ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await progress.WriteLineAsync("natsprober drill: interrupted before anything was done").ConfigureAwait(false);
            return ExitCode.Interrupted;
        }
        catch (LabException e)
        {
            await progress.WriteLineAsync($"natsprober drill: {e.Message}").ConfigureAwait(false);
            return ExitCode.CannotStart;
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            var hint = e is SocketException || e.InnerException is AddressInUseException ? " (--listen HOST:PORT)" : "";
            await progress.WriteLineAsync($"natsprober drill: {e.Message}{hint}").ConfigureAwait(false);
            return ExitCode.CannotStart;
        }
    }
}
