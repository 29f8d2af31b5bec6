namespace Cordum.NatsProber.AlertTests;

/// <summary>The files as they are shipped.</summary>
internal static class RepositoryFiles
{
    public static string Rules { get; } = Path.Combine(Find(), "deploy", "prometheus", "rules.yml");

    public static string Alertmanager { get; } = Path.Combine(Find(), "deploy", "alertmanager", "alertmanager.yml");

    /// <summary>The whole path of a file or folder.</summary>
    /// <param name="relative">With <c>/</c> between the names, from the repository's root.</param>
    public static string PathOf(string relative) => Path.Combine([Find(), .. relative.Split('/')]);

    /// <summary>The promtool tests of the rules, in the order of their names.</summary>
    public static IReadOnlyList<string> PromtoolTests { get; } =
        [.. Directory.GetFiles(Path.Combine(Find(), "deploy", "prometheus", "tests"), "*.yml").Order(StringComparer.Ordinal)];

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Cordum.NatsProber.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests must run from inside the repository.");
        return folder;
    }
}
