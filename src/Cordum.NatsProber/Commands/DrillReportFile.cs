namespace Cordum.NatsProber.Commands;

/// <summary>The file of <c>--report</c>. A drill takes minutes, or a night: that its report cannot be kept must be known before, and must not lose it after.</summary>
internal static class DrillReportFile
{
    /// <summary>Opens it for writing and closes it again, as it was.</summary>
    /// <returns>Why it cannot be written, in a sentence; null if it can.</returns>
    public static string? Trouble(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            return "write the name of a file";
        try
        {
            // A link counts as a file even if there is nothing where it leads to.
            var file = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
            var isNew = !File.Exists(file);
            new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
            // A pipe, such as /dev/stdout may be, leads to what is no file before or after.
            if (isNew && File.Exists(file))
                File.Delete(file);
            return null;
        }
        catch (Exception e) when (IsOfFile(e))
        {
            return e.Message;
        }
    }

    /// <summary>Writes the report, to standard output where it cannot be written to the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The report.</param>
    /// <param name="output">Where it goes if it must.</param>
    /// <param name="error">Where it is told why.</param>
    /// <returns>Whether it is in the file.</returns>
    public static async Task<bool> WriteAsync(string path, string text, TextWriter output, TextWriter error)
    {
        try
        {
            await File.WriteAllTextAsync(path, text, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (IsOfFile(e))
        {
            await output.WriteAsync(text).ConfigureAwait(false);
            await error.WriteLineAsync($"natsprober drill: --report '{path}': {e.Message}; the report is on standard output").ConfigureAwait(false);
            return false;
        }
    }

    private static bool IsOfFile(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
