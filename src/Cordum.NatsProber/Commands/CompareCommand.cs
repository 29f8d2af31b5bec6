using System.Text.Json;
using Cordum.NatsProber.Brokers;
using Cordum.NatsProber.Drills;
using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Links;

namespace Cordum.NatsProber.Commands;

/// <summary><c>natsprober compare</c>: both views of every link, from a running prober or by looking for oneself.</summary>
internal static class CompareCommand
{
    /// <summary>Exit code: the prober cannot be asked.</summary>
    public const int Unasked = 3;

    /// <summary>Asks, or looks, and prints.</summary>
    /// <returns>0 all links are open and both sides agree, 1 not so, 2 bad input, 3 the prober cannot be asked, 130 interrupted.</returns>
    public static async Task<int> RunAsync(CompareCommandOptions options, TextWriter output, TextWriter error, CancellationToken stop)
    {
        var errors = options.Errors().ToList();
        foreach (var one in errors)
            await error.WriteLineAsync($"natsprober compare: {one}").ConfigureAwait(false);
        if (errors.Count > 0)
            return ExitCode.BadInput;
        try
        {
            var (report, exitCode) = options.Probes is { } probes
                ? await LookAsync(probes, error, stop).ConfigureAwait(false)
                : await AskAsync(options, error, stop).ConfigureAwait(false);
            if (report is null)
                return exitCode;
            Write(options, report, output);
            return Code(report);
        }
        catch (SettingsException e)
        {
            await error.WriteLineAsync($"natsprober: {e.Message}").ConfigureAwait(false);
            return ExitCode.BadInput;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await error.WriteLineAsync("natsprober: interrupted before everything was done").ConfigureAwait(false);
            return ExitCode.Interrupted;
        }
    }

    /// <summary>The exit code: 0 if every link is open, both sides agree, and nothing is unsettled.</summary>
    public static int Code(ViewReport report) =>
        report.Clusters.All(cluster => cluster.Pending.Count == 0 && cluster.Links.All(link => link is { State: LinkStatus.Connected, Cause: null, Disagreements.Count: 0 }))
            ? ExitCode.Ok
            : ExitCode.Failed;

    /// <summary>The report without disconnects of longer ago.</summary>
    public static ViewReport Recent(ViewReport report, TimeSpan? window) => window is not { } most ? report : report with
    {
        Clusters = [.. report.Clusters.Select(cluster => cluster with { Past = [.. cluster.Past.Where(one => report.Now - one.At <= most)] })],
    };

    private static void Write(CompareCommandOptions options, ViewReport report, TextWriter output)
    {
        var shown = Recent(report, options.Window);
        output.Write(options.Format == CompareFormat.Json
            ? JsonSerializer.Serialize(shown, ViewReportJson.Default.ViewReport) + output.NewLine
            : new CompareTable(shown, knowsPast: options.Probes is null).ToString().ReplaceLineEndings(output.NewLine));
    }

    private static async Task<(ViewReport? Report, int ExitCode)> AskAsync(CompareCommandOptions options, TextWriter error, CancellationToken stop)
    {
        using var prober = new JsonApi("natsprober", options.Asked(), options.Patience);
        var answer = await prober.GetAsync("/compare", Read, stop).ConfigureAwait(false);
        if (answer.Problem is { } problem)
            await error.WriteLineAsync($"natsprober compare: {problem}").ConfigureAwait(false);
        return (answer.Value, Unasked);
    }

    private static async Task<(ViewReport? Report, int ExitCode)> LookAsync(string probes, TextWriter error, CancellationToken stop)
    {
        if (CommandInput.Read(new Dictionary<string, string?> { ["probes"] = probes }, error) is not var (settings, files, warnings))
            return (null, ExitCode.BadInput);
        CommandInput.WriteWarnings(warnings, error);
        return (await OwnLook.TakeAsync(settings, files, stop).ConfigureAwait(false), ExitCode.Ok);
    }

    /// <exception cref="FormatException">There is a gap where an entry should be, which the reader of JSON does not see.</exception>
    private static ViewReport Read(JsonElement root)
    {
        var report = root.Deserialize(ViewReportJson.Default.ViewReport) ?? throw new FormatException("null in place of a report");
        var entries = report.Clusters.SelectMany(IEnumerable<object?> (cluster) => cluster is null ? [null] :
        [
            .. cluster.Links, .. cluster.Links.Where(link => link?.View is not null).SelectMany(link => link.View!.Sources),
            .. cluster.Pending, .. cluster.Pending.Where(one => one is not null).SelectMany(one => one.Client.Concat(one.Broker)),
            .. cluster.Past, .. cluster.Past.Where(one => one is not null).SelectMany(one => one.Client.Concat(one.Broker)),
        ]);
        return entries.All(entry => entry is not null) ? report : throw new FormatException("null in place of an entry");
    }
}
