using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Cordum.NatsProber.AlertTests;

/// <summary>One release of Prometheus and Alertmanager, in one folder.</summary>
/// <param name="Folder">Where its programs are.</param>
/// <param name="Version">Of Prometheus, such as <c>2.42.0</c>.</param>
public sealed record PrometheusRelease(string Folder, string Version)
{
    public string Prometheus => Path.Combine(Folder, "prometheus");

    public string Promtool => Path.Combine(Folder, "promtool");

    public string Alertmanager => Path.Combine(Folder, "prometheus-alertmanager");

    public string Amtool => Path.Combine(Folder, "amtool");
}

/// <summary>The releases that the tests run on: the folders in NATSPROBER_PROMETHEUS, separated by colons, oldest first. eng/test.sh fetches them.</summary>
public static partial class PrometheusReleases
{
    private const string Variable = "NATSPROBER_PROMETHEUS";

    private static readonly Lazy<PrometheusRelease[]> Found = new(Find);

    /// <summary>Each, oldest first.</summary>
    public static IReadOnlyList<PrometheusRelease> All => Found.Value;

    /// <summary>Folder and version of each, for a theory.</summary>
    public static TheoryData<string, string> Rows => [.. All.Select(release => new TheoryDataRow<string, string>(release.Folder, release.Version))];

    /// <summary>The newest: for tests to which any release will do.</summary>
    public static PrometheusRelease Newest => All[^1];

    private static PrometheusRelease[] Find()
    {
        var folders = (Environment.GetEnvironmentVariable(Variable) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return folders.Length > 0
            ? [.. folders.Select(folder => new PrometheusRelease(folder, VersionOf(Path.Combine(folder, "prometheus"))))]
            : throw new InvalidOperationException($"{Variable} names no folder with prometheus, promtool, prometheus-alertmanager and amtool: run the tests by eng/test.sh, which fetches them.");
    }

    private static string VersionOf(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // Prometheus prints its version on standard error up to 2.x, on standard output from 3.0.
        var error = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        process.WaitForExit();
        return VersionNumber().Match(said) is { Success: true } found ? found.Value : throw new InvalidOperationException($"{program} --version said: {said}");
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex VersionNumber();
}
