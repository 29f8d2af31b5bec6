namespace Cordum.NatsProber.IntegrationTests.Lab;

/// <summary>What the system says of processes (Linux).</summary>
internal static class Processes
{
    /// <summary>Whether the process exists; a zombie does.</summary>
    public static bool Exists(int processId) => Directory.Exists($"/proc/{processId}");

    /// <summary>The state letter: S sleeping, T stopped, Z zombie.</summary>
    public static char State(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        return stat[stat.LastIndexOf(')') + 2];
    }

    /// <summary>The file that the process executes.</summary>
    public static string? Executable(int processId) => File.ResolveLinkTarget($"/proc/{processId}/exe", returnFinalTarget: false)?.FullName;

    /// <summary>The processes that have the text on their command line.</summary>
    public static int[] Mentioning(string text) =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!))
            .Where(id => CommandLine(id).Contains(text, StringComparison.Ordinal))];

    private static string CommandLine(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
