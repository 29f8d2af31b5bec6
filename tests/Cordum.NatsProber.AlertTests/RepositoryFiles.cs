namespace Cordum.NatsProber.AlertTests;

/// <summary>The files as they are shipped.</summary>
internal static class RepositoryFiles
{
    public static string Rules { get; } = Path.Combine(Find(), "deploy", "prometheus", "rules.yml");

    public static string Alertmanager { get; } = Path.Combine(Find(), "deploy", "alertmanager", "alertmanager.yml");

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Cordum.NatsProber.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests must run from inside the repository.");
        return folder;
    }
}
