using System.Globalization;
using System.Text.Json;
using Cordum.NatsProber.Hosting;
using Cordum.NatsProber.Links;
using Cordum.NatsProber.Metrics;
using Cordum.NatsProber.RoundTrips;
using Cordum.NatsProber.TextFormat;
using Spectre.Console;

namespace Cordum.NatsProber.Commands;

/// <summary>The results of one pass, in each format. Pure but for the writing.</summary>
internal static class OnceReport
{
    /// <summary>Exit code: applications are hurt, or what was asked for could not be done.</summary>
    public const int Critical = 2;

    /// <summary>Exit code: nothing can be said.</summary>
    public const int Unknown = 3;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>
    /// The exit code: 2 if some cluster has no endpoint whose link works, or applications cannot use it, else 1 if any probe fails, else 3 if the prober itself
    /// was held up, else 0.
    /// </summary>
    public static int Code(IReadOnlyList<OnceResult> results)
    {
        var failed = results.Where(result => result.Outcome is not (Outcome.Success or Outcome.Indeterminate)).ToList();
        if (failed.Count == 0)
            return results.Any(result => result.Outcome == Outcome.Indeterminate) ? Unknown : 0;
        var anyDead = results.Where(result => result.Probe == ProbeKind.Request)
            .GroupBy(result => (result.Cluster, IsWhole: result.Endpoint == ClusterAccess.FailoverEndpoint))
            .Any(requests => requests.All(failed.Contains));
        return anyDead ? Critical : 1;
    }

    /// <summary>Writes table, JSON or the Nagios line.</summary>
    public static void Write(OnceFormat format, IReadOnlyList<OnceResult> results, TextWriter output)
    {
        switch (format)
        {
            case OnceFormat.Json:
                output.WriteLine(Json(results));
                break;
            case OnceFormat.Nagios:
                output.WriteLine(Nagios(results));
                break;
            default:
                WriteTable(results, output);
                break;
        }
    }

    /// <summary>Writes the series in Prometheus's text format.</summary>
    public static async Task WriteSeriesAsync(ProberMetrics metrics, TextWriter output) =>
        await output.WriteAsync(await metrics.ReadAsync(PageFormat.Prometheus, CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false);

    private static string Json(IReadOnlyList<OnceResult> results) => JsonSerializer.Serialize(
        new
        {
            status = Status(results).ToLowerInvariant(),
            probes = results.Select(result => new
            {
                cluster = result.Cluster,
                endpoint = result.Endpoint,
                probe = SnakeCase.Of(result.Probe),
                url = result.Url?.OriginalString,
                outcome = SnakeCase.Of(result.Outcome),
                cause = result.Cause is { } cause ? SnakeCase.Of(cause) : null,
                detail = result.Detail,
                seconds = result.Duration?.TotalSeconds,
                server_name = result.Broker?.ServerName,
                server_id = result.Broker?.ServerId,
                version = result.Broker?.Version,
            }),
        },
        Indented);

    private static string Nagios(IReadOnlyList<OnceResult> results)
    {
        var good = results.Count(result => result.Outcome == Outcome.Success);
        var bad = string.Join("; ", results.Where(result => result.Outcome != Outcome.Success).Select(result => $"{Named(result)} {Why(result)}"));
        var data = string.Join(' ', results.Where(result => result.Duration is not null).Select(result =>
            string.Create(CultureInfo.InvariantCulture, $"'{Named(result)}'={result.Duration!.Value.TotalSeconds:0.000000}s")));
        return $"NATS {Status(results)} - {good} of {results.Count} probes succeed{(bad.Length > 0 ? ": " + OneField(bad) : "")} | {data}".TrimEnd(' ', '|');
    }

    private static string Named(OnceResult result) => $"{result.Cluster}/{result.Endpoint} {SnakeCase.Of(result.Probe)}";

    /// <summary>A broker's or the system's own words may hold what ends the text of a Nagios line: a bar, or a line's end.</summary>
    private static string OneField(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c == '|' ? '/' : c));

    private static void WriteTable(IReadOnlyList<OnceResult> results, TextWriter output)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("cluster", "endpoint", "probe", "url", "broker", "outcome", "time");
        foreach (var result in results)
        {
            table.AddRow(
                Text(result.Cluster),
                Text(result.Endpoint),
                Text(SnakeCase.Of(result.Probe)),
                Text(result.Url?.OriginalString ?? "-"),
                Text(result.Broker is { } broker ? $"{broker.ServerName} {broker.Version}" : "-"),
                Text(result.Outcome == Outcome.Success ? "success" : Why(result)),
                Text(result.Duration is { } took ? string.Create(CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:0.00} ms") : "-"));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });
        // Piped output has no width; what a row says must not be cut at a guess.
        console.Profile.Width = Math.Max(console.Profile.Width, 200);
        console.Write(table);
        output.WriteLine($"{Status(results)}: {results.Count(result => result.Outcome == Outcome.Success)} of {results.Count} probes succeed");

        static Text Text(string text) => new(text);
    }

    private static string Why(OnceResult result) =>
        $"{SnakeCase.Of(result.Outcome)}{(result.Cause is { } cause ? $", cause {SnakeCase.Of(cause)}" : "")}{(result is { Detail: { Length: > 0 } detail, Outcome: not Outcome.Success } ? $": {detail}" : "")}";

    private static string Status(IReadOnlyList<OnceResult> results) => Code(results) switch
    {
        0 => "OK",
        1 => "WARNING",
        Critical => "CRITICAL",
        _ => "UNKNOWN",
    };
}
