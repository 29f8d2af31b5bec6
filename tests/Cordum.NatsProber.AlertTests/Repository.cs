using System.Runtime.CompilerServices;

namespace Cordum.NatsProber.AlertTests;

/// <summary>The files of the repository that the tests belong to.</summary>
internal static class Repository
{
    private static string Root { get; } = Find();

    /// <summary>The whole path of a file or folder.</summary>
    /// <param name="relative">With <c>/</c> between the names, from the repository's root.</param>
    public static string PathOf(string relative) => Path.Combine([Root, .. relative.Split('/')]);

    private static string Find([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}
