using System.Runtime.CompilerServices;

namespace Cordum.NatsProber.AlertTests;

/// <summary>Where the shipped rules and their promtool tests are.</summary>
internal static class DeployedRules
{
    /// <summary>The rules as plain Prometheus reads them.</summary>
    public static string RuleFile => Path.Combine(Folder(), "rules.yml");

    /// <summary>The promtool tests, in the order of their names.</summary>
    public static IReadOnlyList<string> TestFiles => [.. Directory.GetFiles(Path.Combine(Folder(), "tests"), "*.yml").Order(StringComparer.Ordinal)];

    private static string Folder([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "deploy", "prometheus"));
}
