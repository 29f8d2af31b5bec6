using System.Diagnostics;

namespace Cordum.NatsProber.AlertTests.Queries;

/// <summary>Runs promtool on a file that is made for the purpose, and removed again.</summary>
internal static class PromtoolFile
{
    /// <summary>Runs <c>promtool ARGUMENTS… FILE</c>.</summary>
    /// <returns>Its exit code, and all that it said.</returns>
    public static async Task<(int ExitCode, string Said)> RunAsync(PrometheusRelease release, string[] arguments, string content, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Path.GetTempPath(), $"natsprober-promtool-{Guid.NewGuid():N}.yml");
        await File.WriteAllTextAsync(file, content, cancellationToken);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(release.Promtool, [.. arguments, file]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
