using System.Diagnostics;

namespace Cordum.NatsProber.AlertTests.Promtool;

/// <summary>What promtool made of some files: for each, in their order, whether it succeeded; and all that it said.</summary>
internal sealed record PromtoolRun(IReadOnlyList<bool> Succeeded, string Output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs <c>promtool test rules</c> on the test files, in one process, for its start costs more than a small test.</summary>
    public static Task<PromtoolRun> TestAsync(string promtool, IReadOnlyList<string> files, CancellationToken cancel) => OfAsync(promtool, ["test", "rules"], files, cancel);

    /// <summary>Runs <c>promtool check rules</c> on the rule files; what is valid but looks wrong, such as a rule that is there twice, succeeds.</summary>
    public static Task<PromtoolRun> CheckAsync(string promtool, IReadOnlyList<string> files, CancellationToken cancel) => OfAsync(promtool, ["check", "rules", "--lint=none"], files, cancel);

    private static async Task<PromtoolRun> OfAsync(string promtool, string[] verb, IReadOnlyList<string> files, CancellationToken cancel)
    {
        // Success is told on standard output and failure on standard error: which is whose can be seen only where both are one.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" 2>&1", promtool, .. verb, .. files]) { RedirectStandardOutput = true };
        // Several run beside each other, one to a core: threads of their own would only get in each other's way.
        start.Environment["GOMAXPROCS"] = "1";
        start.Environment["GOGC"] = "400";
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Limit);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            bool[] succeeded = [.. output.Split('\n').Where(line => line.StartsWith("  SUCCESS", StringComparison.Ordinal) || line == "  FAILED:").Select(line => line[2] == 'S')];
            return succeeded.Length == files.Count && succeeded.All(each => each) == (process.ExitCode == 0)
                ? new(succeeded, output)
                : throw new InvalidOperationException($"promtool {string.Join(' ', verb)} ended with {process.ExitCode} and did not say how each of {files.Count} files ended:\n{output}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancel.ThrowIfCancellationRequested();
            throw new TimeoutException($"promtool {string.Join(' ', verb)} did not end within {Limit.TotalMinutes} min");
        }
    }
}
